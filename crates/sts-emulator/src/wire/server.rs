//! Sockets: TLS, HTTP/1.1, and how each connection begins and ends.
//!
//! Only the emulator's own clients are served, which are on this machine. Nothing about a request is logged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::HandshakeKind;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::clock;
use crate::ledger::audit::record::TlsDetails;
use crate::ledger::writer::Handshake;
use crate::wire::connections::connection::Connection;
use crate::wire::connections::idle::IdlePlace;
use crate::wire::delayed_stream::DelayedStream;
use crate::wire::malformed_head::{EndpointClock, MalformedHeadStream};
use crate::wire::request_stream::RequestStream;
use crate::wire::seen_endpoint::SeenEndpoint;
use crate::wire::served_endpoint::{ServedEndpoint, respond};

/// Accepts connections for `endpoint` until `stop` changes; then every connection has ended when this returns.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    endpoint: Arc<SeenEndpoint>,
    mut stop: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A dropped sender means that the emulator is gone, which is a stop as well.
            _ = stop.changed() => break,
            Some(ended) = connections.join_next() => {
                if ended.is_err_and(|error| error.is_panic()) {
                    endpoint.defect();
                }
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(seen) = endpoint.for_caller(peer.ip()) {
                        connections.spawn(converse(stream, peer, tls.clone(), Arc::clone(seen)));
                    }
                }
                // Out of file descriptors, most likely: the backlog keeps the client until an idle connection has made room.
                Err(_) => {
                    endpoint.make_room();
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    connections.shutdown().await;
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    endpoint: Arc<ServedEndpoint>,
) {
    let name = &endpoint.placement.endpoint.name;
    endpoint.shared.ledger.connection(name);
    // Without it the kernel would hold small answers back, which is not the delay that is asked for; a socket that
    // refuses is about to fail anyway.
    let _ = stream.set_nodelay(true);
    let connection = Arc::new(Connection {
        peer: Some(peer.ip()),
        idle: IdlePlace::among(&endpoint.shared.idle),
        ..Connection::default()
    });
    let stream = DelayedStream::new(
        stream,
        endpoint.added_round_trip,
        &endpoint.shared.sleeper,
        Arc::clone(&connection.ending),
    );
    let Some(tls) = tls else {
        return exchange(stream, connection, endpoint).await;
    };
    let handshake = endpoint.shared.ledger.handshake(name);
    let delay = endpoint.handshake_delay();
    if !delay.is_zero() {
        endpoint
            .shared
            .sleeper
            .until(clock::monotonic() + delay)
            .await;
    }
    // Whatever goes wrong here, or takes too long, is a failed handshake in the ledger.
    if let Ok(Ok(stream)) = timeout(endpoint.client_deadline, tls.accept(stream)).await {
        let resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
        // Set once, because there is one handshake to a connection.
        let _ = connection.tls.set(TlsDetails::of(stream.get_ref().1));
        handshake.finish(if resumed {
            Handshake::Resumed
        } else {
            Handshake::Full
        });
        exchange(stream, connection, endpoint).await;
    }
}

async fn exchange<S>(stream: S, connection: Arc<Connection>, endpoint: Arc<ServedEndpoint>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = RequestStream::new(stream, Arc::clone(&connection), endpoint.client_deadline);
    let stream = MalformedHeadStream::new(
        stream,
        Arc::clone(&endpoint.shared.ledger),
        &endpoint.placement.endpoint.name,
        EndpointClock {
            clock: endpoint.shared.clock,
            offset_seconds: endpoint.faults.clock_offset_seconds,
        },
    );
    let service = service_fn({
        let (connection, endpoint) = (Arc::clone(&connection), Arc::clone(&endpoint));
        move |request| respond(Arc::clone(&endpoint), Arc::clone(&connection), request)
    });
    let hang_up = async {
        connection.hang_up.notified().await;
        let silence = endpoint
            .faults
            .close_after
            .and_then(|close| close.silently_after)
            .unwrap_or_default();
        // The last answer has to get to the client first.
        sleep(silence + endpoint.added_round_trip / 2).await;
    };
    let serving = http1::Builder::new()
        .auto_date_header(false)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    connection.idle.enter();
    tokio::select! {
        // How it ended is the client's to judge; the requests on it are in the ledger.
        _ = serving => {}
        () = hang_up => {}
        () = connection.idle.dismissed() => {}
    }
}

const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
