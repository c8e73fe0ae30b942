//! What the emulator has seen: connections, handshakes, and every request once, with its one result.
//!
//! A client can compare these counts with its own: each of its requests that arrived is here exactly once, whatever became
//! of the answer. Nothing here identifies a caller.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the emulator has seen up to one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// By endpoint name.
    pub endpoints: BTreeMap<String, EndpointLedger>,
}

/// What one endpoint has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointLedger {
    /// TCP connections accepted, TLS and plaintext.
    pub connections: u64,
    /// TLS handshakes with certificates.
    pub full_handshakes: u64,
    /// TLS handshakes resumed from a ticket.
    pub resumed_handshakes: u64,
    /// TLS handshakes that did not finish.
    pub failed_handshakes: u64,
    /// Requests whose head was read or refused.
    pub requests: u64,
    /// Requests whose answer a freeze delayed.
    #[serde(default)]
    pub frozen: u64,
    /// Connections that ended by a defect of the emulator itself, which is what a panic is. Never any, if we know.
    #[serde(default)]
    pub defects: u64,
    /// Calls whose audit record found the queue full or could not be written.
    #[serde(default)]
    pub unrecorded: u64,
    /// The same requests by operation (`Action` when it is one that the emulator knows, otherwise [`UNKNOWN_OPERATION`]) and
    /// result: `ok`, a fault code, `injected:` and a fault's kind, `http:` and a status, or [`IN_PROGRESS`] and
    /// [`ABANDONED`].
    pub results: BTreeMap<String, BTreeMap<String, u64>>,
    /// What became of the packets between clients and the endpoint, where the kernel link carried them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packets: Option<Packets>,
}

/// Packets on the kernel link, both directions together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packets {
    /// Handed over at the other end.
    pub carried: u64,
    /// Lost on purpose.
    pub lost: u64,
    /// Found the path's queue full, or were refused at the other end.
    pub dropped: u64,
}

impl Ledger {
    /// Requests over all endpoints.
    pub fn requests(&self) -> u64 {
        self.endpoints.values().map(|page| page.requests).sum()
    }

    /// How often `result` came out, over all endpoints and operations.
    pub fn count(&self, result: &str) -> u64 {
        self.endpoints
            .values()
            .flat_map(|page| page.results.values())
            .filter_map(|results| results.get(result))
            .sum()
    }
}

/// A request without an operation that the emulator knows.
pub const UNKNOWN_OPERATION: &str = "unknown";

/// The result of a request that is still being worked on.
pub const IN_PROGRESS: &str = "in-progress";

/// The result of a request whose client left before it was answered.
pub const ABANDONED: &str = "abandoned";
