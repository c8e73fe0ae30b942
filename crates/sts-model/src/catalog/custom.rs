//! Endpoints that the user gives by URL, some of which are AWS's own.

use std::sync::OnceLock;

use super::endpoint::{Endpoint, InvalidEndpointName, Scope, is_endpoint_name};
use super::origin::Origin;
use super::region::Region;
use super::regions::{PARTITIONS, REGIONS};
use super::resolve::resolve;

impl Endpoint {
    /// An endpoint that the user gives by URL, after [`Origin::parse`] and the host rules have let it pass.
    ///
    /// The signing Region is that of AWS's own endpoint when the host is one, the Region called `name` when there is
    /// one, and `us-east-1` otherwise.
    ///
    /// # Errors
    /// [`InvalidEndpointName`] when `name` breaks the grammar of endpoint names.
    pub fn custom(name: &str, origin: Origin) -> Result<Self, InvalidEndpointName> {
        if !is_endpoint_name(name) {
            return Err(InvalidEndpointName(name.escape_debug().to_string()));
        }
        let named = Region::named(name).map_or("us-east-1", |region| region.name);
        let (partition, region, signing_region) = match known_host(origin.host()) {
            Some(known) => (
                known.partition.as_str(),
                known.region.as_str(),
                known.signing_region.as_str(),
            ),
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

    /// Whether the host is one of AWS's own STS endpoints in any partition, Region or variant.
    pub fn is_aws_host(host: &str) -> bool {
        known_host(host).is_some()
    }
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
