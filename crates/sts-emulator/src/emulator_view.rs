//! An emulator from outside.

use std::ops::Deref;
use std::sync::Arc;

use crate::announcement::AnnouncedEmulator;
use crate::ledger::counts::Ledger;
use crate::ledger::writer::LedgerWriter;
use crate::wire::network::PacketCounters;

/// What can be known of an emulator in this process, also after it has ended: what it has announced, and what it has seen so
/// far. Cheap to clone.
#[derive(Debug, Clone)]
pub struct EmulatorView {
    pub(crate) announced: Arc<AnnouncedEmulator>,
    pub(crate) ledger: Arc<LedgerWriter>,
    pub(crate) counters: PacketCounters,
}

impl EmulatorView {
    /// What the emulator has seen so far.
    pub fn ledger(&self) -> Ledger {
        let mut ledger = self.ledger.snapshot();
        self.counters.enter(&mut ledger);
        ledger
    }
}

impl Deref for EmulatorView {
    type Target = AnnouncedEmulator;

    fn deref(&self) -> &AnnouncedEmulator {
        &self.announced
    }
}
