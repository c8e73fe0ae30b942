//! When calls are made.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::nanoseconds;

/// When calls are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case")]
pub enum Load {
    /// Rounds: every target once a round, in fresh random order, spread over the round with jitter.
    Audit {
        /// Measured rounds, 2–1,000,000, a multiple of the blocks.
        rounds: u32,
        /// Length of a round.
        #[serde(rename = "round_ns", with = "nanoseconds")]
        round: Duration,
    },
    /// A schedule that does not wait for answers.
    Open {
        /// Arrivals per second over all targets.
        rate_per_second: f64,
        /// How arrivals are spaced.
        arrivals: Arrivals,
        /// Length of the measured part.
        #[serde(rename = "duration_ns", with = "nanoseconds")]
        duration: Duration,
    },
    /// A fixed number of calls under way; the next starts when one ends.
    Closed {
        /// Calls under way, 1–1,024.
        concurrency: u16,
        /// Length of the measured part.
        #[serde(rename = "duration_ns", with = "nanoseconds")]
        duration: Duration,
    },
}

/// How the arrivals of an open load are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// Equal gaps.
    Constant,
    /// Exponential gaps: independent callers.
    Poisson,
}
