//! The default client: hyper's HTTP/1.1 connection over our own dialler.
//!
//! There is no pool and no background task: a line owns its connection and moves it only while it exchanges, so which
//! connection carried a request, whether it was new, and that nothing was sent twice is known and not guessed.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::{TrySendError, http1};
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::time::{self, timeout_at};

use super::answer::{Framing, Incoming, MAX_FIELDS, MAX_HEAD_BYTES, MAX_INTERIM_RESPONSES};
use super::classify::{self, Heard};
use super::dial::{Chosen, Dialled, Route};
use super::kernel_clock::Awake;
use super::resolve::{Resolve, SystemResolver};
use super::stamped::Opened;
use super::stamps::{Conversed, Held, Stamps, hold, now};
use super::timeline::Timeline;
use super::tls::Trust;
use super::{Line, Response, TimedExchange, Transport};
use crate::plan::{Clock, ConnectionMode, Deadlines, Target};
use crate::sample::{Failure, FailureKind, Phase};
use crate::sign::SignedRequest;

/// Sends requests with hyper; runs on one thread.
#[derive(Debug, Clone)]
pub struct HyperTransport<R = SystemResolver> {
    trust: Trust,
    deadlines: Deadlines,
    resolver: Rc<R>,
    /// Held while the kernel is to stamp.
    kernel_clock: Option<Rc<Awake>>,
}

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
            kernel_clock: Awake::keep().ok().map(Rc::new),
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
    type Line = HyperLine<R>;

    fn line(&self, target: &Target) -> HyperLine<R> {
        HyperLine {
            route: Route::new(&target.endpoint, target.connection, &self.trust),
            authority: target.endpoint.origin.authority(),
            connection: target.connection,
            deadlines: self.deadlines,
            resolver: Rc::clone(&self.resolver),
            kernel_clock: self.kernel_clock.clone(),
            kept: None,
            formed: None,
            not_before: None,
        }
    }
}

/// One connection's place at one target, through hyper.
pub struct HyperLine<R = SystemResolver> {
    route: Route,
    authority: String,
    connection: ConnectionMode,
    deadlines: Deadlines,
    resolver: Rc<R>,
    kernel_clock: Option<Rc<Awake>>,
    kept: Option<Open>,
    formed: Option<Formed>,
    not_before: Option<Instant>,
}

impl<R: Resolve> Line for HyperLine<R> {
    async fn exchange(&mut self, request: Rc<SignedRequest>) -> TimedExchange {
        let mut timeline = Timeline::start(now());
        let mut request = match self.form(request) {
            Ok(request) => request,
            Err(kind) => {
                return Course::new(self.connection).failed(
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
            let course = Course {
                chosen: Some(open.remote.into()),
                ..Course::new(ConnectionMode::Warm)
            };
            match self.converse(open, course, request, &mut timeline).await {
                Conversation::Ended(exchange) => return exchange,
                Conversation::NeverSent {
                    request: unsent, ..
                } => request = unsent,
            }
        }
        let mut course = Course::new(ConnectionMode::Cold);
        if let Some(at) = self.not_before.take() {
            course.held = hold(at);
            timeline.begin_anew(now());
        }
        let open = match self.dial(&mut course, &mut timeline).await {
            Ok(open) => open,
            Err(failure) => return course.failed(&timeline, failure),
        };
        match self.converse(open, course, request, &mut timeline).await {
            Conversation::Ended(exchange) => exchange,
            Conversation::NeverSent { kind, course, .. } => {
                timeline.finish(Phase::Send, now());
                course.failed(
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

impl<R: Resolve> HyperLine<R> {
    fn form(&mut self, signed: Rc<SignedRequest>) -> Result<Request<Full<Bytes>>, FailureKind> {
        let formed = match self.formed.take() {
            Some(formed) if Rc::ptr_eq(&formed.signed, &signed) => formed,
            _ => Formed::new(signed, &self.authority)?,
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

    async fn dial(&self, course: &mut Course, timeline: &mut Timeline) -> Result<Open, Failure> {
        let chosen = match self
            .route
            .resolve(&*self.resolver, &self.deadlines, timeline)
            .await
        {
            Ok(chosen) => chosen,
            Err((failure, chosen)) => {
                course.chosen = chosen;
                return Err(failure);
            }
        };
        course.chosen = Some(chosen);
        let address = chosen.address;
        let Dialled { stream, connection } = self
            .route
            .open(address, self.clock(), &self.deadlines, timeline)
            .await?;
        course.connection = connection;
        let stamps = stream.stamps();
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
        Ok(Open {
            sender,
            driver: Driver::new(connection),
            stamps,
            remote: address,
        })
    }

    /// Sends the request over `open` and waits for its end.
    async fn converse(
        &mut self,
        mut open: Open,
        mut course: Course,
        request: Request<Full<Bytes>>,
        timeline: &mut Timeline,
    ) -> Conversation {
        open.stamps.reset();
        if let Some(at) = self.not_before.take() {
            open.stamps.not_before(at);
        }
        let deadline = timeline.deadline(self.deadlines.first_byte, self.deadlines.total);
        let head = open.head(request, deadline).await;
        if let Some(Held { until, length }) = open.stamps.held() {
            timeline.begin_anew(until);
            course.held += length;
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
                    course,
                };
            }
            Err(Unanswered { kind, unsent: None }) => {
                return Conversation::Ended(course.failed_waiting(timeline, &open.stamps, kind));
            }
        };
        course.status = Some(head.status().as_u16());
        let (parts, body) = head.into_parts();
        let incoming = match Incoming::new(parts.status, &parts.headers) {
            Ok(incoming) => incoming,
            Err(kind) => {
                return Conversation::Ended(course.failed_waiting(timeline, &open.stamps, kind));
            }
        };
        let framing = incoming.framing();
        let deadline = timeline.deadline(self.deadlines.total, self.deadlines.total);
        let received = timeout_at(deadline, open.body(body, incoming))
            .await
            .unwrap_or(Err(FailureKind::BodyTimeout));
        match (&received, framing) {
            (Ok(_), Framing::Delimited) => course.client_overhead = settle(timeline, &open.stamps),
            // The end of these was no byte of the answer.
            _ => finish(timeline, &open.stamps, now()),
        }
        Conversation::Ended(match received {
            Ok(response) => {
                self.keep_or_close(open);
                course.answered(timeline, response)
            }
            Err(kind) => course.failed(
                timeline,
                Failure {
                    phase: Phase::Receive,
                    kind,
                },
            ),
        })
    }

    fn keep_or_close(&mut self, open: Open) {
        match self.connection {
            ConnectionMode::Warm if open.driver.is_running() => self.kept = Some(open),
            ConnectionMode::Warm => {}
            ConnectionMode::Cold | ConnectionMode::Resumed => open.hang_up(),
        }
    }
}

/// Ends the phases of an answered request: by the kernel's clock where it told all its times, and then gives what the
/// thread's own clock would have added; otherwise by the thread's.
fn settle(timeline: &mut Timeline, stamps: &Stamps) -> Option<Duration> {
    let mut by_thread = timeline.clone();
    finish(
        &mut by_thread,
        stamps,
        stamps.last_answer().unwrap_or_else(now),
    );
    let Some(Conversed {
        began,
        sent,
        first,
        last,
    }) = stamps.by_kernel()
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
fn finish(timeline: &mut Timeline, stamps: &Stamps, last: Instant) {
    timeline.finish(
        Phase::Send,
        stamps.last_write().unwrap_or_else(|| timeline.mark()),
    );
    timeline.finish(Phase::Wait, stamps.first_answer().unwrap_or(last));
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
        course: Course,
    },
}

/// What is known of an exchange under way.
struct Course {
    connection: ConnectionMode,
    chosen: Option<Chosen>,
    status: Option<u16>,
    client_overhead: Option<Duration>,
    held: Duration,
}

impl Course {
    fn new(connection: ConnectionMode) -> Self {
        Self {
            connection,
            chosen: None,
            status: None,
            client_overhead: None,
            held: Duration::ZERO,
        }
    }

    fn answered(self, timeline: &Timeline, response: Response) -> TimedExchange {
        self.ended(timeline, Ok(response))
    }

    fn failed(self, timeline: &Timeline, failure: Failure) -> TimedExchange {
        self.ended(timeline, Err(failure))
    }

    /// Failed between the request's first byte and the body's.
    fn failed_waiting(
        self,
        timeline: &mut Timeline,
        stamps: &Stamps,
        kind: FailureKind,
    ) -> TimedExchange {
        let phase = match stamps.last_write() {
            Some(written) => {
                timeline.finish(Phase::Send, written);
                Phase::Wait
            }
            None => Phase::Send,
        };
        timeline.finish(phase, now());
        self.failed(timeline, Failure { phase, kind })
    }

    fn ended(self, timeline: &Timeline, response: Result<Response, Failure>) -> TimedExchange {
        TimedExchange {
            began: timeline.began(),
            phases: timeline.phases(),
            connection: self.connection,
            remote: self.chosen.map(|chosen| chosen.address),
            lookup: self.chosen.and_then(|chosen| chosen.lookup),
            status: self.status,
            client_overhead: self.client_overhead,
            held: self.held,
            response,
        }
    }
}

/// Counts the interim responses to one request.
struct Interims(Arc<AtomicU32>);

impl Interims {
    fn watch(request: &mut Request<Full<Bytes>>) -> Self {
        let count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&count);
        hyper::ext::on_informational(request, move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        Self(count)
    }

    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An open connection with hyper's two ends of it.
struct Open {
    sender: http1::SendRequest<Full<Bytes>>,
    driver: Driver,
    stamps: Rc<Stamps>,
    remote: SocketAddr,
}

/// Why no head came, and the request when not a byte of it had left.
struct Unanswered {
    kind: FailureKind,
    unsent: Option<Box<Request<Full<Bytes>>>>,
}

impl Unanswered {
    fn new(mut refused: TrySendError<Request<Full<Bytes>>>, stamps: &Stamps) -> Self {
        let heard = if stamps.heard() {
            Heard::Something
        } else {
            Heard::Nothing
        };
        let kind = classify::waiting(refused.error(), heard);
        // hyper hands a request back only when it wrote none of it; the stamps below TLS have to agree.
        let unsent = refused
            .take_message()
            .filter(|_| stamps.last_write().is_none());
        Self {
            kind,
            unsent: unsent.map(Box::new),
        }
    }
}

impl From<FailureKind> for Unanswered {
    fn from(kind: FailureKind) -> Self {
        Self { kind, unsent: None }
    }
}

impl Open {
    /// Whether a kept connection is still open and silent, as far as the kernel has told.
    async fn is_usable(&mut self) -> bool {
        poll_fn(|cx| {
            self.driver.advance(cx);
            Poll::Ready(
                self.driver.is_running()
                    && matches!(self.sender.poll_ready(cx), Poll::Ready(Ok(()))),
            )
        })
        .await
    }

    /// Sends the request and waits for the final head.
    async fn head(
        &mut self,
        mut request: Request<Full<Bytes>>,
        deadline: time::Instant,
    ) -> Result<hyper::Response<hyper::body::Incoming>, Unanswered> {
        let interims = Interims::watch(&mut request);
        let mut sent = pin!(self.sender.try_send_request(request));
        let (driver, stamps) = (&mut self.driver, &self.stamps);
        let head = poll_fn(|cx| {
            let seen = interims.count();
            driver.advance(cx);
            if let Poll::Ready(head) = sent.as_mut().poll(cx) {
                return Poll::Ready(head.map_err(|refused| Unanswered::new(refused, stamps)));
            }
            if interims.count() > MAX_INTERIM_RESPONSES {
                return Poll::Ready(Err(FailureKind::HttpInterimFlood.into()));
            }
            if interims.count() > seen {
                stamps.reset_answer();
            }
            Poll::Pending
        });
        timeout_at(deadline, head)
            .await
            .unwrap_or_else(|_| Err(FailureKind::HttpHeaderTimeout.into()))
    }

    async fn body(
        &mut self,
        body: hyper::body::Incoming,
        mut incoming: Incoming,
    ) -> Result<Response, FailureKind> {
        let mut body = pin!(body);
        loop {
            let frame = poll_fn(|cx| {
                self.driver.advance(cx);
                pin!(body.frame()).poll(cx)
            })
            .await;
            match frame {
                Some(Ok(frame)) => {
                    if let Some(piece) = frame.data_ref() {
                        incoming.push(piece)?;
                    }
                }
                Some(Err(error)) => return Err(classify::receiving(&error)),
                None if self.driver.heard_more() => return Err(FailureKind::HttpFraming),
                None => return incoming.finish(),
            }
        }
    }

    /// Says goodbye as far as that works without waiting.
    fn hang_up(self) {
        let Self {
            sender, mut driver, ..
        } = self;
        drop(sender);
        driver.advance(&mut Context::from_waker(Waker::noop()));
    }
}

/// Moves hyper's connection until it ends.
struct Driver {
    connection: Option<http1::Connection<TokioIo<Opened>, Full<Bytes>>>,
    end: Option<hyper::Error>,
}

impl Driver {
    fn new(connection: http1::Connection<TokioIo<Opened>, Full<Bytes>>) -> Self {
        Self {
            connection: Some(connection),
            end: None,
        }
    }

    /// Reads and writes what can be read and written now.
    fn advance(&mut self, cx: &mut Context<'_>) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        if let Poll::Ready(end) = pin!(connection).poll(cx) {
            self.connection = None;
            self.end = end.err();
        }
    }

    fn is_running(&self) -> bool {
        self.connection.is_some()
    }

    /// Whether the peer went on after the end of its answer.
    fn heard_more(&self) -> bool {
        self.end.as_ref().is_some_and(classify::is_unsolicited)
    }
}

/// A signed request in hyper's form, kept for as long as the same one is sent again.
struct Formed {
    signed: Rc<SignedRequest>,
    headers: HeaderMap,
    body: Bytes,
}

impl Formed {
    fn new(signed: Rc<SignedRequest>, authority: &str) -> Result<Self, FailureKind> {
        // The signature covers the host: sent elsewhere, the request could be replayed.
        if signed.host != authority {
            return Err(FailureKind::ClientRequest);
        }
        let mut headers = HeaderMap::new();
        headers.insert(
            HOST,
            HeaderValue::from_str(&signed.host).map_err(|_| FailureKind::ClientRequest)?,
        );
        for (name, value) in &signed.headers {
            let name =
                HeaderName::try_from(name.as_str()).map_err(|_| FailureKind::ClientRequest)?;
            let mut value = HeaderValue::from_str(value).map_err(|_| FailureKind::ClientRequest)?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let body = Bytes::copy_from_slice(signed.body.as_bytes());
        Ok(Self {
            signed,
            headers,
            body,
        })
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = self.headers.clone();
        request
    }
}
