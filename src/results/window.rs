//! Several windows of one plan in one run: which blocks were measured when.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Run;

/// A stretch of time that was measured without a break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The run that it was.
    pub run_id: String,
    /// When its epoch was, RFC 3339 in UTC.
    pub started_at: String,
    /// From its epoch to its last answer, ns.
    pub elapsed_ns: u64,
    /// Its first block in the series.
    pub first_block: u16,
    /// How many blocks it has, at least 1.
    pub blocks: u16,
}

impl Window {
    /// The numbers of its blocks.
    pub fn range(&self) -> Range<usize> {
        let first = usize::from(self.first_block);
        first..first + usize::from(self.blocks)
    }
}

impl Run {
    /// The blocks of each window, in order of time; one range of all for a run that was measured at one time.
    pub fn window_ranges(&self) -> Vec<Range<usize>> {
        if self.windows.is_empty() {
            return vec![0..usize::from(self.plan.blocks)];
        }
        self.windows.iter().map(Window::range).collect()
    }
}
