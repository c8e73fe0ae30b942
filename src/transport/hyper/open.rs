//! An open connection and hyper's two ends of it: one sends requests, the other one moves bytes.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::{TrySendError, http1};
use hyper::http::Request;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::classify::{self, Heard};
use crate::sample::FailureKind;
use crate::transport::clock::timestamped_stream::TimedStream;
use crate::transport::clock::timestamps::Timestamps;
use crate::transport::exchange::Response;
use crate::transport::incoming::{Incoming, MAX_INTERIM_RESPONSES};

/// Counts the interim responses to one request.
pub(super) struct Interims(Arc<AtomicU32>);

impl Interims {
    pub(super) fn watch(request: &mut Request<Full<Bytes>>) -> Self {
        let count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&count);
        hyper::ext::on_informational(request, move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        Self(count)
    }

    pub(super) fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An open connection with hyper's two ends of it.
pub(super) struct HyperLink {
    pub(super) sender: http1::SendRequest<Full<Bytes>>,
    pub(super) driver: Driver,
    pub(super) timestamps: Rc<Timestamps>,
    pub(super) remote: SocketAddr,
    pub(super) deadline: Deadline,
}

/// The deadline of one thing after the other. Its timer is only moved: most deadlines are later than the one before, and
/// that costs the runtime's timers nothing until the earlier one has passed.
pub(super) struct Deadline(Pin<Box<Sleep>>);

impl Deadline {
    /// With a timer that nothing waits for yet.
    pub(super) fn at(instant: Instant) -> Self {
        Self(Box::pin(sleep_until(instant)))
    }

    /// What `future` gives; `None` when that takes until after `instant`.
    pub(super) async fn bound<T>(
        &mut self,
        instant: Instant,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let mut future = pin!(future);
        let timer = &mut self.0;
        timer.as_mut().reset(instant);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(given) => Poll::Ready(Some(given)),
            Poll::Pending => timer.as_mut().poll(context).map(|()| None),
        })
        .await
    }
}

/// Why no head came, and the request when not a byte of it had left.
pub(super) struct Unanswered {
    pub(super) kind: FailureKind,
    pub(super) unsent: Option<Box<Request<Full<Bytes>>>>,
}

impl Unanswered {
    pub(super) fn new(
        mut refused: TrySendError<Request<Full<Bytes>>>,
        timestamps: &Timestamps,
    ) -> Self {
        let heard = if timestamps.heard() {
            Heard::Something
        } else {
            Heard::Nothing
        };
        let kind = classify::waiting(refused.error(), heard);
        // hyper hands a request back only when it wrote none of it; the timestamps below TLS have to agree.
        let unsent = refused
            .take_message()
            .filter(|_| timestamps.last_write().is_none());
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

impl HyperLink {
    /// Whether a kept connection is still open and silent, as far as the kernel knows.
    pub(super) async fn is_usable(&mut self) -> bool {
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
    pub(super) async fn head(
        &mut self,
        mut request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<hyper::Response<hyper::body::Incoming>, Unanswered> {
        let interims = Interims::watch(&mut request);
        let mut sent = pin!(self.sender.try_send_request(request));
        let (driver, timestamps) = (&mut self.driver, &self.timestamps);
        let head = poll_fn(|cx| {
            let seen = interims.count();
            driver.advance(cx);
            let head = sent.as_mut().poll(cx);
            // Also where the final head has come, since one read may bring it with any number of others.
            if interims.count() > MAX_INTERIM_RESPONSES {
                return Poll::Ready(Err(FailureKind::HttpInterimFlood.into()));
            }
            if let Poll::Ready(head) = head {
                return Poll::Ready(head.map_err(|refused| Unanswered::new(refused, timestamps)));
            }
            if interims.count() > seen {
                timestamps.reset_answer();
            }
            Poll::Pending
        });
        let head = self.deadline.bound(deadline, head).await;
        head.unwrap_or_else(|| Err(FailureKind::HttpHeaderTimeout.into()))
    }

    /// Takes in the rest of the answer.
    pub(super) async fn body(
        &mut self,
        body: hyper::body::Incoming,
        incoming: Incoming,
        deadline: Instant,
    ) -> Result<Response, FailureKind> {
        let whole = read_whole(&mut self.driver, body, incoming);
        let read = self.deadline.bound(deadline, whole).await;
        read.unwrap_or(Err(FailureKind::BodyTimeout))
    }

    /// Says goodbye as far as that works without waiting.
    pub(super) fn hang_up(self) {
        let Self {
            sender, mut driver, ..
        } = self;
        drop(sender);
        driver.advance(&mut Context::from_waker(Waker::noop()));
    }
}

async fn read_whole(
    driver: &mut Driver,
    body: hyper::body::Incoming,
    mut incoming: Incoming,
) -> Result<Response, FailureKind> {
    let mut body = pin!(body);
    loop {
        let frame = poll_fn(|cx| {
            driver.advance(cx);
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
            None if driver.heard_more() => return Err(FailureKind::HttpFraming),
            None => return incoming.finish(),
        }
    }
}

/// Moves hyper's connection until it ends.
pub(super) struct Driver {
    pub(super) connection: Option<http1::Connection<TokioIo<TimedStream>, Full<Bytes>>>,
    pub(super) end: Option<hyper::Error>,
}

impl Driver {
    pub(super) fn new(connection: http1::Connection<TokioIo<TimedStream>, Full<Bytes>>) -> Self {
        Self {
            connection: Some(connection),
            end: None,
        }
    }

    /// Reads and writes what can be read and written now.
    pub(super) fn advance(&mut self, cx: &mut Context<'_>) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        if let Poll::Ready(end) = pin!(connection).poll(cx) {
            self.connection = None;
            self.end = end.err();
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.connection.is_some()
    }

    /// Whether the peer went on after the end of its answer.
    pub(super) fn heard_more(&self) -> bool {
        self.end.as_ref().is_some_and(classify::is_unsolicited)
    }
}
