//! An emulator from outside.

use std::sync::Arc;

use sts_model::Endpoint;

use crate::announcement::{Announcement, EmulatorAnnouncement, EndpointAnnouncement};
use crate::ledger::counts::Ledger;
use crate::ledger::writer::LedgerWriter;
use crate::wire::network::PacketCounters;

/// What can be known of an emulator from outside; cheap to clone.
#[derive(Debug, Clone)]
pub struct EmulatorView {
    pub(crate) announcement: Arc<EmulatorAnnouncement>,
    pub(crate) endpoints: Arc<[EndpointAnnouncement]>,
    pub(crate) ledger: Arc<LedgerWriter>,
    pub(crate) counters: PacketCounters,
}

impl EmulatorView {
    /// The first line that the emulator's process prints.
    pub fn announcement(&self) -> &EmulatorAnnouncement {
        &self.announcement
    }

    /// The endpoints with what they inject, in the selector's order.
    pub fn announced_endpoints(&self) -> &[EndpointAnnouncement] {
        &self.endpoints
    }

    /// All lines but the last: the emulator, then its endpoints.
    pub fn announcements(&self) -> Vec<Announcement> {
        let emulator = Announcement::Emulator(Box::new((*self.announcement).clone()));
        std::iter::once(emulator)
            .chain(
                self.endpoints
                    .iter()
                    .cloned()
                    .map(|endpoint| Announcement::Endpoint(Box::new(endpoint))),
            )
            .collect()
    }

    /// The endpoints under their real names, with their loopback addresses.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.endpoints
            .iter()
            .map(|announced| announced.endpoint.clone())
            .collect()
    }

    /// What the emulator has seen so far.
    pub fn ledger(&self) -> Ledger {
        let mut ledger = self.ledger.snapshot();
        self.counters.enter(&mut ledger);
        ledger
    }
}
