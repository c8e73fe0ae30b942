//! A new connection: name, TCP handshake, TLS handshake, each stamped and each with its deadline.
//!
//! One address is dialled. A second one is never tried behind the first one's back, because the time of a race between
//! addresses belongs to none of them.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use rustls::HandshakeKind;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::classify;
use super::kernel_clock::KernelClock;
use super::resolve::{Resolve, is_public};
use super::stamped::{Opened, Stamped};
use super::stamps::{Stamps, now};
use super::timeline::Timeline;
use super::tls::Trust;
use crate::catalog::{Endpoint, Scheme};
use crate::plan::{Clock, Connection, Deadlines};
use crate::sample::{Failure, FailureKind, Phase};

/// How to reach one endpoint.
pub(super) struct Route {
    host: String,
    port: u16,
    /// A fixed address in place of the host's.
    address: Option<SocketAddr>,
    reach: Reach,
    tls: Option<(TlsConnector, Option<ServerName<'static>>)>,
}

/// Which addresses an endpoint may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This machine only: plaintext, a fixed address, or a loopback name.
    Loopback,
    /// The simulated fleet of this very run: this address and no other, with TLS.
    Fleet(IpAddr),
    /// The public internet: a name that nobody vouched for.
    Public,
    /// Anywhere: an address that was typed, or a name that the user vouches for.
    Anywhere,
}

/// A connection that was just opened.
pub(super) struct Dialled {
    pub(super) stream: Opened,
    /// Cold or resumed, as the handshake turned out.
    pub(super) connection: Connection,
}

impl Route {
    pub(super) fn new(endpoint: &Endpoint, connection: Connection, trust: &Trust) -> Self {
        let origin = &endpoint.origin;
        let host = origin.host().to_owned();
        let fleet = endpoint.address.filter(|address| trust.knows_fleet_at(*address));
        let reach = if let (Scheme::Https, Some(address)) = (origin.scheme(), fleet) {
            Reach::Fleet(address.ip())
        } else if origin.scheme() == Scheme::Http || endpoint.address.is_some() || origin.is_loopback_name() {
            Reach::Loopback
        } else if origin.ip().is_some() || trust.vouches_for(&host) {
            Reach::Anywhere
        } else {
            Reach::Public
        };
        let tls = match origin.scheme() {
            Scheme::Http => None,
            Scheme::Https => {
                let connector = TlsConnector::from(trust.client_config(endpoint, connection));
                Some((connector, ServerName::try_from(host.clone()).ok()))
            }
        };
        Self { host, port: origin.port(), address: endpoint.address, reach, tls }
    }

    /// The address that needs no resolver: a fixed one, or the host itself.
    pub(super) fn known_address(&self) -> Option<SocketAddr> {
        let literal = || self.host.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, self.port));
        self.address.or_else(literal)
    }

    /// Asks for the host's addresses and takes the first.
    ///
    /// # Errors
    /// A kind from the `dns.` or `client.` group.
    pub(super) async fn ask<R: Resolve>(&self, resolver: &R, deadline: Instant) -> Result<SocketAddr, FailureKind> {
        match timeout_at(deadline, resolver.addresses(&self.host, self.port)).await {
            Ok(Ok(addresses)) => addresses.first().copied().ok_or(FailureKind::DnsFailed),
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
    ) -> Result<SocketAddr, (Failure, Option<SocketAddr>)> {
        let address = match self.known_address() {
            Some(address) => address,
            None => {
                let asked = self.ask(resolver, timeline.deadline(deadlines.dns, deadlines.total)).await;
                timeline.finish(Phase::Dns, now());
                asked.map_err(|kind| (Failure { phase: Phase::Dns, kind }, None))?
            }
        };
        match self.admit(address.ip()) {
            Ok(()) => Ok(address),
            Err(failure) => {
                timeline.finish(failure.phase, now());
                Err((failure, Some(address)))
            }
        }
    }

    /// Whether the endpoint may have that address.
    ///
    /// # Errors
    /// The failure to report instead of dialling it.
    pub(super) fn admit(&self, ip: IpAddr) -> Result<(), Failure> {
        match self.reach {
            Reach::Loopback if !ip.to_canonical().is_loopback() => {
                Err(Failure { phase: Phase::Connect, kind: FailureKind::TcpNotLoopback })
            }
            Reach::Fleet(only) if ip != only => {
                Err(Failure { phase: Phase::Connect, kind: FailureKind::TcpNotLoopback })
            }
            Reach::Public if !is_public(ip) => Err(Failure { phase: Phase::Dns, kind: FailureKind::DnsRebind }),
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
        let connected = timeout_at(timeline.deadline(deadlines.connect, deadlines.total), connect(address)).await;
        timeline.finish(Phase::Connect, now());
        let socket = match connected {
            Ok(Ok(socket)) => Ok(socket),
            Ok(Err(error)) => Err(classify::connecting(&error)),
            Err(_) => Err(FailureKind::TcpTimeout),
        };
        let socket = socket.map_err(|kind| Failure { phase: Phase::Connect, kind })?;
        // What was dialled was admitted; what answers is checked too, since plaintext must not leave this machine.
        let peer = socket.peer_addr().map_err(|error| classify::connecting(&error));
        match peer {
            Ok(peer) => self.admit(peer.ip())?,
            Err(kind) => return Err(Failure { phase: Phase::Connect, kind }),
        }
        // Before anything is written, so that the kernel's count of bytes begins where ours does.
        let kernel_clock = if clock == Clock::Kernel { KernelClock::attach(&socket) } else { None };
        let stamps = if self.tls.is_some() { Stamps::default().of_records() } else { Stamps::default() };
        let stamped = Stamped::new(socket, Rc::new(stamps), kernel_clock);
        let Some((connector, server_name)) = &self.tls else {
            return Ok(Dialled { stream: Opened::plain(stamped), connection: Connection::Cold });
        };
        let failed = |kind| Failure { phase: Phase::Tls, kind };
        let server_name = server_name.clone().ok_or(failed(FailureKind::ClientRequest))?;
        let handshake = connector.connect(server_name, stamped);
        let shaken = timeout_at(timeline.deadline(deadlines.tls, deadlines.total), handshake).await;
        timeline.finish(Phase::Tls, now());
        match shaken {
            Ok(Ok(stream)) => {
                let connection = match stream.get_ref().1.handshake_kind() {
                    Some(HandshakeKind::Resumed) => Connection::Resumed,
                    _ => Connection::Cold,
                };
                Ok(Dialled { stream: Opened::tls(stream), connection })
            }
            Ok(Err(error)) => Err(failed(classify::shaking_hands(&error))),
            Err(_) => Err(failed(FailureKind::TlsTimeout)),
        }
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
    use crate::catalog::Origin;

    fn route(url: &str, address: &str, trust: &Trust) -> Route {
        let mut endpoint =
            Endpoint::custom("fleet", Origin::parse(url).expect("a URL")).expect("an endpoint of one's own");
        endpoint.address = Some(address.parse().expect("an address"));
        Route::new(&endpoint, Connection::Cold, trust)
    }

    #[test]
    fn rule_10_only_the_runs_own_fleet_is_reached_beyond_loopback_and_only_with_tls() {
        let announced = "198.18.1.1:4433";
        let trust = Trust::public().with_fleet([announced.parse().expect("an address")]);
        let (fleet, neighbour) = (IpAddr::from([198, 18, 1, 1]), IpAddr::from([198, 18, 1, 2]));
        let refused = |route: &Route, ip| route.admit(ip).is_err_and(|f| f.kind == FailureKind::TcpNotLoopback);

        let known = route("https://sts.amazonaws.com", announced, &trust);
        assert_eq!(known.admit(fleet), Ok(()));
        assert!(refused(&known, neighbour) && refused(&known, IpAddr::from([127, 0, 0, 1])), "that address, no other");
        assert!(refused(&route("http://localhost", announced, &trust), fleet), "never without TLS");
        assert!(refused(&route("https://sts.amazonaws.com", "198.18.1.1:4434", &trust), fleet), "never another port");
        assert!(refused(&route("https://sts.amazonaws.com", announced, &Trust::public()), fleet), "never unannounced");
    }
}
