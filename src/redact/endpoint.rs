//! Endpoints: AWS's own stay, what the user named or runs is replaced.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use sts_model::{Endpoint, Origin, PARTITIONS, Region, Scope};

use crate::record::OTHER;

use super::addresses::Addresses;
use super::pseudonyms::Pseudonyms;

/// What stands for endpoints, Regions and addresses; the same in every run that one [`super::Redactor`] has seen.
#[derive(Debug, Default)]
pub(super) struct Names {
    endpoints: Pseudonyms,
    regions: Pseudonyms,
    pub(super) addresses: Addresses,
}

impl Names {
    /// The endpoint as it may be shown.
    pub(super) fn endpoint(&mut self, endpoint: &Endpoint) -> Endpoint {
        let Endpoint {
            name,
            origin,
            partition,
            region,
            signing_region,
            scope,
            address,
            twin_of,
        } = endpoint;
        Endpoint {
            name: self.endpoint_name(name),
            origin: self.origin(endpoint.original(), origin),
            partition: self::partition(partition).to_owned(),
            region: self.region(region),
            signing_region: self.region(signing_region),
            scope: *scope,
            address: address.map(|address| self.socket(address)),
            twin_of: twin_of.as_ref().map(|name| self.endpoint_name(name)),
        }
    }

    /// The name of an endpoint: as it is where AWS's tables give it, or else `endpoint-1` and so on.
    pub(super) fn endpoint_name(&mut self, name: &str) -> String {
        if is_public_name(name) {
            return name.to_owned();
        }
        match name.strip_suffix(TWIN) {
            Some(original) => self.endpoint_name(original) + TWIN,
            None => self
                .endpoints
                .of(name, |number| format!("endpoint-{number}")),
        }
    }

    /// The name that has been given to an endpoint, where one had to be.
    pub(super) fn known_endpoint(&self, name: &str) -> Option<String> {
        match name.strip_suffix(TWIN) {
            Some(original) => Some(self.endpoints.known(original)?.to_owned() + TWIN),
            None => self.endpoints.known(name).map(str::to_owned),
        }
    }

    /// Whether a name is one of those that stand for endpoints.
    pub(super) fn is_stand_in(&self, name: &str) -> bool {
        self.endpoints
            .is_given(name.strip_suffix(TWIN).unwrap_or(name))
    }

    /// A Region by its name: as it is where AWS's tables or this program's own words give it, or else `region-1` and so on.
    pub(super) fn region(&mut self, name: &str) -> String {
        if is_public_region(name) || name == OTHER {
            name.to_owned()
        } else {
            self.regions.of(name, |number| format!("region-{number}"))
        }
    }

    /// An address with its port, of which only 443 and 80 stay.
    pub(super) fn socket(&mut self, address: SocketAddr) -> SocketAddr {
        let port = match address.port() {
            port @ (80 | 443) => port,
            _ => 443,
        };
        SocketAddr::new(self.addresses.of(address.ip()), port)
    }

    /// Where the requests of the endpoint called `name` go. What checks read of it stays: whether it is AWS's, an address, this
    /// machine, in plaintext.
    fn origin(&mut self, name: &str, origin: &Origin) -> Origin {
        let host = origin.host();
        let is_plain = origin.port() == 443 && origin.path() == "/";
        if Endpoint::is_aws_host(host) && is_plain {
            return origin.clone();
        }
        let label = if is_public_name(name) {
            name.to_owned()
        } else {
            self.endpoint_name(name)
        };
        let shown = if let Some(ip) = origin.ip() {
            bracketed(self.addresses.of(ip))
        } else if Endpoint::is_aws_host(host) || origin.is_loopback_name() {
            host.to_owned()
        } else if let Some(domain) = Endpoint::vpc_endpoint_domain(host) {
            format!("vpce-{label}.{domain}")
        } else {
            format!("{label}.invalid")
        };
        let url = format!("{}://{shown}", origin.scheme().as_str());
        Origin::try_from(url).unwrap_or_else(|_| nowhere())
    }
}

/// The resolver that stands for any other one.
pub(super) fn resolver(server: SocketAddr) -> SocketAddr {
    let ip: IpAddr = match server.ip() {
        ip if ip.to_canonical().is_loopback() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V4(_) => Ipv4Addr::new(198, 18, 0, 53).into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x53).into(),
    };
    SocketAddr::new(ip, 53)
}

/// Whether AWS's tables give an endpoint that name: it says nothing of who uses it.
pub(super) fn is_public_name(name: &str) -> bool {
    const VARIANTS: [Scope; 3] = [Scope::FipsDualStack, Scope::Fips, Scope::DualStack];
    let of_region = |name: &str| Region::named(name).is_some();
    name == GLOBAL
        || of_region(name)
        || VARIANTS.iter().any(|scope| {
            name.strip_prefix(&format!("{scope}-"))
                .is_some_and(of_region)
        })
}

/// Whether AWS's tables have a Region of that name.
pub(super) fn is_public_region(name: &str) -> bool {
    Region::named(name).is_some()
        || PARTITIONS
            .iter()
            .any(|partition| partition.pseudo_region == Some(name))
}

/// The partition's identifier where AWS's tables have it, or else that of the commercial one.
fn partition(id: &str) -> &'static str {
    let known = PARTITIONS.iter().find(|partition| partition.id == id);
    known.unwrap_or(&PARTITIONS[0]).id
}

fn bracketed(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

fn nowhere() -> Origin {
    Origin::parse("https://redacted.invalid").expect("a URL")
}

pub(super) const GLOBAL: &str = "global";
/// What an alias ends with.
const TWIN: &str = "-twin";

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(name: &str, url: &str) -> Endpoint {
        let origin = Origin::try_from(url.to_owned()).expect("a URL");
        Endpoint::custom(name, origin).expect("a name")
    }

    #[test]
    fn aws_hosts_stay_and_what_the_user_runs_is_replaced_by_what_checks_read_alike() {
        for (name, url, shown) in [
            (
                "eu-west-1",
                "https://sts.eu-west-1.amazonaws.com",
                "eu-west-1 https://sts.eu-west-1.amazonaws.com",
            ),
            (
                "acme",
                "https://sts.eu-west-1.amazonaws.com:8443/acme",
                "endpoint-1 https://sts.eu-west-1.amazonaws.com",
            ),
            (
                "acme",
                "https://vpce-0abc-acme.sts.eu-west-1.vpce.amazonaws.com",
                "endpoint-1 https://vpce-endpoint-1.sts.eu-west-1.vpce.amazonaws.com",
            ),
            (
                "global",
                "https://minio.acme.example:9000/sts",
                "global https://global.invalid",
            ),
            (
                "acme",
                "http://10.20.30.40:4566",
                "endpoint-1 http://198.18.0.1",
            ),
            (
                "acme",
                "http://127.1.2.3:5000",
                "endpoint-1 http://127.0.0.1",
            ),
            (
                "acme",
                "http://localhost:5000",
                "endpoint-1 http://localhost",
            ),
            (
                "acme",
                "https://[2600::7]",
                "endpoint-1 https://[2001:db8::1]",
            ),
        ] {
            let redacted = Names::default().endpoint(&custom(name, url));
            assert_eq!(format!("{} {}", redacted.name, redacted.origin), shown);
        }
    }

    #[test]
    fn a_twin_stays_the_twin_of_its_original() {
        let mut names = Names::default();
        let acme = custom("acme", "https://sts.acme.example");
        let redacted = names.endpoint(&acme);
        let twin = names.endpoint(&acme.twin().expect("short"));
        assert_eq!(twin, redacted.twin().expect("short"));
        assert_eq!(
            names.known_endpoint("acme-twin").as_deref(),
            Some("endpoint-1-twin")
        );
        assert!(names.is_stand_in("endpoint-1-twin") && !names.is_stand_in("acme"));
    }
}
