//! Hosts and signing Regions from the AWS SDK's endpoint rules.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use thiserror::Error;

use super::{Endpoint, Origin, PARTITIONS, REGIONS, Scope};

/// The SDK's rules refused a Region.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the AWS endpoint rules have no {scope} STS endpoint for {region:?}: {reason}")]
pub struct ResolveError {
    /// The Region as asked for.
    pub region: String,
    /// The variant as asked for.
    pub scope: Scope,
    /// The rules' own words.
    pub reason: String,
}

/// The endpoint of `region` in `scope` as the SDK would call it.
pub(super) fn resolve(
    name: &str,
    partition: &str,
    region: &str,
    scope: Scope,
) -> Result<Endpoint, ResolveError> {
    let refuse = |reason: String| ResolveError {
        region: region.to_owned(),
        scope,
        reason,
    };
    let params = Params::builder()
        .region(region)
        .use_fips(matches!(scope, Scope::Fips | Scope::FipsDualStack))
        .use_dual_stack(matches!(scope, Scope::DualStack | Scope::FipsDualStack))
        .use_global_endpoint(false)
        .build()
        .map_err(|e| refuse(e.to_string()))?;
    let resolver = DefaultResolver::new();
    let resolved = ready(resolver.resolve_endpoint(&params)).map_err(|e| refuse(e.to_string()))?;
    let signing_region = resolved
        .auth_schemes()
        .iter()
        .find_map(|scheme| scheme.get("signingRegion")?.as_string())
        .unwrap_or(region)
        .to_owned();
    let origin = Origin::parse(resolved.url()).map_err(|e| refuse(e.to_string()))?;
    Ok(Endpoint {
        name: name.to_owned(),
        origin,
        partition: partition.to_owned(),
        region: region.to_owned(),
        signing_region,
        scope,
        address: None,
        twin_of: None,
    })
}

/// The AWS endpoint with that host name, over every partition, Region and variant.
pub(super) fn known_host(host: &str) -> Option<&'static Endpoint> {
    static KNOWN: OnceLock<Vec<Endpoint>> = OnceLock::new();
    KNOWN
        .get_or_init(|| {
            let globals = PARTITIONS.iter().filter_map(|partition| {
                resolve(
                    "global",
                    partition.id,
                    partition.global_region?,
                    Scope::Global,
                )
                .ok()
            });
            let variants = [
                Scope::Regional,
                Scope::Fips,
                Scope::DualStack,
                Scope::FipsDualStack,
            ];
            let regional = REGIONS.iter().flat_map(|region| {
                variants.into_iter().filter_map(|scope| {
                    resolve(region.name, region.partition, region.name, scope).ok()
                })
            });
            globals.chain(regional).collect()
        })
        .iter()
        .find(|endpoint| endpoint.origin.host() == host)
}

/// The output of a future that is ready at its first poll, as the endpoint rules' futures are: they compute, they never
/// wait.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("endpoint rules are pure computation"),
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
