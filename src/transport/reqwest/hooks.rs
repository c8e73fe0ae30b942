//! What reqwest lets be seen of one request: moments that its public seams pass on the way.
//!
//! A resolver sees the question and its answer, a session store the beginning of a TLS handshake, a connector layer the
//! dialling, and the body the moment in which it is handed over. Nothing here influences what reqwest does, except that
//! each phase of dialling has its deadline.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;
use tokio::sync::watch;
use tokio::time::sleep_until;

use crate::plan::Deadlines;
use crate::sample::{Failure, FailureKind, Lookup, Phase};
use crate::transport::clock::timestamps::now;
use crate::transport::dial::{Chosen, Route};
use crate::transport::dns::PlannedResolver;

/// The moments of one request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moments {
    /// Dialling began.
    pub(crate) dialling: Option<Instant>,
    /// The resolver was asked.
    pub(crate) asked: Option<Instant>,
    /// The resolver answered.
    pub(crate) resolved: Option<Instant>,
    /// The address that was chosen.
    pub(crate) address: Option<SocketAddr>,
    /// The resolver's answer.
    pub(crate) lookup: Option<Lookup>,
    /// The TLS handshake began: the TCP connection was open.
    pub(crate) handshake: Option<Instant>,
    /// A TLS session was offered for resumption.
    pub(crate) offered: Option<Instant>,
    /// Dialling ended well.
    pub(crate) connected: Option<Instant>,
    /// The body was handed over.
    pub(crate) handed: Option<Instant>,
    /// Why dialling was given up here, before reqwest would have.
    pub(crate) stopped: Option<Failure>,
}

/// The moments of the request under way, shared with the seams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hooks(Arc<watch::Sender<Moments>>);

impl Hooks {
    /// A request begins.
    pub(crate) fn reset(&self) {
        self.note(|moments| *moments = Moments::default());
    }

    /// The moments so far.
    pub(crate) fn moments(&self) -> Moments {
        *self.0.borrow()
    }

    fn note(&self, change: impl FnOnce(&mut Moments)) {
        self.0.send_modify(change);
    }

    /// Waits for `future`, but not beyond a deadline that moves with the moments.
    pub(crate) async fn within<F: Future>(
        &self,
        future: F,
        deadline: impl Fn(&Moments) -> Instant,
    ) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut changes = self.0.subscribe();
        loop {
            let until = deadline(&changes.borrow_and_update());
            tokio::select! {
                biased;
                output = future.as_mut() => return Some(output),
                // The sender lives as long as `self`, so that this branch never ends in an error.
                _ = changes.changed() => {}
                () = sleep_until(until.into()) => return None,
            }
        }
    }
}

/// Dialling was given up for a reason that is already noted.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.as_str())]
struct Stopped(FailureKind);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Chooses the address that is dialled, and the next where the first may refuse.
pub(crate) struct HookedResolver {
    pub(crate) route: Arc<Route>,
    pub(crate) deadlines: Deadlines,
    pub(crate) resolver: PlannedResolver,
    pub(crate) hooks: Hooks,
}

impl reqwest::dns::Resolve for HookedResolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (route, hooks, limit) = (
            Arc::clone(&self.route),
            self.hooks.clone(),
            self.deadlines.dns,
        );
        let resolver = self.resolver;
        Box::pin(async move {
            let chosen = match route.known_address() {
                Some(address) => Ok(address.into()),
                None => {
                    let asked = now();
                    hooks.note(|moments| moments.asked = Some(asked));
                    let answer = route.ask(&resolver, (asked + limit).into()).await;
                    hooks.note(|moments| moments.resolved = Some(now()));
                    answer.map_err(|kind| Failure {
                        phase: Phase::Dns,
                        kind,
                    })
                }
            };
            let admitted = chosen.and_then(
                |Chosen {
                     address,
                     next,
                     lookup,
                 }| {
                    hooks.note(|moments| {
                        (moments.address, moments.lookup) = (Some(address), lookup);
                    });
                    route.admit(address.ip()).map(|()| [Some(address), next])
                },
            );
            match admitted {
                Ok(addresses) => {
                    Ok(Box::new(addresses.into_iter().flatten()) as reqwest::dns::Addrs)
                }
                Err(failure) => {
                    hooks.note(|moments| moments.stopped = Some(failure));
                    Err(BoxError::from(Stopped(failure.kind)))
                }
            }
        })
    }
}

/// Watches dialling from the outside.
#[derive(Clone)]
pub(crate) struct HookedConnectorLayer {
    pub(crate) deadlines: Deadlines,
    pub(crate) hooks: Hooks,
}

impl<S> tower_layer::Layer<S> for HookedConnectorLayer {
    type Service = HookedConnector<S>;

    fn layer(&self, connector: S) -> HookedConnector<S> {
        HookedConnector {
            connector,
            watch: self.clone(),
        }
    }
}

/// reqwest's connector, watched.
#[derive(Clone)]
pub(crate) struct HookedConnector<S> {
    connector: S,
    watch: HookedConnectorLayer,
}

impl<S, D> tower_service::Service<D> for HookedConnector<S>
where
    S: tower_service::Service<D, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, destination: D) -> Self::Future {
        let HookedConnectorLayer { deadlines, hooks } = self.watch.clone();
        let dialling = self.connector.call(destination);
        Box::pin(async move {
            let began = now();
            hooks.note(|moments| moments.dialling = Some(began));
            let limit = |moments: &Moments| dialling_deadline(moments, began, &deadlines);
            let Some(connected) = hooks.within(dialling, limit).await else {
                let failure = hooks.moments().dialling_timeout();
                hooks.note(|moments| moments.stopped = Some(failure));
                return Err(BoxError::from(Stopped(failure.kind)));
            };
            if connected.is_ok() {
                hooks.note(|moments| moments.connected = Some(now()));
            }
            connected
        })
    }
}

/// When the phase of dialling that is under way has to end.
fn dialling_deadline(moments: &Moments, began: Instant, deadlines: &Deadlines) -> Instant {
    match (moments.handshake, moments.resolved, moments.asked) {
        (Some(handshake), _, _) => handshake + deadlines.tls,
        (None, Some(resolved), _) => resolved + deadlines.connect,
        // The resolver keeps its own deadline; this one is behind it.
        (None, None, Some(asked)) => asked + deadlines.dns + deadlines.connect,
        (None, None, None) => began + deadlines.connect,
    }
}

impl Moments {
    /// How far the request has come.
    pub(crate) fn phase_under_way(&self) -> Phase {
        if self.dialling.is_some() && self.connected.is_none() {
            match (self.handshake, self.asked, self.resolved) {
                (Some(_), _, _) => Phase::Tls,
                (None, Some(_), None) => Phase::Dns,
                _ => Phase::Connect,
            }
        } else if self.handed.is_none() {
            Phase::Send
        } else {
            Phase::Wait
        }
    }

    fn dialling_timeout(&self) -> Failure {
        match self.handshake {
            Some(_) => Failure {
                phase: Phase::Tls,
                kind: FailureKind::TlsTimeout,
            },
            None => Failure {
                phase: Phase::Connect,
                kind: FailureKind::TcpTimeout,
            },
        }
    }
}

/// A session store that sees handshakes begin; without a cache it remembers nothing, so that every handshake is full.
pub(crate) struct HookedSessions {
    pub(crate) cache: Option<ClientSessionMemoryCache>,
    pub(crate) hooks: Hooks,
}

impl fmt::Debug for HookedSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookedSessions").finish_non_exhaustive()
    }
}

impl HookedSessions {
    fn offer<T>(&self, session: Option<T>) -> Option<T> {
        if session.is_some() {
            self.hooks.note(|moments| moments.offered = Some(now()));
        }
        session
    }
}

impl ClientSessionStore for HookedSessions {
    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        if let Some(cache) = &self.cache {
            cache.set_kx_hint(server, group);
        }
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        // rustls asks for the hint once, when it writes the first message of a handshake.
        self.hooks.note(|moments| moments.handshake = Some(now()));
        self.cache.as_ref()?.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, session: Tls12ClientSessionValue) {
        if let Some(cache) = &self.cache {
            cache.set_tls12_session(server, session);
        }
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.offer(self.cache.as_ref()?.tls12_session(server))
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        if let Some(cache) = &self.cache {
            cache.remove_tls12_session(server);
        }
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        if let Some(cache) = &self.cache {
            cache.insert_tls13_ticket(server, ticket);
        }
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.offer(self.cache.as_ref()?.take_tls13_ticket(server))
    }
}

/// A request's body that sees itself handed over.
pub(crate) struct HookedBody {
    bytes: Option<Bytes>,
    hooks: Hooks,
}

impl HookedBody {
    pub(crate) fn new(bytes: Bytes, hooks: Hooks) -> Self {
        Self {
            bytes: Some(bytes),
            hooks,
        }
    }
}

impl Body for HookedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let taken = self.bytes.take();
        if taken.is_some() {
            self.hooks.note(|moments| moments.handed = Some(now()));
        }
        Poll::Ready(taken.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
