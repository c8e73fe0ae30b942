//! What the schedule says of a request.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;

/// A request's place in the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Which population it is meant for.
    pub target: TargetId,
    /// Position in the schedule, from 0; unique in a run.
    pub sequence: u64,
    /// Round of an audit, from 0, without warm-up rounds; `None` for other loads.
    pub round: Option<u32>,
    /// Block, from 0; calls that prepare a block carry its number.
    pub block: u16,
    /// Whether it counts.
    pub stage: Stage,
    /// When the schedule wants it sent, since the run's epoch.
    pub intended: Duration,
}

/// Whether a sample counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Kept, flagged and not compared.
    Warmup,
    /// Counted.
    Measured,
}

impl Stage {
    /// As in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warmup => "warmup",
            Self::Measured => "measured",
        }
    }

    /// The stage of that name, as in files.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Warmup, Self::Measured]
            .into_iter()
            .find(|stage| stage.as_str() == name)
    }
}
