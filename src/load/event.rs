//! What leaves the measuring thread, and how it ends.

use std::time::Duration;

use crate::health::Health;
use crate::plan::TargetId;
use crate::sample::Sample;

/// What leaves the measuring thread.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are samples, and memory for each would be taken on one thread and given back on another"
)]
pub enum LoadEvent {
    /// One call, measured.
    Sample(Sample),
    /// A planned call that was deliberately not sent.
    Withheld {
        /// Whose call it was.
        target: TargetId,
        /// In which block.
        block: u16,
    },
    /// Something that a reader of the numbers should know.
    Noticed {
        /// When, since the epoch.
        at: Duration,
        /// The endpoint's name.
        endpoint: String,
        /// What, as part of a sentence.
        text: String,
    },
}

/// Whether calls go on being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Until the plan's end.
    AtEnd,
    /// Make no more; wait a short while for the answers under way.
    Now,
}

/// How a run's measuring ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// From the epoch to the last answer.
    pub elapsed: Duration,
    /// [`Stop::Now`] when it was cut short.
    pub by: Stop,
    /// CPU time that the measuring thread used, when the system tells.
    pub cpu: Option<Duration>,
    /// Part of it that was spent with nothing but watching the clock before sends.
    pub spun: Duration,
    /// What the machine did meanwhile.
    pub health: Health,
}
