//! The default client: hyper's HTTP/1.1 connection over our own dialler.
//!
//! There is no pool and no background task: a connection is driven only while it exchanges, so which
//! connection carried a request, whether it was new, and that nothing was sent twice is known and not guessed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::http::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::classify::{self, Heard};
use crate::plan::{Clock, ConnectionMode, Deadlines, Target};
use crate::sample::{Failure, FailureKind, Phase};
use crate::sign::SignedRequest;
use crate::transport::clock::kernel_clock::KernelTimestamping;
use crate::transport::clock::timestamps::{Conversed, Held, Timestamps, hold, now};
use crate::transport::connection::{Connection, Transport};
use crate::transport::dial::{Chosen, Dialled, Route};
use crate::transport::dns::{Resolve, SystemResolver};
use crate::transport::exchange::TimedExchange;
use crate::transport::incoming::{Framing, Incoming, MAX_FIELDS, MAX_HEAD_BYTES};
use crate::transport::timeline::Timeline;
use crate::transport::tls::Trust;

use super::formed_request::FormedRequest;
use super::open::{Deadline, Driver, HyperLink, Unanswered};
use super::partial_exchange::PartialExchange;

/// Sends requests with hyper; runs on one thread.
#[derive(Debug, Clone)]
pub struct HyperTransport<R = SystemResolver> {
    trust: Trust,
    deadlines: Deadlines,
    resolver: Rc<R>,
    /// Held while the kernel is to stamp.
    kernel_clock: Option<Rc<KernelTimestamping>>,
    second_choices: SecondChoices,
}

/// Addresses that connections were opened to after the first one of a loopback name had refused. From then on they come
/// first, so that no measured call spends time on the refusal.
type SecondChoices = Rc<RefCell<BTreeSet<SocketAddr>>>;

impl HyperTransport {
    /// With the system's resolver; times by the kernel's clock where the kernel lends it.
    pub fn new(trust: Trust, deadlines: Deadlines) -> Self {
        Self::with_resolver(trust, deadlines, SystemResolver)
    }
}

impl<R: Resolve> HyperTransport<R> {
    /// With a resolver of the caller's.
    pub fn with_resolver(trust: Trust, deadlines: Deadlines, resolver: R) -> Self {
        Self {
            trust,
            deadlines,
            resolver: Rc::new(resolver),
            kernel_clock: KernelTimestamping::keep().ok().map(Rc::new),
            second_choices: SecondChoices::default(),
        }
    }

    /// Times by the thread's own clock when `clock` says so.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        match clock {
            Clock::Kernel => self,
            Clock::UserSpace => Self {
                kernel_clock: None,
                ..self
            },
        }
    }
}

impl<R: Resolve> Transport for HyperTransport<R> {
    type Connection = HyperConnection<R>;

    fn connection(&self, target: &Target) -> HyperConnection<R> {
        HyperConnection {
            route: Route::new(&target.endpoint, target.connection, &self.trust),
            authority: target.endpoint.origin.authority(),
            connection: target.connection,
            deadlines: self.deadlines,
            resolver: Rc::clone(&self.resolver),
            kernel_clock: self.kernel_clock.clone(),
            second_choices: Rc::clone(&self.second_choices),
            kept: None,
            formed: None,
            not_before: None,
        }
    }
}

/// One connection's place at one target, through hyper.
pub struct HyperConnection<R = SystemResolver> {
    route: Route,
    authority: String,
    connection: ConnectionMode,
    deadlines: Deadlines,
    resolver: Rc<R>,
    kernel_clock: Option<Rc<KernelTimestamping>>,
    second_choices: SecondChoices,
    kept: Option<HyperLink>,
    formed: Option<FormedRequest>,
    not_before: Option<Instant>,
}

impl<R: Resolve> Connection for HyperConnection<R> {
    async fn exchange(&mut self, request: Rc<SignedRequest>) -> TimedExchange {
        let mut timeline = Timeline::start(now());
        let mut request = match self.form(request) {
            Ok(request) => request,
            Err(kind) => {
                return PartialExchange::new(self.connection).failed(
                    &timeline,
                    Failure {
                        phase: Phase::Send,
                        kind,
                    },
                );
            }
        };
        if let Some(mut open) = self.kept.take()
            && open.is_usable().await
        {
            let partial = PartialExchange {
                chosen: Some(open.remote.into()),
                ..PartialExchange::new(ConnectionMode::Warm)
            };
            match self.converse(open, partial, request, &mut timeline).await {
                Conversation::Ended(exchange) => return exchange,
                Conversation::NeverSent {
                    request: unsent, ..
                } => request = unsent,
            }
        }
        let mut partial = PartialExchange::new(ConnectionMode::Cold);
        if let Some(at) = self.not_before.take() {
            partial.held = hold(at);
            timeline.begin_anew(now());
        }
        let open = match self.dial(&mut partial, &mut timeline).await {
            Ok(open) => open,
            Err(failure) => return partial.failed(&timeline, failure),
        };
        match self.converse(open, partial, request, &mut timeline).await {
            Conversation::Ended(exchange) => exchange,
            Conversation::NeverSent { kind, partial, .. } => {
                timeline.finish(Phase::Send, now());
                partial.failed(
                    &timeline,
                    Failure {
                        phase: Phase::Send,
                        kind,
                    },
                )
            }
        }
    }

    fn hold_until(&mut self, at: Instant) {
        self.not_before = Some(at);
    }

    fn is_open(&self) -> bool {
        self.kept
            .as_ref()
            .is_some_and(|open| open.driver.is_running() && !open.sender.is_closed())
    }

    fn close(&mut self) {
        if let Some(open) = self.kept.take() {
            open.hang_up();
        }
    }
}

impl<R: Resolve> HyperConnection<R> {
    fn form(&mut self, signed: Rc<SignedRequest>) -> Result<Request<Full<Bytes>>, FailureKind> {
        let formed = match self.formed.take() {
            Some(formed) if Rc::ptr_eq(&formed.signed, &signed) => formed,
            _ => FormedRequest::new(signed, &self.authority)?,
        };
        Ok(self.formed.insert(formed).request())
    }

    fn clock(&self) -> Clock {
        if self.kernel_clock.is_some() {
            Clock::Kernel
        } else {
            Clock::UserSpace
        }
    }

    async fn dial(
        &self,
        partial: &mut PartialExchange,
        timeline: &mut Timeline,
    ) -> Result<HyperLink, Failure> {
        let chosen = match self
            .route
            .resolve(&*self.resolver, &self.deadlines, timeline)
            .await
        {
            Ok(chosen) => chosen,
            Err((failure, chosen)) => {
                partial.chosen = chosen;
                return Err(failure);
            }
        };
        let (address, Dialled { stream, connection }) =
            self.open(chosen, partial, timeline).await?;
        partial.connection = connection;
        let timestamps = stream.timestamps();
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(MAX_HEAD_BYTES)
            .max_header_size(MAX_HEAD_BYTES)
            .max_headers(MAX_FIELDS)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Failure {
                phase: Phase::Send,
                kind: classify::waiting(&error, Heard::Nothing),
            })?;
        Ok(HyperLink {
            sender,
            driver: Driver::new(connection),
            timestamps,
            remote: address,
            deadline: Deadline::at(timeline.deadline(self.deadlines.total, self.deadlines.total)),
        })
    }

    /// Opens a connection to the chosen address or, when that refuses, to the next, and says to which.
    async fn open(
        &self,
        chosen: Chosen,
        partial: &mut PartialExchange,
        timeline: &mut Timeline,
    ) -> Result<(SocketAddr, Dialled), Failure> {
        let mut order = (chosen.address, chosen.next);
        if let Some(next) = chosen.next
            && self.second_choices.borrow().contains(&next)
        {
            order = (next, Some(chosen.address));
        }
        let (mut address, mut next) = order;
        loop {
            partial.chosen = Some(Chosen { address, ..chosen });
            let opened = self
                .route
                .open(address, self.clock(), &self.deadlines, timeline)
                .await;
            match (opened, next.take()) {
                (Err(failure), Some(other)) if failure.kind == FailureKind::TcpRefused => {
                    address = other;
                }
                (opened, _) => {
                    if opened.is_ok() && address != chosen.address {
                        self.second_choices.borrow_mut().insert(address);
                    }
                    return opened.map(|dialled| (address, dialled));
                }
            }
        }
    }

    /// Sends the request over `open` and waits for its end.
    async fn converse(
        &mut self,
        mut open: HyperLink,
        mut partial: PartialExchange,
        request: Request<Full<Bytes>>,
        timeline: &mut Timeline,
    ) -> Conversation {
        open.timestamps.reset();
        if let Some(at) = self.not_before.take() {
            open.timestamps.not_before(at);
        }
        let deadline = timeline.deadline(self.deadlines.first_byte, self.deadlines.total);
        let head = open.head(request, deadline).await;
        if let Some(Held { until, length }) = open.timestamps.held() {
            timeline.begin_anew(until);
            partial.held += length;
        }
        let head = match head {
            Ok(head) => head,
            Err(Unanswered {
                kind,
                unsent: Some(request),
            }) => {
                return Conversation::NeverSent {
                    request: *request,
                    kind,
                    partial,
                };
            }
            Err(Unanswered { kind, unsent: None }) => {
                return Conversation::Ended(partial.failed_waiting(
                    timeline,
                    &open.timestamps,
                    kind,
                ));
            }
        };
        Conversation::Ended(self.receive(open, partial, head, timeline).await)
    }

    /// Waits for the rest of the answer whose head has come.
    async fn receive(
        &mut self,
        mut open: HyperLink,
        mut partial: PartialExchange,
        head: Response<hyper::body::Incoming>,
        timeline: &mut Timeline,
    ) -> TimedExchange {
        partial.status = Some(head.status().as_u16());
        let (parts, body) = head.into_parts();
        let incoming = match Incoming::new(parts.version, parts.status, &parts.headers) {
            Ok(incoming) => incoming,
            Err(kind) => return partial.failed_waiting(timeline, &open.timestamps, kind),
        };
        let framing = incoming.framing();
        let deadline = timeline.deadline(self.deadlines.total, self.deadlines.total);
        let received = open.body(body, incoming, deadline).await;
        match (&received, framing) {
            (Ok(_), Framing::Delimited) => {
                partial.client_overhead = settle(timeline, &open.timestamps);
            }
            // The end of these was no byte of the answer.
            _ => finish(timeline, &open.timestamps, now()),
        }
        match received {
            Ok(response) => {
                self.keep_or_close(open);
                partial.answered(timeline, response)
            }
            Err(kind) => partial.failed(
                timeline,
                Failure {
                    phase: Phase::Receive,
                    kind,
                },
            ),
        }
    }

    fn keep_or_close(&mut self, open: HyperLink) {
        match self.connection {
            ConnectionMode::Warm if open.driver.is_running() => self.kept = Some(open),
            ConnectionMode::Warm => {}
            ConnectionMode::Cold | ConnectionMode::Resumed => open.hang_up(),
        }
    }
}

/// Ends the phases of an answered request: by the kernel's clock where all its timestamps came, and then gives what the
/// thread's own clock would have added; otherwise by the thread's.
fn settle(timeline: &mut Timeline, timestamps: &Timestamps) -> Option<Duration> {
    let mut by_thread = timeline.clone();
    finish(
        &mut by_thread,
        timestamps,
        timestamps.last_answer().unwrap_or_else(now),
    );
    let Some(Conversed {
        began,
        sent,
        first,
        last,
    }) = timestamps.by_kernel()
    else {
        *timeline = by_thread;
        return None;
    };
    timeline.begin_anew(began);
    timeline.finish(Phase::Send, sent);
    timeline.finish(Phase::Wait, first);
    timeline.finish(Phase::Receive, last);
    Some(
        by_thread
            .phases()
            .total()
            .saturating_sub(timeline.phases().total()),
    )
}

/// Ends the phases by the thread's clock; the answer ended at `last`.
fn finish(timeline: &mut Timeline, timestamps: &Timestamps, last: Instant) {
    timeline.finish(
        Phase::Send,
        timestamps.last_write().unwrap_or_else(|| timeline.mark()),
    );
    timeline.finish(Phase::Wait, timestamps.first_answer().unwrap_or(last));
    timeline.finish(Phase::Receive, last);
}

/// How sending over one connection ended.
enum Conversation {
    /// With an answer or a failure.
    Ended(TimedExchange),
    /// Not a byte of the request left, so that it may go over another connection.
    NeverSent {
        request: Request<Full<Bytes>>,
        kind: FailureKind,
        partial: PartialExchange,
    },
}
