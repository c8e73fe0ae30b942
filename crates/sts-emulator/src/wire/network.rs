//! Where an emulator listens and how far away that is: on loopback, or behind the kernel link.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::config::emulator_config::EmulatorConfig;
use crate::config::link::Link;
use crate::config::placement::Placement;
use crate::emulator_error::EmulatorError;
use crate::kernel_link::KernelLink;
use crate::kernel_link::error::KernelLinkError;
use crate::kernel_link::path::{Path, PathCounters};
use crate::ledger::counts::Ledger;
use crate::service::service_time::stream;
use crate::wire::connections::clients::Clients;

/// The network of one emulator.
#[derive(Debug)]
pub(crate) struct Network {
    /// The link that was made; never [`Link::Auto`].
    pub link: Link,
    /// Why it is not the kernel's, when that was to be tried.
    pub why_not_kernel: Option<String>,
    /// Who may call.
    pub clients: Clients,
    /// TLS and plaintext, for each placement.
    pub listeners: Vec<[TcpListener; 2]>,
    /// What the kernel link has carried.
    pub counters: PacketCounters,
    /// Carries as long as it lives.
    pub kernel: Option<KernelLink>,
}

/// What has become of each endpoint's packets, by name; empty where packets are not ours to carry.
#[derive(Debug, Clone, Default)]
pub(crate) struct PacketCounters(Arc<[(String, Arc<PathCounters>)]>);

impl Network {
    /// Makes the link that `config` asks for and listens for every placement.
    pub(crate) async fn open(
        config: &EmulatorConfig,
        placements: &[Placement],
    ) -> Result<Self, EmulatorError> {
        let why_not_kernel = match config.link {
            Link::Bytes | Link::Undelayed => None,
            Link::Kernel | Link::Auto => match Self::behind_kernel_link(config, placements) {
                Ok(network) => return Ok(network),
                // An emulator of lossy paths must not run without them.
                Err(error) if config.link == Link::Kernel || !config.path.is_empty() => {
                    return Err(error);
                }
                Err(error) => Some(error.to_string()),
            },
        };
        let link = if config.link == Link::Undelayed {
            Link::Undelayed
        } else {
            Link::Bytes
        };
        let mut listeners = Vec::with_capacity(placements.len());
        for (position, placement) in placements.iter().enumerate() {
            let sockets = config.sockets(position);
            let [secure, plaintext] =
                sockets.expect("the config's check has made room for every endpoint");
            listeners.push([
                bind(placement, secure).await?,
                bind(placement, plaintext).await?,
            ]);
        }
        let counters = PacketCounters::default();
        Ok(Self {
            link,
            why_not_kernel,
            clients: if config.is_open() {
                Clients::Anywhere
            } else {
                Clients::Loopback
            },
            listeners,
            counters,
            kernel: None,
        })
    }

    fn behind_kernel_link(
        config: &EmulatorConfig,
        placements: &[Placement],
    ) -> Result<Self, EmulatorError> {
        let counters: Vec<Arc<PathCounters>> = placements.iter().map(|_| Arc::default()).collect();
        let path = |(placement, counters): (&Placement, &Arc<PathCounters>)| Path {
            one_way: placement.round_trip / 2,
            spec: placement.path,
            draws: stream(config.seed, &format!("path to {}", placement.endpoint.name)),
            counters: Arc::clone(counters),
        };
        let (kernel, listeners) =
            KernelLink::open(placements.iter().zip(&counters).map(path).collect())?;
        let known = |reason| KernelLinkError::System {
            what: "wait for connections",
            reason,
        };
        let listeners = listeners.into_iter().map(|[secure, plaintext]| {
            Ok([
                TcpListener::from_std(secure).map_err(known)?,
                TcpListener::from_std(plaintext).map_err(known)?,
            ])
        });
        let names = placements
            .iter()
            .map(|placement| placement.endpoint.name.clone());
        Ok(Self {
            link: Link::Kernel,
            why_not_kernel: None,
            clients: Clients::At(kernel.client()),
            listeners: listeners.collect::<Result<_, KernelLinkError>>()?,
            counters: PacketCounters(names.zip(counters).collect()),
            kernel: Some(kernel),
        })
    }

    /// The round trip that a connection to `placement` has to make itself.
    pub(crate) fn added_round_trip(&self, placement: &Placement) -> Duration {
        if self.link == Link::Bytes {
            placement.round_trip
        } else {
            Duration::ZERO
        }
    }
}

impl PacketCounters {
    /// Adds the packets to the ledger.
    pub(crate) fn enter(&self, ledger: &mut Ledger) {
        for (name, counters) in self.0.iter() {
            let count = |number: &std::sync::atomic::AtomicU64| number.load(Ordering::Relaxed);
            let packets = ledger
                .endpoints
                .entry(name.clone())
                .or_default()
                .packets
                .get_or_insert_default();
            packets.carried += count(&counters.carried);
            packets.lost += count(&counters.lost);
            packets.dropped += count(&counters.dropped);
        }
    }
}

async fn bind(placement: &Placement, address: SocketAddr) -> Result<TcpListener, EmulatorError> {
    let refuse = |reason| EmulatorError::Bind {
        endpoint: placement.endpoint.name.clone(),
        address,
        reason,
    };
    TcpListener::bind(address).await.map_err(refuse)
}
