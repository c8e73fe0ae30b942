//! Findings about the service: whether it was the same from beginning to end.

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;

/// What the checks of the service can find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum ServiceFinding {
    /// No target has answers enough to see a change.
    ChangeUntested {
        /// Blocks that it takes.
        blocks: u64,
        /// Answers that it takes in each of them.
        answers: u64,
    },
    /// The service changed so much that its percentiles are those of no one service.
    Changed {
        /// The target that changed most.
        worst: TargetId,
        /// What changed.
        change: LevelChange,
        /// Other targets that changed so much.
        more_targets: u64,
    },
    /// No target changed.
    NoneChanged {
        /// Targets that were tested, once in each window.
        tested: u64,
    },
    /// Some targets seem to have changed.
    SomeChanged {
        /// How many.
        changed: u64,
        /// Targets that were tested, once in each window.
        tested: u64,
        /// The target that changed most.
        worst: TargetId,
        /// What changed.
        change: LevelChange,
        /// So many would seem to change by chance.
        by_chance: u64,
    },
    /// No target has answers enough to see whether they resemble their neighbours.
    MemoryUntested {
        /// Answers that it takes.
        answers: u64,
        /// Blocks that it takes.
        blocks: u64,
    },
    /// How many independent answers the answers of the median target are worth.
    Independence {
        /// Answers of a target.
        answers: f64,
        /// Independent answers that they are worth.
        independent: f64,
        /// Independent ones of all answers, 0–1.
        ratio: f64,
        /// Below this ratio it is worth a warning.
        limit_ratio: f64,
        /// Below so many independent answers nothing can be said of one endpoint.
        least_independent: f64,
    },
    /// Targets changed while the run lasted: their answers are worth far fewer independent ones than those of the others.
    Moved {
        /// The target whose answers are worth least.
        worst: TargetId,
        /// Its answers.
        answers: f64,
        /// Independent answers that they are worth.
        independent: f64,
        /// Those of the median target.
        typical: f64,
        /// Other targets that changed.
        more_targets: u64,
    },
    /// No address was kept block by block.
    AddressesNotKept,
    /// Every endpoint was reached at the same addresses, or at ever changing ones.
    SameAddresses,
    /// Endpoints changed their addresses for good.
    AddressesChanged {
        /// A target of the first of them.
        first: TargetId,
        /// The other ones.
        more_endpoints: u64,
    },
    /// No answer had the service's time.
    TimeUnknown,
    /// How far the service's clock is from this machine's.
    Clock {
        /// How far it is ahead, s; negative is behind.
        ahead_seconds: i64,
        /// Beyond this, either way, it is worth a warning.
        limit_seconds: u64,
    },
}

/// What changed from part to part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// Whether there is a trend, a step or wandering.
    pub moved: bool,
    /// The share of the parts that are spikes.
    pub spikes_ratio: f64,
    /// The largest change, as a share.
    pub effect_ratio: f64,
}
