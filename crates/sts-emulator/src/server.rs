//! Sockets: TLS, HTTP/1.1, and how each connection begins and ends.
//!
//! Only the fleet's own clients are served, which are on this machine. Nothing about a request is logged.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::HandshakeKind;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::audit::TlsDetails;
use super::clock;
use super::ledger::Handshake;
use super::link::{DelayedStream, Ending};
use super::refusal::Refusing;
use super::site::{Site, respond};

/// What a connection and the requests on it share.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// Who is at the other end.
    pub peer: Option<IpAddr>,
    /// What was negotiated, once it is.
    pub tls: OnceLock<TlsDetails>,
    /// How it ends.
    pub ending: Arc<Ending>,
    /// Requests answered so far.
    pub answered: AtomicU64,
    /// Tells the connection to end without a word.
    pub hang_up: Notify,
}

/// Accepts connections for `site` until `stop` changes; then every connection has ended when this returns.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    site: Arc<Site>,
    mut stop: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A dropped sender means that the fleet is gone, which is a stop as well.
            _ = stop.changed() => break,
            Some(ended) = connections.join_next() => {
                if ended.is_err_and(|error| error.is_panic()) {
                    site.books.defect(&site.placement.endpoint.name);
                }
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(converse(stream, peer, tls.clone(), Arc::clone(&site)));
                }
                // Out of file descriptors, most likely: the backlog keeps the client until some are free again.
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    connections.shutdown().await;
}

async fn converse(stream: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>, site: Arc<Site>) {
    if !site.clients.admit(peer.ip()) {
        return;
    }
    let name = &site.placement.endpoint.name;
    site.books.connection(name);
    // Without it the kernel would hold small answers back, which is not the delay that is asked for; a socket that
    // refuses is about to fail anyway.
    let _ = stream.set_nodelay(true);
    let connection = Arc::new(Connection {
        peer: Some(peer.ip()),
        ..Connection::default()
    });
    let stream = DelayedStream::new(
        stream,
        site.added_round_trip,
        &site.alarms,
        Arc::clone(&connection.ending),
    );
    let Some(tls) = tls else {
        return exchange(stream, connection, site).await;
    };
    let handshake = site.books.handshake(name);
    let delay = site.handshake_delay();
    if !delay.is_zero() {
        site.alarms.at(clock::monotonic() + delay).await;
    }
    // Whatever goes wrong here, or takes too long, is a failed handshake in the books.
    if let Ok(Ok(stream)) = timeout(HANDSHAKE_DEADLINE, tls.accept(stream)).await {
        let resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
        // Set once, because there is one handshake to a connection.
        let _ = connection.tls.set(TlsDetails::of(stream.get_ref().1));
        handshake.finish(if resumed {
            Handshake::Resumed
        } else {
            Handshake::Full
        });
        exchange(stream, connection, site).await;
    }
}

async fn exchange<S>(stream: S, connection: Arc<Connection>, site: Arc<Site>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = Refusing::new(
        stream,
        Arc::clone(&site.books),
        &site.placement.endpoint.name,
    );
    let service = service_fn({
        let (connection, site) = (Arc::clone(&connection), Arc::clone(&site));
        move |request| respond(Arc::clone(&site), Arc::clone(&connection), request)
    });
    let hang_up = async {
        connection.hang_up.notified().await;
        let silence = site
            .faults
            .close_after
            .and_then(|close| close.silently_after)
            .unwrap_or_default();
        // The last answer has to get to the client first.
        sleep(silence + site.added_round_trip / 2).await;
    };
    let serving = http1::Builder::new()
        .auto_date_header(false)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // How it ended is the client's to judge; the requests on it are in the books.
        _ = serving => {}
        () = hang_up => {}
    }
}

/// A client that connects and stays silent is let go after this.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(120);

const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
