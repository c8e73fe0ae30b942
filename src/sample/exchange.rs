//! What a request found on its way and how it ended.

use std::net::SocketAddr;

use crate::plan::ConnectionMode;
use sts_model::{RegionText, Remote, RequestIdText};

use super::outcome::Outcome;

/// What a request found on its way and how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The kind of connection that it really found.
    pub connection: ConnectionMode,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP status, when a response's head arrived.
    pub http_status: Option<u16>,
    /// Address that answered, when one was connected.
    pub remote: Option<SocketAddr>,
    /// The resolver's answer before the connection was opened; `None` when none was asked, as over a kept connection.
    pub lookup: Option<Lookup>,
    /// The Region that says it answered, by the response's header.
    pub served_by: Option<Remote<RegionText>>,
    /// The Region of origin in the session token of the answer: a second source for who answered.
    pub origin: Option<Remote<RegionText>>,
    /// STS's id of the request; `None` also when it repeated something of the request.
    pub request_id: Option<Remote<RequestIdText>>,
    /// Bytes of the response's body.
    pub bytes_received: u64,
}

impl Exchange {
    /// An exchange that ended so over that kind of connection, and of which nothing else is known.
    pub fn new(connection: ConnectionMode, outcome: Outcome) -> Self {
        Self {
            connection,
            outcome,
            http_status: None,
            remote: None,
            lookup: None,
            served_by: None,
            origin: None,
            request_id: None,
            bytes_received: 0,
        }
    }
}

/// A resolver's answer for the name of an endpoint. Which resolver that was, the plan says; the address that was chosen
/// is in the [`Exchange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup {
    /// Number of addresses; at most 65,535 are counted.
    pub addresses: u16,
    /// How long they may be kept, s; `None` when the resolver does not say, as the system's.
    pub ttl_seconds: Option<u32>,
}
