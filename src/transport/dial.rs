//! A new connection: name, TCP handshake, TLS handshake, each stamped and each with its deadline.
//!
//! One address is dialled. A second one is never tried behind the first one's back, because the time of a race between
//! addresses belongs to none of them. A loopback name is the exception: a server on this machine often listens on one of
//! the name's two addresses only, and a refusal there takes no time.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use rustls::HandshakeKind;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::{Connect, TlsConnector};

use super::clock::kernel_clock::KernelClock;
use super::clock::timestamped_stream::{TimedStream, TimestampedStream};
use super::dns::{Resolve, Resolved, is_public};
use super::timeline::Timeline;
use super::tls::Trust;
use crate::classify;
use crate::plan::{Clock, ConnectionMode, Deadlines};
use crate::sample::{Failure, FailureKind, Lookup, Phase};
use crate::transport::clock::timestamps::{Timestamps, now};
use sts_model::{Endpoint, Scheme};

/// How to reach one endpoint.
pub(super) struct Route {
    host: String,
    port: u16,
    /// A fixed address in place of the host's.
    address: Option<SocketAddr>,
    has_loopback_name: bool,
    reach: Reach,
    tls: Option<(TlsConnector, Option<ServerName<'static>>)>,
    /// In place of `tls`'s connector where a public name has an address of this machine.
    local_tls: Option<TlsConnector>,
}

/// The address to be dialled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub(super) address: SocketAddr,
    /// The one to be dialled when that refuses; only a loopback name has it.
    pub(super) next: Option<SocketAddr>,
    /// The resolver's answer, when one was asked.
    pub(super) lookup: Option<Lookup>,
}

impl From<SocketAddr> for Chosen {
    fn from(address: SocketAddr) -> Self {
        Self {
            address,
            next: None,
            lookup: None,
        }
    }
}

/// Which addresses an endpoint may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This machine only: plaintext, a fixed address, or a loopback name.
    Loopback,
    /// The simulated fleet of this very run: this address and no other, with TLS.
    Emulator(IpAddr),
    /// The public internet: a name that nobody vouched for.
    Public,
    /// The public internet, or this machine under the user's own authority: a name that nobody vouched for, asked of a
    /// resolver on this machine that the user named together with an authority.
    PublicOrLocal,
    /// Anywhere: an address that was typed, or a name that the user vouches for or admits plaintext to.
    Anywhere,
}

/// A connection that was just opened.
pub(super) struct Dialled {
    pub(super) stream: TimedStream,
    /// Cold or resumed, as the handshake turned out.
    pub(super) connection: ConnectionMode,
}

impl Route {
    pub(super) fn new(endpoint: &Endpoint, connection: ConnectionMode, trust: &Trust) -> Self {
        let origin = &endpoint.origin;
        let host = origin.host().to_owned();
        let fleet = endpoint
            .address
            .filter(|address| trust.knows_emulator_at(*address));
        let reach = if let (Scheme::Https, Some(address)) = (origin.scheme(), fleet) {
            Reach::Emulator(address.ip())
        } else if origin.is_plaintext_elsewhere() && trust.admits_plaintext_to(&host) {
            Reach::Anywhere
        } else if origin.scheme() == Scheme::Http
            || endpoint.address.is_some()
            || origin.is_loopback_name()
        {
            Reach::Loopback
        } else if origin.ip().is_some() || trust.vouches_for(&host) {
            Reach::Anywhere
        } else if trust.admits_local_names() {
            Reach::PublicOrLocal
        } else {
            Reach::Public
        };
        let local_tls = (reach == Reach::PublicOrLocal)
            .then(|| trust.local_config(connection).map(TlsConnector::from))
            .flatten();
        let tls = match origin.scheme() {
            Scheme::Http => None,
            Scheme::Https => {
                let connector = TlsConnector::from(trust.client_config(endpoint, connection));
                Some((connector, ServerName::try_from(host.clone()).ok()))
            }
        };
        Self {
            host,
            port: origin.port(),
            address: endpoint.address,
            has_loopback_name: origin.is_loopback_name(),
            reach,
            tls,
            local_tls,
        }
    }

    /// The address that needs no resolver: a fixed one, or the host itself.
    pub(super) fn known_address(&self) -> Option<SocketAddr> {
        let literal = || {
            self.host
                .parse::<IpAddr>()
                .ok()
                .map(|ip| SocketAddr::new(ip, self.port))
        };
        self.address.or_else(literal)
    }

    /// Asks for the host's addresses and takes the first; of a loopback name the first of this machine, and another one
    /// in case that refuses.
    ///
    /// # Errors
    /// A kind from the `dns.` or `client.` group.
    pub(super) async fn ask<R: Resolve>(
        &self,
        resolver: &R,
        deadline: Instant,
    ) -> Result<Chosen, FailureKind> {
        match timeout_at(deadline, resolver.addresses(&self.host, self.port)).await {
            Ok(Ok(Resolved {
                addresses,
                ttl_seconds,
            })) => {
                let first = *addresses.first().ok_or(FailureKind::DnsFailed)?;
                let number = u16::try_from(addresses.len()).unwrap_or(u16::MAX);
                let mut local = addresses
                    .iter()
                    .copied()
                    .filter(|address| self.has_loopback_name && address.ip().is_loopback());
                let address = local.next().unwrap_or(first);
                Ok(Chosen {
                    address,
                    next: local.find(|next| *next != address),
                    lookup: Some(Lookup {
                        addresses: number,
                        ttl_seconds,
                    }),
                })
            }
            Ok(Err(kind)) => Err(kind),
            Err(_) => Err(FailureKind::DnsTimeout),
        }
    }

    /// Finds the address to dial; the phase `dns` happens only when there is something to ask.
    ///
    /// # Errors
    /// The failing phase, with the address that was refused.
    pub(super) async fn resolve<R: Resolve>(
        &self,
        resolver: &R,
        deadlines: &Deadlines,
        timeline: &mut Timeline,
    ) -> Result<Chosen, (Failure, Option<Chosen>)> {
        let chosen = match self.known_address() {
            Some(address) => address.into(),
            None => {
                let asked = self
                    .ask(resolver, timeline.deadline(deadlines.dns, deadlines.total))
                    .await;
                timeline.finish(Phase::Dns, now());
                asked.map_err(|kind| {
                    (
                        Failure {
                            phase: Phase::Dns,
                            kind,
                        },
                        None,
                    )
                })?
            }
        };
        match self.admit(chosen.address.ip()) {
            Ok(()) => Ok(chosen),
            Err(failure) => {
                timeline.finish(failure.phase, now());
                Err((failure, Some(chosen)))
            }
        }
    }

    /// Whether the endpoint may have that address.
    ///
    /// # Errors
    /// The failure to report instead of dialling it.
    pub(super) fn admit(&self, ip: IpAddr) -> Result<(), Failure> {
        match self.reach {
            Reach::Loopback if !ip.to_canonical().is_loopback() => Err(Failure {
                phase: Phase::Connect,
                kind: FailureKind::TcpNotLoopback,
            }),
            Reach::Emulator(only) if ip != only => Err(Failure {
                phase: Phase::Connect,
                kind: FailureKind::TcpNotLoopback,
            }),
            Reach::PublicOrLocal if ip.to_canonical().is_loopback() => Ok(()),
            Reach::Public | Reach::PublicOrLocal if !is_public(ip) => Err(Failure {
                phase: Phase::Dns,
                kind: FailureKind::DnsRebind,
            }),
            _ => Ok(()),
        }
    }

    /// Opens a connection to `address`, stamped by `clock` where the kernel does not refuse.
    ///
    /// # Errors
    /// The failing phase; its time is in `timeline`.
    pub(super) async fn open(
        &self,
        address: SocketAddr,
        clock: Clock,
        deadlines: &Deadlines,
        timeline: &mut Timeline,
    ) -> Result<Dialled, Failure> {
        let socket = self.connected(address, deadlines, timeline).await?;
        // Before anything is written, so that the kernel's count of bytes begins where ours does.
        let kernel_clock = if clock == Clock::Kernel {
            KernelClock::attach(&socket)
        } else {
            None
        };
        let timestamps = if self.tls.is_some() {
            Timestamps::default().of_records()
        } else {
            Timestamps::default()
        };
        let stamped = TimestampedStream::new(socket, Rc::new(timestamps), kernel_clock);
        let Some((connector, server_name)) = &self.tls else {
            return Ok(Dialled {
                stream: TimedStream::plain(stamped),
                connection: ConnectionMode::Cold,
            });
        };
        let connector = self
            .local_tls
            .as_ref()
            .filter(|_| address.ip().to_canonical().is_loopback())
            .unwrap_or(connector);
        let handshake = server_name
            .clone()
            .map(|server_name| connector.connect(server_name, stamped));
        shake_hands(handshake, deadlines, timeline).await
    }

    /// A connection that is open and leads where it may.
    async fn connected(
        &self,
        address: SocketAddr,
        deadlines: &Deadlines,
        timeline: &mut Timeline,
    ) -> Result<TcpStream, Failure> {
        let failed = |kind| Failure {
            phase: Phase::Connect,
            kind,
        };
        let deadline = timeline.deadline(deadlines.connect, deadlines.total);
        let connected = timeout_at(deadline, connect(address)).await;
        timeline.finish(Phase::Connect, now());
        let socket = match connected {
            Ok(Ok(socket)) => socket,
            Ok(Err(error)) => return Err(failed(classify::connecting(&error))),
            Err(_) => return Err(failed(FailureKind::TcpTimeout)),
        };
        // What was dialled was admitted; what answers is checked too, since plaintext must not leave this machine.
        match socket.peer_addr() {
            Ok(peer) => self.admit(peer.ip())?,
            Err(error) => return Err(failed(classify::connecting(&error))),
        }
        Ok(socket)
    }
}

/// Waits for the TLS handshake, which needs a server name.
async fn shake_hands(
    handshake: Option<Connect<TimestampedStream>>,
    deadlines: &Deadlines,
    timeline: &mut Timeline,
) -> Result<Dialled, Failure> {
    let failed = |kind| Failure {
        phase: Phase::Tls,
        kind,
    };
    let handshake = handshake.ok_or(failed(FailureKind::ClientRequest))?;
    let shaken = timeout_at(timeline.deadline(deadlines.tls, deadlines.total), handshake).await;
    timeline.finish(Phase::Tls, now());
    match shaken {
        Ok(Ok(stream)) => {
            let connection = match stream.get_ref().1.handshake_kind() {
                Some(HandshakeKind::Resumed) => ConnectionMode::Resumed,
                _ => ConnectionMode::Cold,
            };
            Ok(Dialled {
                stream: TimedStream::tls(stream),
                connection,
            })
        }
        Ok(Err(error)) => Err(failed(classify::shaking_hands(&error))),
        Err(_) => Err(failed(FailureKind::TlsTimeout)),
    }
}

async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpStream::connect(address).await?;
    // A request in two segments must not wait for the acknowledgement of the first.
    socket.set_nodelay(true)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sts_model::Origin;

    fn route(url: &str, address: &str, trust: &Trust) -> Route {
        let mut endpoint = Endpoint::custom("fleet", Origin::parse(url).expect("a URL"))
            .expect("an endpoint of one's own");
        endpoint.address = Some(address.parse().expect("an address"));
        Route::new(&endpoint, ConnectionMode::Cold, trust)
    }

    #[test]
    fn rule_10_only_the_runs_own_fleet_is_reached_beyond_loopback_and_only_with_tls() {
        let announced = "198.18.1.1:4433";
        let trust = Trust::public().with_emulator([announced.parse().expect("an address")]);
        let (fleet, neighbour) = (IpAddr::from([198, 18, 1, 1]), IpAddr::from([198, 18, 1, 2]));
        let refused = |route: &Route, ip| {
            route
                .admit(ip)
                .is_err_and(|f| f.kind == FailureKind::TcpNotLoopback)
        };

        let known = route("https://sts.amazonaws.com", announced, &trust);
        assert_eq!(known.admit(fleet), Ok(()));
        assert!(
            refused(&known, neighbour) && refused(&known, IpAddr::from([127, 0, 0, 1])),
            "that address, no other"
        );
        assert!(
            refused(&route("http://localhost", announced, &trust), fleet),
            "never without TLS"
        );
        assert!(
            refused(
                &route("https://sts.amazonaws.com", "198.18.1.1:4434", &trust),
                fleet
            ),
            "never another port"
        );
        assert!(
            refused(
                &route("https://sts.amazonaws.com", announced, &Trust::public()),
                fleet
            ),
            "never unannounced"
        );
    }

    #[test]
    fn rule_10_a_public_name_is_on_this_machine_only_where_the_user_named_resolver_and_authority() {
        let named = |trust: &Trust| {
            let origin = Origin::parse("https://sts.eu-west-1.amazonaws.com").expect("a URL");
            let endpoint = Endpoint::custom("aws", origin).expect("an endpoint");
            Route::new(&endpoint, ConnectionMode::Cold, trust)
        };
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let rebound = |route: &Route, text| {
            route
                .admit(ip(text))
                .is_err_and(|f| f.kind == FailureKind::DnsRebind)
        };
        let usual = named(&Trust::public());
        assert!(rebound(&usual, "127.0.0.1") && usual.local_tls.is_none());
        let authority = rcgen::generate_simple_self_signed(["laboratory".to_owned()])
            .expect("made")
            .cert
            .pem();
        let given = Trust::public()
            .with_authority(authority.as_bytes())
            .expect("an authority");
        let authority_alone = named(&given);
        assert!(rebound(&authority_alone, "127.0.0.1") && authority_alone.local_tls.is_none());
        let resolver_alone = named(&Trust::public().with_local_names());
        assert!(rebound(&resolver_alone, "127.0.0.1") && resolver_alone.local_tls.is_none());
        let both = named(&given.with_local_names());
        assert!(both.local_tls.is_some());
        for local in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(both.admit(ip(local)), Ok(()), "{local}");
        }
        assert!(
            ["10.0.0.1", "192.168.1.1", "169.254.169.254", "fd00::1"]
                .iter()
                .all(|text| rebound(&both, text))
        );
        assert_eq!(both.admit(ip("54.239.21.1")), Ok(()));
    }
}
