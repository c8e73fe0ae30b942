//! The endpoint of a Region by AWS's rules, which the generated table holds as one pattern of a host for each variant.

use thiserror::Error;

use super::endpoint::{Endpoint, Scope};
use super::origin::Origin;
use super::region::{HostPatterns, Partition};

/// AWS's rules build no endpoint for a Region.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the AWS endpoint rules have no {scope} STS endpoint for {region:?}: {reason}")]
pub struct ResolveError {
    /// The Region as asked for.
    pub region: String,
    /// The variant as asked for.
    pub scope: Scope,
    /// Which rule says so.
    pub reason: String,
}

impl HostPatterns {
    fn of(&self, scope: Scope) -> Option<&'static str> {
        match scope {
            Scope::Global | Scope::Regional | Scope::Custom => Some(self.regional),
            Scope::Fips => self.fips,
            Scope::DualStack => self.dual_stack,
            Scope::FipsDualStack => self.fips_dual_stack,
        }
    }
}

/// The endpoint of `region` in `scope`, where the SDK would call it. A partition's pseudo-Region names its global endpoint.
pub(crate) fn resolve(name: &str, region: &str, scope: Scope) -> Result<Endpoint, ResolveError> {
    let refuse = |reason: String| ResolveError {
        region: region.to_owned(),
        scope,
        reason,
    };
    let partition = Partition::of_region(region);
    let (host, signing_region) = match (scope, partition.global_endpoint) {
        (Scope::Global | Scope::Regional | Scope::Custom, Some(global))
            if partition.pseudo_region == Some(region) =>
        {
            (global.host.to_owned(), global.signing_region)
        }
        _ => {
            let pattern = partition.hosts.of(scope);
            let pattern =
                pattern.ok_or_else(|| refuse(format!("partition {} has none", partition.id)))?;
            (pattern.replace("{region}", region), region)
        }
    };
    let origin =
        Origin::parse(&format!("https://{host}")).map_err(|error| refuse(error.to_string()))?;
    Ok(Endpoint {
        name: name.to_owned(),
        origin,
        partition: partition.id.to_owned(),
        region: region.to_owned(),
        signing_region: signing_region.to_owned(),
        scope,
        address: None,
        twin_of: None,
    })
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
