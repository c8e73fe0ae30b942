//! What a transport saw of one request.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::plan::ConnectionMode;
use crate::sample::{Failure, Lookup, Phases};
use sts_model::{RegionText, Remote, RequestIdText};

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
    /// The resolver's answer; `None` when none was asked or it failed.
    pub lookup: Option<Lookup>,
    /// The status, 100–999, as soon as a response's head arrived, also when the response failed afterwards.
    pub status: Option<u16>,
    /// By how much a clock read by this thread would have shown a longer service time than the kernel's timestamps, on which
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
    /// `x-amzn-requestid`, when it is an id.
    pub request_id: Option<Remote<RequestIdText>>,
    /// The Region in `x-amz-sts-extended-request-id`, which says that it answered.
    pub served_by: Option<Remote<RegionText>>,
    /// `date`, cut to 64 visible ASCII characters; to be read as a date, not to be kept.
    pub date: Option<String>,
    /// Seconds in `retry-after`, when it is a number.
    pub retry_after_seconds: Option<u64>,
    /// Whether the server closes the connection after this answer: it says so, speaks HTTP/1.0, or ends the body by closing.
    pub closes: bool,
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
