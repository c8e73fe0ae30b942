//! The resolver that a plan names.

use crate::plan::{AddressFamily, Plan, Resolver};
use crate::sample::FailureKind;

use super::resolve::{Resolve, Resolved};
use super::stub_resolver::StubResolver;
use super::system::SystemResolver;

/// The resolver that a plan names, and of its answers the addresses that the plan wants dialled.
#[derive(Debug, Clone, Copy)]
pub struct PlannedResolver {
    source: Source,
    family: AddressFamily,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    /// The system's.
    System(SystemResolver),
    /// One DNS server.
    Server(StubResolver),
}

impl From<&Plan> for PlannedResolver {
    fn from(plan: &Plan) -> Self {
        Self {
            family: plan.address_family,
            ..plan.resolver.into()
        }
    }
}

impl From<Resolver> for PlannedResolver {
    fn from(resolver: Resolver) -> Self {
        let source = match resolver {
            Resolver::System => Source::System(SystemResolver),
            Resolver::Server(server) => Source::Server(StubResolver::new(server)),
        };
        Self {
            source,
            family: AddressFamily::Any,
        }
    }
}

impl Resolve for PlannedResolver {
    async fn addresses(&self, host: &str, port: u16) -> Result<Resolved, FailureKind> {
        let mut resolved = match self.source {
            Source::System(system) => system.addresses(host, port).await,
            Source::Server(server) => server.addresses(host, port).await,
        }?;
        let has_any = !resolved.addresses.is_empty();
        resolved
            .addresses
            .retain(|address| self.family.holds(*address));
        match self.family {
            AddressFamily::Ipv4 if has_any && resolved.addresses.is_empty() => {
                Err(FailureKind::DnsNoIpv4)
            }
            AddressFamily::Ipv6 if has_any && resolved.addresses.is_empty() => {
                Err(FailureKind::DnsNoIpv6)
            }
            _ => Ok(resolved),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_addresses_of_the_planned_family_are_left() {
        for (family, kept) in [
            (AddressFamily::Any, Ok(1)),
            (AddressFamily::Ipv4, Ok(1)),
            (AddressFamily::Ipv6, Err(FailureKind::DnsNoIpv6)),
        ] {
            let resolver = PlannedResolver {
                family,
                ..Resolver::System.into()
            };
            let resolved = resolver.addresses("127.0.0.1", 1).await;
            let number = resolved.map(|resolved| resolved.addresses.len());
            assert_eq!(number, kept, "{family}");
        }
    }
}
