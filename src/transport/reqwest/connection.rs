//! The second client: reqwest, as a Rust application would use it, with its phases seen through its public seams.
//!
//! What reqwest does not show is folded. `send` ends when the body is handed to the connection, not when the kernel has
//! it; `wait` ends when the parsed head is handed back; time that reqwest spends before the first seam belongs to the
//! first phase. A session that was offered counts as resumed, also when the server declined it. Whether a head was cut
//! off by a reset or never began is not seen, nor are interim responses, and a head is bounded by 100 fields and by
//! hyper's own buffer of about 400 KiB.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use rustls::ClientConfig;
use rustls::client::{ClientSessionMemoryCache, Resumption};
use tokio::time::timeout_at;

use super::dialling::{Handshake, dialling};
use super::hooks::{
    HookedBody, HookedConnectorLayer, HookedResolver, HookedSessions, Hooks, Moments,
};
use crate::classify::{self, Heard};
use crate::plan::{ConnectionMode, Deadlines, Target};
use crate::sample::{Failure, FailureKind, Phase};
use crate::sign::SignedRequest;
use crate::transport::clock::timestamps::{hold, now};
use crate::transport::connection::{Connection, Transport};
use crate::transport::dial::Route;
use crate::transport::dns::PlannedResolver;
use crate::transport::exchange::{Response, TimedExchange};
use crate::transport::header_map::header_map;
use crate::transport::incoming::{Incoming, MAX_FIELDS};
use crate::transport::timeline::Timeline;
use crate::transport::tls::{SESSIONS_PER_CONNECTION, Trust};

/// Sends requests with reqwest.
#[derive(Debug, Clone)]
pub(crate) struct ReqwestTransport {
    trust: Trust,
    deadlines: Deadlines,
    resolver: PlannedResolver,
}

impl ReqwestTransport {
    /// With the system's resolver.
    #[cfg(test)]
    pub(crate) fn new(trust: Trust, deadlines: Deadlines) -> Self {
        Self::with_resolver(trust, deadlines, crate::plan::Resolver::System.into())
    }

    /// With that resolver. No public name may be on this machine, because reqwest has one set of authorities, whichever
    /// address it dials.
    pub(crate) fn with_resolver(
        trust: Trust,
        deadlines: Deadlines,
        resolver: PlannedResolver,
    ) -> Self {
        Self {
            trust: trust.without_local_names(),
            deadlines,
            resolver,
        }
    }
}

impl Transport for ReqwestTransport {
    type Connection = ReqwestConnection;

    fn connection(&self, target: &Target) -> ReqwestConnection {
        let origin = &target.endpoint.origin;
        let hooks = Hooks::default();
        let mut tls = (*self
            .trust
            .client_config(&target.endpoint, target.connection))
        .clone();
        let cache = match target.connection {
            ConnectionMode::Resumed => Some(ClientSessionMemoryCache::new(SESSIONS_PER_CONNECTION)),
            ConnectionMode::Cold | ConnectionMode::Warm => None,
        };
        tls.resumption = Resumption::store(Arc::new(HookedSessions {
            cache,
            hooks: hooks.clone(),
        }));
        let port = target
            .endpoint
            .address
            .map_or(origin.port(), |address| address.port());
        let host = if origin.host().contains(':') {
            format!("[{}]", origin.host())
        } else {
            origin.host().to_owned()
        };
        ReqwestConnection {
            route: Arc::new(Route::new(&target.endpoint, target.connection, &self.trust)),
            url: format!(
                "{}://{host}:{port}{}",
                origin.scheme().as_str(),
                origin.path()
            ),
            path: origin.path().to_owned(),
            authority: origin.authority(),
            literal: origin.ip().map(|ip| SocketAddr::new(ip, port)),
            connection: target.connection,
            deadlines: self.deadlines,
            resolver: self.resolver,
            tls,
            hooks,
            client: None,
            kept: Kept::Nothing,
            not_before: None,
        }
    }
}

/// One connection's place at one target, through reqwest's pool of at most one connection.
pub(crate) struct ReqwestConnection {
    route: Arc<Route>,
    url: String,
    path: String,
    authority: String,
    /// The host when it is an address; reqwest then asks no resolver.
    literal: Option<SocketAddr>,
    connection: ConnectionMode,
    deadlines: Deadlines,
    resolver: PlannedResolver,
    tls: ClientConfig,
    hooks: Hooks,
    client: Option<reqwest::Client>,
    kept: Kept,
    not_before: Option<Instant>,
}

/// What the pool holds, as far as the last exchange tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Nothing,
    Connection,
}

impl Connection for ReqwestConnection {
    async fn exchange(&mut self, request: Rc<SignedRequest>) -> TimedExchange {
        let prepared = self.prepare(&request);
        self.kept = Kept::Nothing;
        self.hooks.reset();
        let held = self.not_before.take().map_or(Duration::ZERO, hold);
        let began = now();
        let mut partial = ResponseSoFar::default();
        let response = match prepared {
            Ok((client, request)) => self.send(&client, request, began, &mut partial).await,
            Err(failure) => Err(failure),
        };
        let end = now();
        if response.is_ok() && self.connection == ConnectionMode::Warm {
            self.kept = Kept::Connection;
            // reqwest takes the connection back in a task of its own, which gets its turn now.
            tokio::task::yield_now().await;
        }
        let moments = self.hooks.moments();
        let timeline = partial.timeline(began, end, &moments, response.as_ref().err());
        TimedExchange {
            began,
            phases: timeline.phases(),
            connection: self.found(&moments),
            remote: partial.remote.or(moments.address).or(self.literal),
            lookup: moments.lookup,
            status: partial.status,
            client_overhead: None,
            held,
            response,
        }
    }

    fn hold_until(&mut self, at: Instant) {
        self.not_before = Some(at);
    }

    fn is_open(&self) -> bool {
        self.kept == Kept::Connection
    }

    fn close(&mut self) {
        // The pool ends with its client.
        self.client = None;
        self.kept = Kept::Nothing;
    }
}

impl ReqwestConnection {
    /// Everything that needs no time: client, headers, and the checks that a request must pass to be sent at all.
    fn prepare(
        &mut self,
        request: &SignedRequest,
    ) -> Result<(reqwest::Client, reqwest::Request), Failure> {
        let refuse = Failure {
            phase: Phase::Send,
            kind: FailureKind::ClientRequest,
        };
        if request.host != self.authority || request.path != self.path {
            return Err(refuse);
        }
        if let Some(literal) = self.literal {
            self.route.admit(literal.ip())?;
            // An address in the URL is what reqwest dials; another fixed address could not be reached.
            if self.route.known_address() != Some(literal) {
                return Err(refuse);
            }
        }
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self
                .client
                .insert(self.build().map_err(|_| refuse)?)
                .clone(),
        };
        let headers = header_map(request).map_err(|_| refuse)?;
        let body = reqwest::Body::wrap(HookedBody::new(
            Bytes::copy_from_slice(request.body.as_bytes()),
            self.hooks.clone(),
        ));
        let formed = client
            .post(&self.url)
            .headers(headers)
            .body(body)
            .build()
            .map_err(|_| refuse)?;
        Ok((client, formed))
    }

    fn build(&self) -> reqwest::Result<reqwest::Client> {
        let idle = match self.connection {
            ConnectionMode::Warm => 1,
            ConnectionMode::Cold | ConnectionMode::Resumed => 0,
        };
        let (route, hooks) = (Arc::clone(&self.route), self.hooks.clone());
        let guide = HookedResolver {
            route,
            deadlines: self.deadlines,
            resolver: self.resolver,
            hooks,
        };
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(Arc::new(guide))
            .connector_layer(HookedConnectorLayer {
                deadlines: self.deadlines,
                hooks: self.hooks.clone(),
            })
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .http1_max_headers(MAX_FIELDS)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(idle)
            .pool_idle_timeout(None)
            .build()
    }

    async fn send(
        &self,
        client: &reqwest::Client,
        request: reqwest::Request,
        began: Instant,
        partial: &mut ResponseSoFar,
    ) -> Result<Response, Failure> {
        let whole = began + self.deadlines.total;
        let first_byte = |moments: &Moments| match moments.handed {
            Some(handed) => whole.min(handed + self.deadlines.first_byte),
            None => whole,
        };
        let answer = match self.hooks.within(client.execute(request), first_byte).await {
            Some(Ok(answer)) => answer,
            Some(Err(error)) => return Err(self.refused(&error)),
            None => return Err(self.timed_out()),
        };
        partial.head = Some(now());
        partial.status = Some(answer.status().as_u16());
        partial.remote = answer.remote_addr();
        let incoming =
            Incoming::new(answer.version(), answer.status(), answer.headers()).map_err(|kind| {
                Failure {
                    phase: Phase::Wait,
                    kind,
                }
            })?;
        let received = timeout_at(whole.into(), receive(answer, incoming)).await;
        let received = received.unwrap_or(Err(FailureKind::BodyTimeout));
        received.map_err(|kind| Failure {
            phase: Phase::Receive,
            kind,
        })
    }

    /// The kind of connection that the request found, as the seams tell.
    fn found(&self, moments: &Moments) -> ConnectionMode {
        match (moments.dialling, moments.offered) {
            (None, _) => self.connection,
            (Some(_), Some(_)) => ConnectionMode::Resumed,
            (Some(_), None) => ConnectionMode::Cold,
        }
    }

    /// Why no head came, from what the seams saw and what reqwest says.
    fn refused(&self, error: &reqwest::Error) -> Failure {
        let moments = self.hooks.moments();
        if let Some(stopped) = moments.stopped {
            return stopped;
        }
        let phase = moments.phase_under_way();
        let kind = match phase {
            Phase::Dns => FailureKind::DnsFailed,
            Phase::Connect => dialling(error, Handshake::NotBegun),
            Phase::Tls => dialling(error, Handshake::Begun),
            Phase::Send | Phase::Wait | Phase::Receive => classify::waiting(error, Heard::Nothing),
        };
        Failure { phase, kind }
    }

    fn timed_out(&self) -> Failure {
        let phase = self.hooks.moments().phase_under_way();
        let kind = match phase {
            Phase::Dns => FailureKind::DnsTimeout,
            Phase::Connect => FailureKind::TcpTimeout,
            Phase::Tls => FailureKind::TlsTimeout,
            Phase::Send | Phase::Wait | Phase::Receive => FailureKind::HttpHeaderTimeout,
        };
        Failure { phase, kind }
    }
}

async fn receive(
    mut answer: reqwest::Response,
    mut incoming: Incoming,
) -> Result<Response, FailureKind> {
    while let Some(piece) = answer
        .chunk()
        .await
        .map_err(|error| classify::receiving(&error))?
    {
        incoming.push(&piece)?;
    }
    incoming.finish()
}

/// What is known of an exchange under way, besides the moments.
#[derive(Debug, Default)]
struct ResponseSoFar {
    head: Option<Instant>,
    status: Option<u16>,
    remote: Option<SocketAddr>,
}

impl ResponseSoFar {
    fn timeline(
        &self,
        began: Instant,
        end: Instant,
        moments: &Moments,
        failure: Option<&Failure>,
    ) -> Timeline {
        let mut timeline = Timeline::start(began);
        let last = failure.map_or(Phase::Receive, |failure| failure.phase);
        let ends = [
            (Phase::Dns, moments.resolved),
            (Phase::Connect, moments.handshake.or(moments.connected)),
            (Phase::Tls, moments.handshake.and(moments.connected)),
            (Phase::Send, moments.handed),
            (Phase::Wait, self.head),
        ];
        for (phase, at) in ends.into_iter().filter(|&(phase, _)| phase < last) {
            if let Some(at) = at {
                timeline.finish(phase, at);
            }
        }
        timeline.finish(last, end);
        timeline
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
