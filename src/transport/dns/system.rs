//! The system's resolver.

use crate::classify;
use crate::sample::FailureKind;

use super::resolve::{Resolve, Resolved};

/// The system's resolver, as applications use it: `/etc/hosts`, the configured servers, and its order of addresses.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    async fn addresses(&self, host: &str, port: u16) -> Result<Resolved, FailureKind> {
        match tokio::net::lookup_host((host, port)).await {
            Ok(addresses) => Ok(addresses.collect::<Vec<_>>().into()),
            Err(error) => Err(classify::resolving(&error)),
        }
    }
}
