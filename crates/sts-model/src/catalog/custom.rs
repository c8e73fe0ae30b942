//! Endpoints that the user gives by URL, some of which are AWS's own.

use std::sync::OnceLock;

use thiserror::Error;

use super::endpoint::{Endpoint, InvalidEndpointName, Scope, is_endpoint_name};
use super::origin::Origin;
use super::region::{Partition, Region};
use super::regions::{PARTITIONS, REGIONS};
use super::resolve::resolve;

/// An endpoint by URL cannot be signed for the Region that was given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SigningRegionError {
    /// No name of a Region.
    #[error(
        "signing Region {0:?} may hold lower-case letters, digits and hyphens only, 1 to 64 of them"
    )]
    Name(String),
    /// AWS takes signatures for another Region there.
    #[error("{host} takes signatures for {region} only, not for {given}")]
    Fixed {
        /// AWS's host.
        host: String,
        /// The Region that it belongs to.
        region: String,
        /// The Region that was given.
        given: String,
    },
}

impl Endpoint {
    /// An endpoint that the user gives by URL, after [`Origin::parse`] and the host rules have let it pass.
    ///
    /// The signing Region is that of AWS's own endpoint when the host is one, or a VPC endpoint's; the Region called `name`
    /// when there is one, and `us-east-1` otherwise.
    ///
    /// # Errors
    /// [`InvalidEndpointName`] when `name` breaks the grammar of endpoint names.
    pub fn custom(name: &str, origin: Origin) -> Result<Self, InvalidEndpointName> {
        if !is_endpoint_name(name) {
            return Err(InvalidEndpointName(name.escape_debug().to_string()));
        }
        let named = Region::named(name).map_or("us-east-1", |region| region.name);
        let (partition, region, signing_region) = match aws_region(origin.host()) {
            Some(aws) => (aws.partition, aws.region, aws.signing_region),
            None => ("aws", named, named),
        };
        Ok(Self {
            name: name.to_owned(),
            partition: partition.to_owned(),
            region: region.to_owned(),
            signing_region: signing_region.to_owned(),
            scope: Scope::Custom,
            origin,
            address: None,
            twin_of: None,
        })
    }

    /// The same signed for `region`, whatever its name says.
    ///
    /// # Errors
    /// [`SigningRegionError`] when that is no name of a Region, or not the one of AWS's own host.
    pub fn signed_for(self, region: &str) -> Result<Self, SigningRegionError> {
        if !is_endpoint_name(region) {
            return Err(SigningRegionError::Name(region.escape_debug().to_string()));
        }
        match aws_region(self.origin.host()) {
            Some(aws) if aws.signing_region != region => Err(SigningRegionError::Fixed {
                host: self.origin.host().to_owned(),
                region: aws.signing_region.to_owned(),
                given: region.to_owned(),
            }),
            Some(_) => Ok(self),
            None => Ok(Self {
                partition: Partition::of_region(region).id.to_owned(),
                region: region.to_owned(),
                signing_region: region.to_owned(),
                ..self
            }),
        }
    }

    /// Whether the host is one of AWS's own STS endpoints in any partition, Region or variant. A VPC endpoint is none: its
    /// addresses are private, so the user has to vouch for it.
    pub fn is_aws_host(host: &str) -> bool {
        known_host(host).is_some()
    }

    /// The host of a VPC endpoint of STS without the part that is its owner's: `sts.REGION.vpce.SUFFIX`. `None` of any other host
    /// and of a Region that this build's table lacks.
    pub fn vpc_endpoint_domain(host: &str) -> Option<&str> {
        let region = vpc_endpoint_region(host)?;
        Region::named(region)?;
        host.split_once('.').map(|(_, domain)| domain)
    }

    /// Whether AWS answers there: at one of its own hosts or at a VPC endpoint.
    pub fn belongs_to_aws(&self) -> bool {
        aws_region(self.origin.host()).is_some()
    }
}

/// Where a host of AWS's is.
struct AwsRegion<'a> {
    partition: &'a str,
    region: &'a str,
    signing_region: &'a str,
}

fn aws_region(host: &str) -> Option<AwsRegion<'_>> {
    match known_host(host) {
        Some(known) => Some(AwsRegion {
            partition: &known.partition,
            region: &known.region,
            signing_region: &known.signing_region,
        }),
        None => vpc_endpoint_region(host).map(|region| AwsRegion {
            partition: Partition::of_region(region).id,
            region,
            signing_region: region,
        }),
    }
}

/// The Region of an interface VPC endpoint of STS, which is `vpce-ID[-ZONE].sts.REGION.vpce.SUFFIX`, or `sts-fips` in place of
/// `sts` (AWS PrivateLink, "DNS hostnames"). The suffix is that of the partition's Regional endpoints.
fn vpc_endpoint_region(host: &str) -> Option<&str> {
    let (id, rest) = host.split_once('.')?;
    let (service, rest) = rest.split_once('.')?;
    let (region, suffix) = rest.split_once(".vpce.")?;
    let hosts = Partition::of_region(region).hosts;
    let regional = hosts.regional.split_once("{region}.")?.1;
    let of_sts = id.starts_with("vpce-") && matches!(service, "sts" | "sts-fips");
    (of_sts && is_endpoint_name(region) && suffix == regional).then_some(region)
}

/// The AWS endpoint with that host name, over every partition, Region and variant.
fn known_host(host: &str) -> Option<&'static Endpoint> {
    static KNOWN: OnceLock<Vec<Endpoint>> = OnceLock::new();
    KNOWN
        .get_or_init(known_endpoints)
        .iter()
        .find(|endpoint| endpoint.origin.host() == host)
}

fn known_endpoints() -> Vec<Endpoint> {
    const VARIANTS: [Scope; 4] = [
        Scope::Regional,
        Scope::Fips,
        Scope::DualStack,
        Scope::FipsDualStack,
    ];
    let globals = PARTITIONS
        .iter()
        .filter(|partition| partition.has_global_endpoint())
        .filter_map(|partition| resolve("global", partition.pseudo_region?, Scope::Global).ok());
    let regional = REGIONS.iter().flat_map(|region| {
        VARIANTS
            .into_iter()
            .filter_map(|scope| resolve(region.name, region.name, scope).ok())
    });
    globals.chain(regional).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(name: &str, host: &str) -> Endpoint {
        let origin = Origin::parse(&format!("https://{host}")).expect("a URL");
        Endpoint::custom(name, origin).expect("a name")
    }

    #[test]
    fn a_vpc_endpoint_of_any_partition_is_signed_for_its_region() {
        for region in REGIONS {
            let hosts = Partition::of_region(region.name).hosts;
            let suffix = hosts.regional.split_once("{region}.").expect("a Region").1;
            for id in ["vpce-0abc-xyz", "vpce-0abc-xyz-zone-1a"] {
                for service in ["sts", "sts-fips"] {
                    let host = format!("{id}.{service}.{}.vpce.{suffix}", region.name);
                    let endpoint = custom("vpce", &host);
                    assert_eq!(endpoint.signing_region, region.name, "{host}");
                    assert_eq!(endpoint.region, region.name, "{host}");
                    assert_eq!(endpoint.partition, region.partition, "{host}");
                    assert!(
                        endpoint.belongs_to_aws() && !Endpoint::is_aws_host(&host),
                        "{host}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_vpc_endpoint_of_sts_is_none() {
        for host in [
            "vpce-0abc.s3.eu-west-1.vpce.amazonaws.com",
            "vpce-0abc.vpce-svc-0def.eu-west-1.vpce.amazonaws.com",
            "vpce-0abc.sts.eu-west-1.vpce.amazonaws.com.cn",
            "vpce-0abc.sts.cn-north-1.vpce.amazonaws.com",
            "vpce-0abc.sts.eu-west-1.vpce.amazonaws.com.evil.io",
            "vpce-0abc.sts.eu-west-1.vpce.evil.io",
            "vpce.sts.eu-west-1.vpce.amazonaws.com",
            "sts.eu-west-1.vpce.amazonaws.com",
        ] {
            let endpoint = custom("vpce", host);
            assert_eq!(endpoint.signing_region, "us-east-1", "{host}");
            assert!(!endpoint.belongs_to_aws(), "{host}");
        }
    }

    #[test]
    fn a_signing_region_of_its_own_is_that_of_the_signature_except_at_hosts_of_aws() {
        let ceph = custom("eu-west-1", "ceph.example")
            .signed_for("zone-2")
            .expect("free");
        assert_eq!(
            (ceph.signing_region.as_str(), ceph.partition.as_str()),
            ("zone-2", "aws")
        );
        let beijing = custom("x", "ceph.example")
            .signed_for("cn-north-1")
            .expect("free");
        assert_eq!(beijing.partition, "aws-cn");
        let host = "sts.eu-west-1.amazonaws.com";
        assert!(custom("x", host).signed_for("eu-west-1").is_ok());
        for (host, region) in [
            (host, "us-east-1"),
            ("vpce-0abc.sts.eu-west-1.vpce.amazonaws.com", "us-east-1"),
            ("sts.amazonaws.com", "evil"),
        ] {
            let refused = custom("x", host).signed_for(region).expect_err(host);
            assert!(
                refused.to_string().contains("takes signatures for"),
                "{refused}"
            );
        }
        for region in ["", "EU", "a/b", "a b"] {
            let refused = custom("x", "ceph.example").signed_for(region);
            assert!(
                matches!(refused, Err(SigningRegionError::Name(_))),
                "{region:?}"
            );
        }
    }
}
