//! OTHER SIDE: a simulated STS fleet on this machine, to measure against without an AWS account.
//!
//! Every endpoint has its real host name, a TLS certificate for it, its own address on this machine, the latency of its
//! distance from a vantage Region and a random service time. Requests are authenticated by an implementation of Signature Version 4
//! of its own and answered in STS's XML. This module is the independent second opinion: it knows the catalogue and the
//! operations' names, and must never share code with the signing or the sending side. It prints nothing, logs nothing, writes no
//! file but the audit trail that it is asked for, binds nothing that another machine reaches, and all its credentials are fakes of its own making.
//!
//! What a fleet does not imitate: the TCP handshake's latency unless [`Link::Kernel`] carries it.

mod alarm;
mod announce;
mod answer;
mod audit;
mod authenticate;
mod authority;
mod body;
mod built_in;
mod canonical_request;
mod claim;
mod clock;
mod directory;
mod dns;
mod entropy;
mod faults;
mod federation;
mod fleet_thread;
mod freeze;
mod geography;
#[cfg(all(feature = "federation", any(test, fuzzing)))]
pub mod hostile_input;
mod identities;
mod kernel_link;
mod latency;
mod ledger;
mod link;
mod network;
mod operations;
mod parameters;
mod path;
mod patience;
mod policy;
mod prepared_link;
mod process;
mod quota;
mod refusal;
mod reply;
mod server;
mod service_time;
mod site;
mod spec;

pub use announce::{Announcement, EndpointAnnouncement, FleetAnnouncement};
pub use audit::AuditError;
pub use authority::AuthorityError;
pub use dns::DnsSpec;
pub use faults::{FaultSpec, InjectedFault};
pub use federation::{OidcProviderSpec, ProviderState, SamlProviderSpec};
pub use fleet_thread::FleetThread;
pub use geography::{
    FIBRE_KM_PER_SECOND, OWN_REGION_ROUND_TRIP, PATH_INFLATION, SHORTEST_ROUND_TRIP,
    UNPLACED_ROUND_TRIP,
};
pub use identities::{AccountSpec, FleetCredentials, MfaSpec, RoleSpec, UserSpec};
pub use kernel_link::KernelLinkError;
pub use latency::{LatencyLaw, LatencySpec, Step};
pub use ledger::{ABANDONED, EndpointLedger, IN_PROGRESS, Ledger, Packets, UNKNOWN_OPERATION};
pub use link::IN_FLIGHT_BYTES;
pub use path::PathSpec;
pub use prepared_link::PreparedLink;
pub use process::{EmulatorProcess, EmulatorProcessError};
pub use quota::Quota;
pub use service_time::ServiceTime;
pub use spec::{FleetSpec, GlobalServing, Link, Mistake, SpecError, TlsVersion};

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use sts_model::Endpoint;

use alarm::AlarmClock;
use answer::Desk;
use audit::AuditTrail;
use authority::Authority;
use directory::Directory;
use faults::Faults;
use federation::IdentityProviders;
use identities::Identities;
use kernel_link::KernelLink;
use latency::Disturbances;
use ledger::Books;
use network::{Network, Tallies};
use operations::{Inquiry, ready_made};
use parameters::Parameters;
use quota::Buckets;
use site::Site;
use spec::Placement;

/// A running fleet. It serves as long as its runtime runs and it is not dropped.
#[derive(Debug)]
pub struct Fleet {
    view: FleetView,
    listeners: JoinSet<()>,
    stop: watch::Sender<()>,
    /// Wakes the connections; outlives every one.
    _alarm_clock: AlarmClock,
    /// Carries their packets.
    _kernel_link: Option<KernelLink>,
    /// Writes down their calls.
    audit: Option<AuditTrail>,
}

/// What can be known of a fleet from outside; cheap to clone.
#[derive(Debug, Clone)]
pub struct FleetView {
    announcement: Arc<FleetAnnouncement>,
    endpoints: Arc<[EndpointAnnouncement]>,
    books: Arc<Books>,
    tallies: Tallies,
}

/// Why a fleet could not start.
#[derive(Debug, Error)]
pub enum FleetError {
    /// The spec describes no fleet.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The audit trail cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Certificates could not be made.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The kernel link cannot be made.
    #[error(transparent)]
    KernelLink(#[from] KernelLinkError),
    /// A loopback address could not be bound.
    #[error("cannot bind {address} for endpoint {endpoint}: {source}")]
    Bind {
        /// The endpoint's name.
        endpoint: String,
        /// The address, with port 0 for any.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The DNS's port could not be bound.
    #[error("cannot bind port {port} of 127.0.0.1 for the fleet's DNS: {source}")]
    Dns {
        /// The port, 0 for any.
        port: u16,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A listener does not say where it listens.
    #[error("cannot tell the address of endpoint {endpoint}: {source}")]
    Listener {
        /// The endpoint's name.
        endpoint: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A thread or a runtime could not be started.
    #[error("cannot start the fleet's {what}: {source}")]
    Thread {
        /// Which.
        what: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl Fleet {
    /// Binds and serves every endpoint of `spec` on the current Tokio runtime; a current-thread one is enough.
    ///
    /// # Errors
    /// [`FleetError`] when the spec is wrong or the system refuses; nothing keeps running then.
    pub async fn start(spec: FleetSpec) -> Result<Self, FleetError> {
        let selected = spec.placements()?;
        let count = selected.len();
        let placements = with_seconds(&spec, selected);
        let alarm_clock = AlarmClock::start().map_err(|source| FleetError::Thread {
            what: "alarm thread",
            source,
        })?;
        let authority = Authority::new(clock::wall(0))?;
        let desk = Arc::new(Desk {
            identities: Identities::new(&spec.accounts, &spec.users, &spec.roles),
            providers: IdentityProviders::new(&spec.oidc_providers, &spec.saml_providers),
            buckets: Buckets::new(spec.quota),
        });
        let books = Books::open(
            placements
                .iter()
                .map(|placement| placement.endpoint.name.as_str()),
        );
        let regions = placements.iter().map(Placement::recorded_in);
        let audit = spec
            .audit
            .as_ref()
            .map(|directory| AuditTrail::open(directory, regions, Arc::clone(&books)));
        let audit = audit.transpose()?;
        let mut network = Network::open(&spec, &placements).await?;
        let dns = Directory::bind(&spec).await?;
        let announcement = FleetAnnouncement {
            vantage: spec.vantage.clone(),
            seed: spec.seed,
            link: network.link,
            why_not_kernel: network.why_not_kernel.take(),
            global_endpoint: spec.global_endpoint,
            dns: dns.address(),
            amazon_dns: dns.amazon_address(),
            endpoints: count,
            ca_pem: authority.root_pem().to_owned(),
            credentials: desk.identities.credentials(),
            parameters: ready_made(announced_from(&desk, &spec.vantage)),
            outbound_jwks: desk.providers.outbound.jwks(),
        };
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        let mut endpoints: Vec<EndpointAnnouncement> = Vec::with_capacity(count);
        let listeners = std::mem::take(&mut network.listeners);
        for (mut placement, [secure, plaintext]) in placements.into_iter().zip(listeners) {
            let addresses = [
                address(&placement, &secure)?,
                address(&placement, &plaintext)?,
            ];
            placement.endpoint.address = Some(addresses[0]);
            let host = placement.endpoint.origin.host();
            let tls = TlsAcceptor::from(authority.server_config(
                host,
                addresses[0].ip(),
                placement.newest_tls,
            )?);
            match endpoints.last_mut() {
                // Names are unique; the same one again is the endpoint's second address.
                Some(last) if last.endpoint.name == placement.endpoint.name => {
                    last.second_address = Some(addresses[0])
                }
                _ => endpoints.push(announce(&spec, &placement, addresses)),
            }
            let site = Arc::new(Site {
                service_time: spec.service_times(&placement.endpoint.name),
                disturbances: Disturbances::of(&placement.endpoint.name, &spec.latency),
                faults: Faults::of(&placement.endpoint.name, &spec.faults),
                draws: Mutex::new(service_time::stream(spec.seed, &placement.endpoint.name)),
                desk: Arc::clone(&desk),
                books: Arc::clone(&books),
                alarms: alarm_clock.alarms(),
                added_round_trip: network.added_round_trip(&placement),
                clients: network.clients,
                audit: audit.as_ref().map(AuditTrail::queue),
                placement,
            });
            tasks.spawn(server::serve(
                secure,
                Some(tls),
                Arc::clone(&site),
                stopped.clone(),
            ));
            tasks.spawn(server::serve(plaintext, None, site, stopped.clone()));
        }
        dns.serve(&spec, &endpoints, &mut tasks, &stopped);
        let Network {
            tallies, kernel, ..
        } = network;
        let view = FleetView {
            announcement: Arc::new(announcement),
            endpoints: endpoints.into(),
            books,
            tallies,
        };
        Ok(Self {
            view,
            listeners: tasks,
            stop,
            _alarm_clock: alarm_clock,
            _kernel_link: kernel,
            audit,
        })
    }

    /// Starts the fleet on a thread and a runtime of its own; dropping the result ends it.
    ///
    /// # Errors
    /// As [`Fleet::start`].
    pub fn spawn(spec: FleetSpec) -> Result<FleetThread, FleetError> {
        FleetThread::start(spec)
    }

    /// What can be known from outside, also after the fleet has ended.
    pub fn view(&self) -> FleetView {
        self.view.clone()
    }

    /// The endpoints under their real names, with their addresses; ready to be measured.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.view.endpoints()
    }

    /// What the fleet has seen so far.
    pub fn ledger(&self) -> Ledger {
        self.view.ledger()
    }

    /// Ends every connection and returns the final ledger, in which no request is in progress.
    pub async fn shutdown(mut self) -> Ledger {
        // Listeners that have already ended need no word.
        let _ = self.stop.send(());
        while self.listeners.join_next().await.is_some() {}
        // Every record is on disk before the books are closed.
        drop(self.audit.take());
        self.view.ledger()
    }
}

impl FleetView {
    /// The first line that the fleet's process prints.
    pub fn announcement(&self) -> &FleetAnnouncement {
        &self.announcement
    }

    /// The endpoints with what they inject, in the selector's order.
    pub fn announced_endpoints(&self) -> &[EndpointAnnouncement] {
        &self.endpoints
    }

    /// All lines but the last: the fleet, then its endpoints.
    pub fn announcements(&self) -> Vec<Announcement> {
        let fleet = Announcement::Fleet(Box::new((*self.announcement).clone()));
        std::iter::once(fleet)
            .chain(
                self.endpoints
                    .iter()
                    .cloned()
                    .map(|endpoint| Announcement::Endpoint(Box::new(endpoint))),
            )
            .collect()
    }

    /// The endpoints under their real names, with their loopback addresses.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.endpoints
            .iter()
            .map(|announced| announced.endpoint.clone())
            .collect()
    }

    /// What the fleet has seen so far.
    pub fn ledger(&self) -> Ledger {
        let mut ledger = self.books.ledger();
        self.tallies.enter(&mut ledger);
        ledger
    }
}

/// The placements, each followed by its second address if it has one.
fn with_seconds(spec: &FleetSpec, placements: Vec<Placement>) -> Vec<Placement> {
    let pair = |first: Placement| {
        let second = first.second(spec);
        std::iter::once(first).chain(second)
    };
    placements.into_iter().flat_map(pair).collect()
}

/// An inquiry of nobody, for what a fleet announces of itself.
fn announced_from<'a>(desk: &'a Desk, vantage: &'a str) -> Inquiry<'a> {
    Inquiry {
        parameters: Parameters::none(),
        identities: &desk.identities,
        providers: &desk.providers,
        partition: "aws",
        served_by: vantage,
        is_global: false,
        now: clock::wall(0),
    }
}

/// Where a placement's listener listens.
fn address(
    placement: &Placement,
    listener: &tokio::net::TcpListener,
) -> Result<SocketAddr, FleetError> {
    let endpoint = || placement.endpoint.name.clone();
    listener
        .local_addr()
        .map_err(|source| FleetError::Listener {
            endpoint: endpoint(),
            source,
        })
}

fn announce(
    spec: &FleetSpec,
    placement: &Placement,
    [secure, plaintext]: [SocketAddr; 2],
) -> EndpointAnnouncement {
    let endpoint = placement.endpoint.clone();
    let faults = spec
        .faults
        .iter()
        .filter(|fault| fault.concerns(&endpoint.name))
        .map(|fault| fault.fault.name());
    let laws = spec
        .latency
        .iter()
        .filter(|law| law.concerns(&endpoint.name) && law.law.disturbs());
    EndpointAnnouncement {
        host: endpoint.origin.host().to_owned(),
        url: format!("https://{secure}"),
        second_address: None,
        plaintext_address: plaintext,
        plaintext_url: format!("http://{plaintext}"),
        served_by: placement.served_by.clone(),
        rtt_ms: placement.round_trip.as_secs_f64() * 1e3,
        service_time: spec.service_times(&endpoint.name),
        faults: faults
            .chain(laws.map(|law| law.law.name()))
            .map(str::to_owned)
            .collect(),
        endpoint,
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod wire_tests;
