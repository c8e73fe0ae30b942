//! What a window came to.

use std::time::SystemTime;

use crate::judge::{Row, Summary};
use crate::results::{Completion, Run};

use super::failure::WindowFailure;

/// A window that was measured and judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WindowEnd<'a> {
    /// Its run.
    pub run: &'a Run,
    /// The run in numbers.
    pub summary: &'a Summary,
    /// Whether the credentials were lost on the way.
    pub credentials_lost: bool,
    /// When it ended.
    pub ended: SystemTime,
}

/// What a window is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowResult {
    /// Measured to its end, with answers.
    Success,
    /// Stopped early.
    Interrupted,
    /// Without numbers, or without any that count.
    Failed(WindowFailure),
}

impl WindowResult {
    /// As in labels.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Interrupted => "interrupted",
            Self::Failed(_) => "failed",
        }
    }
}

impl WindowEnd<'_> {
    /// What the window is worth.
    pub(crate) fn result(&self) -> WindowResult {
        if self.credentials_lost {
            WindowResult::Failed(WindowFailure::Credentials)
        } else if self.run.measured.completion != Completion::Complete {
            WindowResult::Interrupted
        } else if self.summary.rows.iter().all(Row::is_lost) {
            WindowResult::Failed(WindowFailure::NoData)
        } else {
            WindowResult::Success
        }
    }
}
