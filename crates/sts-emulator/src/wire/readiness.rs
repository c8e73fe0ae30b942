//! Whether an emulator serves, asked over HTTP at an address of its own: STS answers at every path of its endpoints, so that none
//! of them is free for the question.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::config::emulator_config::EmulatorConfig;
use crate::emulator_error::EmulatorError;

/// The listener for the question, bound and not yet answering.
pub(crate) struct Readiness {
    listener: TcpListener,
    address: SocketAddr,
}

impl Readiness {
    /// Binds what `config` asks for, if it asks for anything.
    pub(crate) async fn bind(config: &EmulatorConfig) -> Result<Option<Self>, EmulatorError> {
        let Some(address) = config.ready_listen else {
            return Ok(None);
        };
        let refuse = |reason| EmulatorError::Ready { address, reason };
        let listener = TcpListener::bind(address).await.map_err(refuse)?;
        let address = listener.local_addr().map_err(refuse)?;
        Ok(Some(Self { listener, address }))
    }

    /// What to ask, from this machine.
    pub(crate) fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{address}{READY_PATH}")
    }

    /// Says that the emulator is ready until `stopped` changes. Call it when every endpoint is served.
    pub(crate) fn serve(self, tasks: &mut JoinSet<()>, mut stopped: watch::Receiver<()>) {
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
            loop {
                tokio::select! {
                    _ = stopped.changed() => break,
                    Some(_) = connections.join_next() => {}
                    accepted = self.listener.accept() => match accepted {
                        Ok((stream, _)) => {
                            // Whoever finds no place is not answered, and asks again.
                            if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                                connections.spawn(async move {
                                    let asked = http1::Builder::new()
                                        .keep_alive(false)
                                        .serve_connection(TokioIo::new(stream), service_fn(answer));
                                    // How it ended is the client's to judge.
                                    let _ = timeout(LONGEST_QUESTION, asked).await;
                                    drop(place);
                                });
                            }
                        }
                        Err(_) => sleep(ACCEPT_PAUSE).await,
                    },
                }
            }
            connections.shutdown().await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_asked = request.uri().path() == READY_PATH;
    let (status, text) = match *request.method() {
        Method::GET | Method::HEAD if is_asked => (StatusCode::OK, "ready\n"),
        _ if is_asked => (StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD only\n"),
        _ => (StatusCode::NOT_FOUND, "there is only /_stsbench/ready\n"),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    Ok(response)
}

/// Asks the emulator whose readiness is told at `address`, for programs without an HTTP client of their own. Takes at most ten
/// seconds.
///
/// # Errors
/// Nobody listens there, or something else than a ready emulator answers.
pub fn ask_readiness(address: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {READY_PATH} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let expected = b"HTTP/1.1 200 ";
    let mut begin = [0; 13];
    stream.read_exact(&mut begin)?;
    if begin == *expected {
        Ok(())
    } else {
        Err(std::io::Error::other("no emulator answers there"))
    }
}

/// The one path.
const READY_PATH: &str = "/_stsbench/ready";
/// At once; probes come one after another.
const MOST_CONNECTIONS: usize = 64;
const LONGEST_QUESTION: Duration = Duration::from_secs(10);
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(3);
