//! The emulator: every part made from its part of the configuration, then served.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::announcement::{
    AnnouncedEmulator, CallerAnnouncement, EmulatorAnnouncement, EndpointAnnouncement,
};
use crate::clock::{self, WallClock};
use crate::config::callers::CallerSpec;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::placement::Placement;
use crate::emulator_error::EmulatorError;
use crate::emulator_view::EmulatorView;
use crate::entropy::{Draws, Entropy};
use crate::kernel_link::KernelLink;
use crate::ledger::audit::trail::{AuditQueue, AuditTrail};
use crate::ledger::counts::Ledger;
use crate::ledger::writer::LedgerWriter;
use crate::service::dispatch::Service;
use crate::wire::authority::Authority;
use crate::wire::connections::idle::IdleConnections;
use crate::wire::dns::servers::NameServers;
use crate::wire::network::Network;
use crate::wire::readiness::Readiness;
use crate::wire::seen_endpoint::SeenEndpoint;
use crate::wire::served_endpoint::{ServedEndpoint, Shared};
use crate::wire::server::serve;
use crate::wire::timer::precise_sleep::{PreciseTimer, Sleeper};

/// A running emulator. It serves as long as its runtime runs and it is not dropped.
#[derive(Debug)]
pub struct Emulator {
    view: EmulatorView,
    tasks: JoinSet<()>,
    stop: watch::Sender<()>,
    /// Wakes the connections; outlives every one.
    _timer: PreciseTimer,
    /// Carries their packets.
    _kernel_link: Option<KernelLink>,
    /// Writes down their calls.
    audit: Option<AuditTrail>,
    /// What answers them, for tests of what no call can bring about.
    #[cfg(test)]
    pub(crate) service: Arc<Service>,
}

impl Emulator {
    /// Binds and serves every endpoint of `config` on the current Tokio runtime; a current-thread one is enough.
    ///
    /// # Errors
    /// [`EmulatorError`] when the configuration is wrong or the system refuses; nothing keeps running then.
    pub async fn start(config: EmulatorConfig) -> Result<Self, EmulatorError> {
        let placements = config.all_placements()?;
        let partition = partition(&placements);
        let timer = start_timer()?;
        let authority = Authority::new(clock::wall(0))?;
        let ledger = LedgerWriter::open(placements.iter().map(|one| one.endpoint.name.as_str()));
        let audit = AuditTrail::configured(&config, &placements, &ledger)?;
        let mut network = Network::open(&config, &placements).await?;
        let name_servers = NameServers::bind(&config).await?;
        let readiness = Readiness::bind(&config).await?;
        let mut entropy = Entropy::new(config.entropy_seed(), "the start");
        let service = entropy.next().during(|| Service::new(&config, &partition));
        let audit_queue = audit.as_ref().map(AuditTrail::queue);
        let shared = shared(&config, service, ledger, timer.sleeper(), audit_queue);
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        let endpoints = serve_placements(
            &config,
            placements,
            &mut network,
            &authority,
            &shared,
            &mut tasks,
            &stopped,
        )?;
        let announcement = announce(
            &config,
            &network,
            &name_servers,
            &authority,
            entropy.next(),
            &shared,
        );
        name_servers.serve(&config, &endpoints, &mut tasks, &stopped);
        let announcement = EmulatorAnnouncement {
            endpoints: endpoints.len(),
            ready_url: readiness.as_ref().map(Readiness::url),
            ..announcement
        };
        if let Some(readiness) = readiness {
            readiness.serve(&mut tasks, stopped);
        }
        let view = EmulatorView {
            announced: Arc::new(AnnouncedEmulator::new(announcement, endpoints)),
            ledger: shared.ledger,
            counters: network.counters,
        };
        Ok(Self {
            view,
            tasks,
            stop,
            _timer: timer,
            _kernel_link: network.kernel,
            audit,
            #[cfg(test)]
            service: shared.service,
        })
    }

    /// What can be known from outside, also after the emulator has ended.
    pub fn view(&self) -> EmulatorView {
        self.view.clone()
    }

    /// Ends every connection and returns the final ledger, in which no request is in progress.
    pub async fn shutdown(mut self) -> Ledger {
        // Listeners that have already ended need no word.
        let _ = self.stop.send(());
        while self.tasks.join_next().await.is_some() {}
        // Every record is on disk before the ledger is read.
        drop(self.audit.take());
        self.view.ledger()
    }
}

/// What all endpoints have in common.
fn shared(
    config: &EmulatorConfig,
    service: Service,
    ledger: Arc<LedgerWriter>,
    sleeper: Sleeper,
    audit: Option<AuditQueue>,
) -> Shared {
    Shared {
        service: Arc::new(service),
        clock: WallClock {
            fixed: config.fixed_clock(),
        },
        ledger,
        sleeper,
        idle: Arc::new(IdleConnections::new(
            config.idle_connections as usize,
            Duration::from_millis(config.idle_deadline_ms),
        )),
        audit,
    }
}

impl Deref for Emulator {
    type Target = EmulatorView;

    fn deref(&self) -> &EmulatorView {
        &self.view
    }
}

/// Serves every placement, to each caller as that one meets it; what is announced of them.
fn serve_placements(
    config: &EmulatorConfig,
    placements: Vec<Placement>,
    network: &mut Network,
    authority: &Authority,
    shared: &Shared,
    tasks: &mut JoinSet<()>,
    stopped: &watch::Receiver<()>,
) -> Result<Vec<EndpointAnnouncement>, EmulatorError> {
    let mut endpoints: Vec<EndpointAnnouncement> = Vec::with_capacity(placements.len());
    let listeners = std::mem::take(&mut network.listeners);
    let mut by_caller = by_caller(config)?;
    for (mut placement, [secure, plaintext]) in placements.into_iter().zip(listeners) {
        let addresses = [
            address(&placement, &secure)?,
            address(&placement, &plaintext)?,
        ];
        placement.endpoint.address = Some(addresses[0]);
        let tls = acceptor(authority, &placement, addresses[0])?;
        let seen: Vec<(&CallerSpec, Placement)> = by_caller
            .iter_mut()
            .filter_map(|(caller, placements)| Some((*caller, placements.next()?)))
            .collect();
        announce_placement(&mut endpoints, config, &placement, &seen, addresses);
        let serve_at = |placement, caller: Option<&CallerSpec>| {
            ServedEndpoint::new(config, placement, caller, network, shared.clone())
        };
        let endpoint = SeenEndpoint::new(
            serve_at(placement, None),
            seen.into_iter().map(|(caller, placement)| {
                (caller.address.into(), serve_at(placement, Some(caller)))
            }),
        );
        spawn_servers(endpoint, [secure, plaintext], tls, tasks, stopped);
    }
    Ok(endpoints)
}

/// The partition of the accounts, which is that of the endpoints.
fn partition(placements: &[Placement]) -> String {
    let first = placements.first();
    first.map_or_else(|| "aws".to_owned(), |one| one.endpoint.partition.clone())
}

/// The timer that wakes the connections, in a thread of its own.
fn start_timer() -> Result<PreciseTimer, EmulatorError> {
    PreciseTimer::start().map_err(|reason| EmulatorError::Thread {
        what: "timer thread",
        reason,
    })
}

/// What makes the TLS handshakes of a placement whose listener is at `address`.
fn acceptor(
    authority: &Authority,
    placement: &Placement,
    address: SocketAddr,
) -> Result<TlsAcceptor, EmulatorError> {
    let server_config = authority.server_config(
        placement.endpoint.origin.host(),
        address.ip(),
        placement.newest_tls,
    )?;
    Ok(TlsAcceptor::from(server_config))
}

/// Every address as each caller sees it, in the order of the listeners.
fn by_caller(
    config: &EmulatorConfig,
) -> Result<Vec<(&CallerSpec, std::vec::IntoIter<Placement>)>, EmulatorError> {
    let seen = config.placements_by_caller()?;
    Ok(seen
        .into_iter()
        .map(|(caller, placements)| (caller, placements.into_iter()))
        .collect())
}

/// Adds a placement to what is announced: as an endpoint, or as the second address of the last one.
fn announce_placement(
    endpoints: &mut Vec<EndpointAnnouncement>,
    config: &EmulatorConfig,
    placement: &Placement,
    seen: &[(&CallerSpec, Placement)],
    addresses: [SocketAddr; 2],
) {
    match endpoints.last_mut() {
        // Names are unique; the same one again is the endpoint's second address.
        Some(last) if last.endpoint.name == placement.endpoint.name => {
            last.second_address = Some(addresses[0]);
        }
        _ => endpoints.push(EndpointAnnouncement {
            callers: seen.iter().map(CallerAnnouncement::of).collect(),
            ..EndpointAnnouncement::new(config, placement, addresses)
        }),
    }
}

/// Serves an endpoint over TLS and over plaintext, until `stopped` says otherwise.
fn spawn_servers(
    endpoint: SeenEndpoint,
    [secure, plaintext]: [TcpListener; 2],
    tls: TlsAcceptor,
    tasks: &mut JoinSet<()>,
    stopped: &watch::Receiver<()>,
) {
    let endpoint = Arc::new(endpoint);
    tasks.spawn(serve(
        secure,
        Some(tls),
        Arc::clone(&endpoint),
        stopped.clone(),
    ));
    tasks.spawn(serve(plaintext, None, endpoint, stopped.clone()));
}

/// Where a placement's listener is reached.
fn address(placement: &Placement, listener: &TcpListener) -> Result<SocketAddr, EmulatorError> {
    let refuse = |reason| EmulatorError::Listener {
        endpoint: placement.endpoint.name.clone(),
        reason,
    };
    let mut address = listener.local_addr().map_err(refuse)?;
    if address.ip().is_unspecified() {
        // Nobody can call every address at once; this machine reaches it here.
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    Ok(address)
}

/// What holds for the emulator as a whole, but the number of endpoints.
fn announce(
    config: &EmulatorConfig,
    network: &Network,
    name_servers: &NameServers,
    authority: &Authority,
    draws: Draws,
    shared: &Shared,
) -> EmulatorAnnouncement {
    let service = &shared.service;
    let now = shared.clock.read(0).told;
    EmulatorAnnouncement {
        vantage: config.vantage.clone(),
        seed: config.seed,
        link: network.link,
        why_not_kernel: network.why_not_kernel.clone(),
        global_endpoint: config.global_endpoint,
        dns: name_servers.address(),
        amazon_dns: name_servers.amazon_address(),
        endpoints: 0,
        ready_url: None,
        ca_pem: authority.root_pem().to_owned(),
        credentials: service.identities.credentials(),
        parameters: draws.during(|| service.ready_made(&config.vantage, now)),
        outbound_jwks: service.providers.outbound.jwks(),
    }
}

#[cfg(test)]
#[path = "emulator_tests.rs"]
pub(crate) mod tests;
#[cfg(test)]
#[path = "dispatch_tests.rs"]
mod dispatch_tests;
#[cfg(test)]
#[path = "wire_tests.rs"]
mod wire_tests;
#[cfg(test)]
#[path = "callers_tests.rs"]
mod callers_tests;
#[cfg(test)]
#[path = "opening_tests.rs"]
mod opening_tests;
