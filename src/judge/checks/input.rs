//! What the checks look at.

use crate::health::Health;
use crate::judge::Row;
use crate::results::Run;
use crate::results::finding::MachineFinding;
use latency_stats::Counted;

/// A run with its numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CheckInput<'a> {
    pub(crate) run: &'a Run,
    /// One for each target, in the plan's order.
    pub(crate) rows: &'a [Row],
    /// Service times of each target's answers, block by block.
    pub(crate) blocks: &'a [&'a [Counted]],
}

impl<'a> CheckInput<'a> {
    /// What was seen of the machine; a finding where it was not watched.
    pub(crate) fn health(&self) -> Result<&'a Health, MachineFinding> {
        self.run
            .conditions
            .health
            .as_ref()
            .ok_or(MachineFinding::NotWatched)
    }
}
