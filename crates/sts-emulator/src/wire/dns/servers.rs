//! Which of the emulator's DNS servers answers with which addresses. Their protocol is `dns`'s.

use std::net::{IpAddr, SocketAddr};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::announcement::EndpointAnnouncement;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::link::GlobalServing;
use crate::emulator_error::EmulatorError;
use crate::wire::dns::zone::{Sockets, Zone, serve};
use sts_model::Scope;

/// The emulator's DNS servers, bound and not yet serving.
#[derive(Debug)]
pub(crate) struct NameServers {
    any: (Sockets, SocketAddr),
    /// Plays Amazon's resolver, where that makes a difference.
    amazon: Option<(Sockets, SocketAddr)>,
}

/// Whose resolver a DNS server plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Any,
    Amazon,
}

impl NameServers {
    /// Binds what `config` asks for.
    pub(crate) async fn bind(config: &EmulatorConfig) -> Result<Self, EmulatorError> {
        let any = bind(config.dns.port).await?;
        let amazon = match config.global_endpoint {
            GlobalServing::ByResolver => Some(bind(config.dns.amazon_port).await?),
            GlobalServing::LegacyUsEast1 | GlobalServing::LocalServing => None,
        };
        Ok(Self { any, amazon })
    }

    /// Where any resolver's answers are given.
    pub(crate) fn address(&self) -> SocketAddr {
        self.any.1
    }

    /// Where Amazon's are, if they differ.
    pub(crate) fn amazon_address(&self) -> Option<SocketAddr> {
        self.amazon.as_ref().map(|(_, address)| *address)
    }

    /// Answers for `endpoints` until `stopped` changes.
    pub(crate) fn serve(
        self,
        config: &EmulatorConfig,
        endpoints: &[EndpointAnnouncement],
        tasks: &mut JoinSet<()>,
        stopped: &watch::Receiver<()>,
    ) {
        let mut start = |role, sockets| {
            let hosts = endpoints.iter().map(|e| {
                (
                    e.host.clone(),
                    addresses_for(e, role, config.global_endpoint),
                )
            });
            tasks.spawn(serve(
                sockets,
                Zone::new(&config.dns, hosts),
                stopped.clone(),
            ));
        };
        start(Role::Any, self.any.0);
        if let Some((sockets, _)) = self.amazon {
            start(Role::Amazon, sockets);
        }
    }
}

async fn bind(port: u16) -> Result<(Sockets, SocketAddr), EmulatorError> {
    let refuse = |reason| EmulatorError::Dns { port, reason };
    let sockets = Sockets::bind(port).await.map_err(refuse)?;
    let address = sockets.address().map_err(refuse)?;
    Ok((sockets, address))
}

/// The addresses of an endpoint, as that resolver answers them.
fn addresses_for(
    endpoint: &EndpointAnnouncement,
    role: Role,
    global: GlobalServing,
) -> Vec<IpAddr> {
    let (first, second) = (endpoint.endpoint.address, endpoint.second_address);
    let addresses = match (endpoint.endpoint.scope, global, role) {
        (Scope::Global, GlobalServing::ByResolver, Role::Any) => [first, None],
        (Scope::Global, GlobalServing::ByResolver, Role::Amazon) => [second, None],
        _ => [first, second],
    };
    addresses
        .into_iter()
        .flatten()
        .map(|address| address.ip())
        .collect()
}
