//! Where a fleet listens and how far away that is: on loopback, or behind the kernel link.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;

use super::FleetError;
use super::kernel_link::{KernelLink, KernelLinkError, Path, Tally};
use super::ledger::Ledger;
use super::service_time::stream;
use super::site::Clients;
use super::spec::{FleetSpec, Link, Placement};

/// The network of one fleet.
#[derive(Debug)]
pub(super) struct Network {
    /// The link that was made; never [`Link::Auto`].
    pub link: Link,
    /// Why it is not the kernel's, when that was to be tried.
    pub why_not_kernel: Option<String>,
    /// Who may call.
    pub clients: Clients,
    /// TLS and plaintext, for each placement.
    pub listeners: Vec<[TcpListener; 2]>,
    /// What the kernel link has carried.
    pub tallies: Tallies,
    /// Carries as long as it lives.
    pub kernel: Option<KernelLink>,
}

/// What has become of each endpoint's packets, by name; empty where packets are not ours to carry.
#[derive(Debug, Clone, Default)]
pub(super) struct Tallies(Arc<[(String, Arc<Tally>)]>);

impl Network {
    /// Makes the link that `spec` asks for and listens for every placement.
    pub(super) async fn open(
        spec: &FleetSpec,
        placements: &[Placement],
    ) -> Result<Self, FleetError> {
        let why_not_kernel = match spec.link {
            Link::Bytes | Link::Undelayed => None,
            Link::Kernel | Link::Auto => match Self::behind_kernel_link(spec, placements) {
                Ok(network) => return Ok(network),
                // A fleet of lossy paths would not be that fleet without them.
                Err(error) if spec.link == Link::Kernel || !spec.path.is_empty() => {
                    return Err(error);
                }
                Err(error) => Some(error.to_string()),
            },
        };
        let link = if spec.link == Link::Undelayed {
            Link::Undelayed
        } else {
            Link::Bytes
        };
        let mut listeners = Vec::with_capacity(placements.len());
        for (position, placement) in placements.iter().enumerate() {
            let address = loopback(spec, position);
            listeners.push([
                bind(placement, address, spec.listen_port).await?,
                bind(placement, address, 0).await?,
            ]);
        }
        let tallies = Tallies::default();
        Ok(Self {
            link,
            why_not_kernel,
            clients: Clients::Loopback,
            listeners,
            tallies,
            kernel: None,
        })
    }

    fn behind_kernel_link(spec: &FleetSpec, placements: &[Placement]) -> Result<Self, FleetError> {
        let tallies: Vec<Arc<Tally>> = placements.iter().map(|_| Arc::default()).collect();
        let path = |(placement, tally): (&Placement, &Arc<Tally>)| Path {
            one_way: placement.round_trip / 2,
            spec: placement.path,
            draws: stream(spec.seed, &format!("path to {}", placement.endpoint.name)),
            tally: Arc::clone(tally),
        };
        let (kernel, listeners) =
            KernelLink::open(placements.iter().zip(&tallies).map(path).collect())?;
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
            tallies: Tallies(names.zip(tallies).collect()),
            kernel: Some(kernel),
        })
    }

    /// The round trip that a connection to `placement` has to make itself.
    pub(super) fn added_round_trip(&self, placement: &Placement) -> Duration {
        if self.link == Link::Bytes {
            placement.round_trip
        } else {
            Duration::ZERO
        }
    }
}

impl Tallies {
    /// Adds the packets to the books.
    pub(super) fn enter(&self, ledger: &mut Ledger) {
        for (name, tally) in self.0.iter() {
            let count = |number: &std::sync::atomic::AtomicU64| number.load(Ordering::Relaxed);
            let packets = ledger
                .endpoints
                .entry(name.clone())
                .or_default()
                .packets
                .get_or_insert_default();
            packets.carried += count(&tally.carried);
            packets.lost += count(&tally.lost);
            packets.dropped += count(&tally.dropped);
        }
    }
}

/// A loopback address of its own for each endpoint where the whole of 127.0.0.0/8 is bound to loopback (Linux);
/// elsewhere the one address, and endpoints differ by port.
///
/// A port that all have in common makes addresses of their own a must.
fn loopback(spec: &FleetSpec, position: usize) -> IpAddr {
    if cfg!(target_os = "linux") || spec.listen_port != 0 {
        spec.listen_address(position)
            .expect("the spec's check has made room for every endpoint")
            .into()
    } else {
        Ipv4Addr::LOCALHOST.into()
    }
}

async fn bind(
    placement: &Placement,
    address: IpAddr,
    port: u16,
) -> Result<TcpListener, FleetError> {
    let address = SocketAddr::new(address, port);
    let refuse = |source| FleetError::Bind {
        endpoint: placement.endpoint.name.clone(),
        address,
        source,
    };
    TcpListener::bind(address).await.map_err(refuse)
}
