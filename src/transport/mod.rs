//! ONE: sends one request over a cold, warm or resumed connection and times its phases.
//!
//! It knows no schedule, no retry and no histogram. What happened to a request is an [`TimedExchange`], failed or not; there is
//! no error to return.

mod answer;
mod classify;
mod dial;
mod hyper_line;
#[cfg_attr(not(target_os = "linux"), path = "no_kernel_clock.rs")]
mod kernel_clock;
#[cfg(feature = "client-reqwest")]
mod marks;
#[cfg(feature = "client-reqwest")]
mod reqwest_line;
mod resolve;
mod stamp_error;
mod stamped;
mod stamps;
mod stub_resolver;
mod timeline;
mod tls;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod stage;

pub use hyper_line::{HyperLine, HyperTransport};
#[cfg(feature = "client-reqwest")]
pub use reqwest_line::{ReqwestLine, ReqwestTransport};
pub use resolve::{PlannedResolver, Resolve, Resolved, SystemResolver};
pub use stamp_error::{StampError, stamp_error};
pub use stub_resolver::StubResolver;
pub use tls::{Trust, TrustError};

use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::plan::{ConnectionMode, Target};
use crate::sample::{Failure, Lookup, Phases};
use crate::sign::SignedRequest;

/// A way of sending requests.
pub trait Transport {
    /// One connection's place at one target.
    type Line: Line;

    /// A line to `target`; nothing is dialled before the first exchange.
    fn line(&self, target: &Target) -> Self::Line;
}

/// One connection's place at one target: at most one connection, at most one request at a time.
///
/// The target's kind of connection rules what an exchange does: cold and resumed dial anew each time, warm keeps what the
/// last exchange left open and dials when there is nothing.
pub trait Line {
    /// Sends one request, once, and waits for its end or its deadline.
    fn exchange(&mut self, request: Rc<SignedRequest>) -> impl Future<Output = TimedExchange>;

    /// The next exchange may be begun a little early, by 0.1 ms at most: it makes everything ready and lets its first byte
    /// leave at `at`.
    fn hold_until(&mut self, at: Instant);

    /// Whether the next exchange finds an open connection, as far as is known.
    fn is_open(&self) -> bool;

    /// Closes what is kept, so that the next exchange dials.
    fn close(&mut self);
}

/// What happened to one request.
#[derive(Debug)]
pub struct TimedExchange {
    /// When its first phase began.
    pub began: Instant,
    /// How long each phase took; of a failed request, the phases up to and with the failing one.
    pub phases: Phases,
    /// The kind of connection that it really found.
    pub connection: ConnectionMode,
    /// The one address that was chosen, whether or not it answered or was allowed.
    pub remote: Option<SocketAddr>,
    /// What the resolver told; `None` when none was asked or it failed.
    pub lookup: Option<Lookup>,
    /// The status, 100–999, as soon as a response's head arrived, also when the response failed afterwards.
    pub status: Option<u16>,
    /// By how much a clock read by this thread would have told a longer service time than the kernel's stamps, on which
    /// the phases then stand; `None` when they stand on the thread's clock.
    pub client_overhead: Option<Duration>,
    /// How long it was held back with everything ready, by watching the clock; outside every phase.
    pub held: Duration,
    /// The response, or why there is none.
    pub response: Result<Response, Failure>,
}

/// A response that arrived whole.
pub struct Response {
    /// 100–599.
    pub status: u16,
    /// `x-amzn-requestid`, cut to 128 visible ASCII characters.
    pub request_id: Option<String>,
    /// `x-amz-sts-extended-request-id`, cut likewise to 512.
    pub extended_request_id: Option<String>,
    /// `date`, cut likewise to 64.
    pub date: Option<String>,
    /// Seconds in `retry-after`, when it is a number.
    pub retry_after_seconds: Option<u64>,
    /// At most 64 KiB; can hold issued credentials, so it is overwritten when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
