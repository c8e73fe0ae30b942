//! The server of the pages: GET and HEAD over HTTP/1.1, with bounds on everything that a client decides.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::task::JoinHandle;

use crate::parallel::{runtime, start_thread};

use super::accept::takes_open_metrics;
use super::error::ServeError;
use super::pages::Pages;

/// A server that runs on a thread of its own until the program ends.
#[derive(Debug)]
pub(crate) struct HttpServer {
    address: SocketAddr,
}

impl HttpServer {
    /// Listens on `address` and serves `pages` there; port 0 is any free one.
    ///
    /// # Errors
    /// [`ServeError`] when the address cannot be listened on, or the system refuses a thread.
    pub(crate) fn start(address: SocketAddr, pages: Pages) -> Result<Self, ServeError> {
        Self::start_within(address, pages, Limits::default())
    }

    fn start_within(address: SocketAddr, pages: Pages, limits: Limits) -> Result<Self, ServeError> {
        let failed = |cause| ServeError::Listen { address, cause };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let runtime = runtime(NAME)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(failed)?
        };
        start_thread(NAME, move || {
            runtime.block_on(serve(listener, pages, limits));
        })?;
        Ok(Self { address: bound })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

const NAME: &str = "http";
/// Connections at once.
const MOST_CONNECTIONS: usize = 64;
/// The largest head of a request, bytes.
const HEAD_SIZE: usize = 16 << 10;
/// Before the system is asked again for a connection that it did not give.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// From the end of one answer to the end of the next request's head.
    head: Duration,
    /// After that long a connection takes no further request.
    lifetime: Duration,
    /// What is then left for reading the last answer.
    last_answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            lifetime: Duration::from_secs(120),
            last_answer: Duration::from_secs(20),
        }
    }
}

async fn serve(listener: tokio::net::TcpListener, pages: Pages, limits: Limits) {
    let mut open = Vec::<Open>::with_capacity(MOST_CONNECTIONS);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        open.retain(|it| !it.task.is_finished());
        make_room(&mut open);
        let has_asked = Arc::new(AtomicBool::new(false));
        let served = connection(stream, pages.clone(), limits, Arc::clone(&has_asked));
        let task = tokio::spawn(served);
        open.push(Open { task, has_asked });
    }
}

/// A connection that is served.
struct Open {
    task: JoinHandle<()>,
    /// Whether a whole request came.
    has_asked: Arc<AtomicBool>,
}

/// Ends the oldest connection where there are too many, one that has not asked for anything before one that has: clients that
/// say nothing must not keep a scrape waiting.
fn make_room(open: &mut Vec<Open>) {
    while open.len() >= MOST_CONNECTIONS {
        let silent = open.iter().position(|it| !it.has_asked.load(Relaxed));
        open.remove(silent.unwrap_or(0)).task.abort();
    }
}

/// One connection, from its first request to its end.
async fn connection(
    stream: tokio::net::TcpStream,
    pages: Pages,
    limits: Limits,
    has_asked: Arc<AtomicBool>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        has_asked.store(true, Relaxed);
        let answer = answer(&request, &pages);
        async { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // However it ends, there is nobody to tell.
    tokio::select! {
        ended = connection.as_mut() => drop(ended),
        () = tokio::time::sleep(limits.lifetime) => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(limits.last_answer, connection).await.ok();
        }
    }
}

fn answer(request: &Request<Incoming>, pages: &Pages) -> Response<Full<Bytes>> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "allowed: GET and HEAD\n");
        answer
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let shown = pages.shown();
    match request.uri().path() {
        "/" => page(StatusCode::OK, HTML, Bytes::from_static(INDEX.as_bytes())),
        "/metrics" if takes_open_metrics(request.headers()) => {
            page(StatusCode::OK, OPEN_METRICS, shown.open_metrics)
        }
        "/metrics" => page(StatusCode::OK, PROMETHEUS_TEXT, shown.prometheus_text),
        "/-/healthy" => text(StatusCode::OK, "stsbench is healthy\n"),
        "/-/ready" if shown.ready => text(StatusCode::OK, "stsbench is ready\n"),
        "/-/ready" => text(
            StatusCode::SERVICE_UNAVAILABLE,
            "stsbench is starting or ending\n",
        ),
        "/report" => match shown.report {
            Some(report) => page(StatusCode::OK, HTML, report),
            None => text(StatusCode::NOT_FOUND, "no window has a report yet\n"),
        },
        _ => text(StatusCode::NOT_FOUND, "no such page; / lists them\n"),
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    page(status, PLAIN, Bytes::from_static(text.as_bytes()))
}

/// An answer. hyper leaves the body out where HEAD asks.
fn page(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    answer
}

const PLAIN: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

const INDEX: &str = "<!doctype html><html lang=\"en\"><title>stsbench</title><h1>stsbench</h1><ul>\
    <li><a href=\"/report\">Report of the last window</a><li><a href=\"/metrics\">Metrics</a>\
    <li><a href=\"/-/healthy\">Healthy</a><li><a href=\"/-/ready\">Ready</a></ul></html>\n";

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
