//! The resolver that a plan names.

use crate::plan::Resolver;
use crate::sample::FailureKind;

use super::resolve::{Resolve, Resolved};
use super::stub_resolver::StubResolver;
use super::system::SystemResolver;

/// The resolver that a plan names.
#[derive(Debug, Clone, Copy)]
pub enum PlannedResolver {
    /// The system's.
    System(SystemResolver),
    /// One DNS server.
    Server(StubResolver),
}

impl From<Resolver> for PlannedResolver {
    fn from(resolver: Resolver) -> Self {
        match resolver {
            Resolver::System => Self::System(SystemResolver),
            Resolver::Server(server) => Self::Server(StubResolver::new(server)),
        }
    }
}

impl Resolve for PlannedResolver {
    async fn addresses(&self, host: &str, port: u16) -> Result<Resolved, FailureKind> {
        match self {
            Self::System(system) => system.addresses(host, port).await,
            Self::Server(server) => server.addresses(host, port).await,
        }
    }
}
