//! The ledger while the emulator runs: a request is in it from the moment its head was read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ledger::counts::{ABANDONED, EndpointLedger, IN_PROGRESS, Ledger, UNKNOWN_OPERATION};

/// The ledger while the emulator runs.
#[derive(Debug, Default)]
pub(crate) struct LedgerWriter(Mutex<Ledger>);

/// How a handshake that finished was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handshake {
    /// With certificates.
    Full,
    /// From a ticket.
    Resumed,
}

impl LedgerWriter {
    /// LedgerWriter with an empty page for each of `endpoints`.
    pub(crate) fn open<'a>(endpoints: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let endpoints = endpoints
            .into_iter()
            .map(|name| (name.to_owned(), EndpointLedger::default()))
            .collect();
        Arc::new(Self(Mutex::new(Ledger { endpoints })))
    }

    /// A copy.
    pub(crate) fn snapshot(&self) -> Ledger {
        self.lock().clone()
    }

    pub(crate) fn connection(&self, endpoint: &str) {
        self.write(endpoint, |page| page.connections += 1);
    }

    /// Enters a request that a freeze delays.
    pub(crate) fn frozen(&self, endpoint: &str) {
        self.write(endpoint, |page| page.frozen += 1);
    }

    /// Enters a connection that a defect has ended.
    pub(crate) fn defect(&self, endpoint: &str) {
        self.write(endpoint, |page| page.defects += 1);
    }

    /// Enters a call that the audit trail misses.
    pub(crate) fn unrecorded(&self, endpoint: &str) {
        self.write(endpoint, |page| page.unrecorded += 1);
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
            page.requests += 1;
            *page
                .results
                .entry(UNKNOWN_OPERATION.to_owned())
                .or_default()
                .entry(IN_PROGRESS.to_owned())
                .or_default() += 1;
        });
        Entry {
            ledger: Arc::clone(self),
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
                Some(Handshake::Full) => page.full_handshakes += 1,
                Some(Handshake::Resumed) => page.resumed_handshakes += 1,
                None => page.failed_handshakes += 1,
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
        self.ledger.write(&self.endpoint, |page| {
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
#[path = "writer_tests.rs"]
mod tests;
