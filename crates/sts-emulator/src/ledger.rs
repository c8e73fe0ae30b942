//! What the fleet has seen: connections, handshakes, and every request once, with its one result.
//!
//! A request is in the books from the moment its head was read. A client can compare them with its own: each of its
//! requests that arrived is here exactly once, whatever became of the answer. Nothing here identifies a caller.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// The books at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// By endpoint name.
    pub endpoints: BTreeMap<String, EndpointLedger>,
}

/// One endpoint's page.
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
    /// Connections that ended by a defect of the fleet itself, which is what a panic is. Never any, if we know.
    #[serde(default)]
    pub defects: u64,
    /// Calls whose audit record found the queue full or could not be written.
    #[serde(default)]
    pub unrecorded: u64,
    /// The same requests by operation (`Action` when it is one that the fleet knows, otherwise [`UNKNOWN_OPERATION`]) and
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

/// A request without an operation that the fleet knows.
pub const UNKNOWN_OPERATION: &str = "unknown";

/// The result of a request that is still being worked on.
pub const IN_PROGRESS: &str = "in-progress";

/// The result of a request whose client left before it was answered.
pub const ABANDONED: &str = "abandoned";

/// The books while the fleet runs.
#[derive(Debug, Default)]
pub(super) struct Books(Mutex<Ledger>);

/// How a handshake that finished was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handshake {
    /// With certificates.
    Full,
    /// From a ticket.
    Resumed,
}

impl Books {
    /// Books with an empty page for each of `endpoints`.
    pub(super) fn open<'a>(endpoints: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let endpoints = endpoints
            .into_iter()
            .map(|name| (name.to_owned(), EndpointLedger::default()))
            .collect();
        Arc::new(Self(Mutex::new(Ledger { endpoints })))
    }

    /// A copy.
    pub(super) fn ledger(&self) -> Ledger {
        self.lock().clone()
    }

    pub(super) fn connection(&self, endpoint: &str) {
        self.write(endpoint, |page| page.connections += 1);
    }

    /// Enters a request that a freeze delays.
    pub(super) fn frozen(&self, endpoint: &str) {
        self.write(endpoint, |page| page.frozen += 1);
    }

    /// Enters a connection that a defect has ended.
    pub(super) fn defect(&self, endpoint: &str) {
        self.write(endpoint, |page| page.defects += 1);
    }

    /// Enters a call that the audit trail misses.
    pub(super) fn unrecorded(&self, endpoint: &str) {
        self.write(endpoint, |page| page.unrecorded += 1);
    }

    /// Enters a TLS handshake that has begun.
    pub(super) fn handshake(self: &Arc<Self>, endpoint: &str) -> OpenHandshake {
        OpenHandshake {
            books: Arc::clone(self),
            endpoint: endpoint.to_owned(),
            finished: None,
        }
    }

    /// Enters a request whose head was just read.
    pub(super) fn request(self: &Arc<Self>, endpoint: &str) -> Entry {
        self.write(endpoint, |page| {
            page.requests += 1;
            *page
                .results
                .entry(UNKNOWN_OPERATION.to_owned())
                .or_default()
                .entry(IN_PROGRESS.to_owned())
                .or_default() += 1;
        });
        Entry {
            books: Arc::clone(self),
            endpoint: endpoint.to_owned(),
            operation: UNKNOWN_OPERATION,
            concluded: false,
        }
    }

    fn write(&self, endpoint: &str, change: impl FnOnce(&mut EndpointLedger)) {
        change(
            self.lock()
                .endpoints
                .entry(endpoint.to_owned())
                .or_default(),
        );
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One handshake's line; failed unless it is finished.
#[derive(Debug)]
pub(super) struct OpenHandshake {
    books: Arc<Books>,
    endpoint: String,
    finished: Option<Handshake>,
}

impl OpenHandshake {
    /// Writes down that the handshake has finished.
    pub(super) fn finish(mut self, handshake: Handshake) {
        self.finished = Some(handshake);
    }
}

impl Drop for OpenHandshake {
    fn drop(&mut self) {
        self.books
            .write(&self.endpoint, |page| match self.finished {
                Some(Handshake::Full) => page.full_handshakes += 1,
                Some(Handshake::Resumed) => page.resumed_handshakes += 1,
                None => page.failed_handshakes += 1,
            });
    }
}

/// One request's line; abandoned unless it is concluded.
#[derive(Debug)]
pub(super) struct Entry {
    books: Arc<Books>,
    endpoint: String,
    operation: &'static str,
    concluded: bool,
}

impl Entry {
    /// Names the operation, once it is known.
    pub(super) fn operation(&mut self, operation: &'static str) {
        self.operation = operation;
    }

    /// Writes down what became of the request.
    pub(super) fn conclude(mut self, result: &str) {
        self.settle(result);
    }

    fn settle(&mut self, result: &str) {
        self.concluded = true;
        let operation = self.operation;
        self.books.write(&self.endpoint, |page| {
            if let Some(unknown) = page.results.get_mut(UNKNOWN_OPERATION) {
                if let Some(open) = unknown.get_mut(IN_PROGRESS) {
                    *open -= 1;
                }
                unknown.retain(|_, count| *count > 0);
            }
            *page
                .results
                .entry(operation.to_owned())
                .or_default()
                .entry(result.to_owned())
                .or_default() += 1;
            page.results.retain(|_, results| !results.is_empty());
        });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.concluded {
            self.settle(ABANDONED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_one_result_whatever_becomes_of_it() {
        let books = Books::open(["global"]);
        let mut answered = books.request("global");
        answered.operation("GetCallerIdentity");
        answered.conclude("ok");
        let mut left = books.request("global");
        left.operation("GetSessionToken");
        drop(left);
        let open = books.request("global");
        let ledger = books.ledger();
        assert_eq!(ledger.requests(), 3);
        assert_eq!(
            (
                ledger.count("ok"),
                ledger.count(ABANDONED),
                ledger.count(IN_PROGRESS)
            ),
            (1, 1, 1)
        );
        assert_eq!(
            ledger.endpoints["global"].results["GetCallerIdentity"]["ok"],
            1
        );
        open.conclude("InvalidAction");
        let ledger = books.ledger();
        assert_eq!(ledger.count(IN_PROGRESS), 0);
        let results: u64 = ledger.endpoints["global"]
            .results
            .values()
            .flat_map(BTreeMap::values)
            .sum();
        assert_eq!(results, ledger.requests());
    }

    #[test]
    fn the_ledger_survives_its_file_form() {
        let books = Books::open(["eu-west-1", "global"]);
        books.connection("global");
        books.handshake("global").finish(Handshake::Resumed);
        drop(books.handshake("global"));
        books.request("eu-west-1").conclude("Throttling");
        let ledger = books.ledger();
        let page = &ledger.endpoints["global"];
        assert_eq!(
            (
                page.full_handshakes,
                page.resumed_handshakes,
                page.failed_handshakes
            ),
            (0, 1, 1)
        );
        let text = serde_json::to_string(&ledger).expect("a ledger is plain data");
        assert_eq!(
            serde_json::from_str::<Ledger>(&text).expect("its own form"),
            ledger
        );
    }
}
