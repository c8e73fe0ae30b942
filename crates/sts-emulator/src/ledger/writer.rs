//! The ledger while the emulator runs: a request is in it from the moment its head was read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ledger::counts::{ABANDONED, EndpointLedger, IN_PROGRESS, Ledger, UNKNOWN_OPERATION};

/// The ledger while the emulator runs.
#[derive(Debug, Default)]
pub(crate) struct LedgerWriter(Mutex<BTreeMap<String, Page>>);

/// The page of an endpoint.
#[derive(Debug, Clone, Default)]
struct Page {
    /// Without the requests that are still being worked on.
    counts: EndpointLedger,
    /// Those requests: entering and settling one in `results` would cost several allocations each.
    in_progress: u64,
}

/// How a handshake that finished was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handshake {
    /// With certificates.
    Full,
    /// From a ticket.
    Resumed,
}

impl LedgerWriter {
    /// A ledger with an empty page for each of `endpoints`.
    pub(crate) fn open<'a>(endpoints: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let endpoints = endpoints
            .into_iter()
            .map(|name| (name.to_owned(), Page::default()))
            .collect();
        Arc::new(Self(Mutex::new(endpoints)))
    }

    /// A copy.
    pub(crate) fn snapshot(&self) -> Ledger {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let endpoints = pages
            .iter()
            .map(|(name, page)| (name.clone(), page.whole()));
        Ledger {
            endpoints: endpoints.collect(),
        }
    }

    pub(crate) fn connection(&self, endpoint: &str) {
        self.write(endpoint, |page| page.counts.connections += 1);
    }

    /// Enters a request that a freeze delays.
    pub(crate) fn frozen(&self, endpoint: &str) {
        self.write(endpoint, |page| page.counts.frozen += 1);
    }

    /// Enters a connection that a defect has ended.
    pub(crate) fn defect(&self, endpoint: &str) {
        self.write(endpoint, |page| page.counts.defects += 1);
    }

    /// Enters a call that the audit trail misses.
    pub(crate) fn unrecorded(&self, endpoint: &str) {
        self.write(endpoint, |page| page.counts.unrecorded += 1);
    }

    /// Enters a TLS handshake that has begun.
    pub(crate) fn handshake(self: &Arc<Self>, endpoint: &str) -> OpenHandshake {
        OpenHandshake {
            ledger: Arc::clone(self),
            endpoint: endpoint.to_owned(),
            finished: None,
        }
    }

    /// Enters a request whose head was just read.
    pub(crate) fn request(self: &Arc<Self>, endpoint: &str) -> Entry {
        self.write(endpoint, |page| {
            page.counts.requests += 1;
            page.in_progress += 1;
        });
        Entry {
            ledger: Arc::clone(self),
            endpoint: endpoint.to_owned(),
            operation: UNKNOWN_OPERATION,
            concluded: false,
        }
    }

    fn write(&self, endpoint: &str, change: impl FnOnce(&mut Page)) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match pages.get_mut(endpoint) {
            Some(page) => change(page),
            None => change(pages.entry(endpoint.to_owned()).or_default()),
        }
    }
}

impl Page {
    /// With the requests that are still being worked on.
    fn whole(&self) -> EndpointLedger {
        let mut counts = self.counts.clone();
        if self.in_progress > 0 {
            let unknown = counts.results.entry(UNKNOWN_OPERATION.to_owned());
            unknown
                .or_default()
                .insert(IN_PROGRESS.to_owned(), self.in_progress);
        }
        counts
    }

    /// One request fewer is worked on, and one more had that result.
    fn settle(&mut self, operation: &str, result: &str) {
        self.in_progress -= 1;
        let results = &mut self.counts.results;
        let known = results
            .get_mut(operation)
            .and_then(|results| results.get_mut(result));
        match known {
            Some(count) => *count += 1,
            None => {
                let results = results.entry(operation.to_owned()).or_default();
                results.insert(result.to_owned(), 1);
            }
        }
    }
}

/// One handshake's line; failed unless it is finished.
#[derive(Debug)]
pub(crate) struct OpenHandshake {
    ledger: Arc<LedgerWriter>,
    endpoint: String,
    finished: Option<Handshake>,
}

impl OpenHandshake {
    /// Writes down that the handshake has finished.
    pub(crate) fn finish(mut self, handshake: Handshake) {
        self.finished = Some(handshake);
    }
}

impl Drop for OpenHandshake {
    fn drop(&mut self) {
        self.ledger
            .write(&self.endpoint, |page| match self.finished {
                Some(Handshake::Full) => page.counts.full_handshakes += 1,
                Some(Handshake::Resumed) => page.counts.resumed_handshakes += 1,
                None => page.counts.failed_handshakes += 1,
            });
    }
}

/// One request's line; abandoned unless it is concluded.
#[derive(Debug)]
pub(crate) struct Entry {
    ledger: Arc<LedgerWriter>,
    endpoint: String,
    operation: &'static str,
    concluded: bool,
}

impl Entry {
    /// Names the operation, once it is known.
    pub(crate) fn operation(&mut self, operation: &'static str) {
        self.operation = operation;
    }

    /// Writes down what became of the request.
    pub(crate) fn conclude(mut self, result: &str) {
        self.settle(result);
    }

    fn settle(&mut self, result: &str) {
        self.concluded = true;
        let operation = self.operation;
        self.ledger
            .write(&self.endpoint, |page| page.settle(operation, result));
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
#[path = "writer_tests.rs"]
mod tests;
