//! Findings about how much the numbers support.

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;

/// What the checks of the precision can find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum PrecisionFinding {
    /// No percentile is shown.
    NoPercentile,
    /// Every percentile that is shown has answers enough beyond it.
    TailsSupported {
        /// The fewest independent answers beyond one.
        fewest_answers: f64,
        /// So many are wanted.
        wanted_answers: f64,
    },
    /// A percentile has few answers beyond it.
    ThinTail {
        /// The lowest such percentile, as a share.
        percentile: f64,
        /// Independent answers beyond it at the target with the fewest.
        answers: f64,
        /// So many are wanted.
        wanted_answers: f64,
        /// That target.
        worst: TargetId,
        /// How many times as long a run has so many answers.
        times_as_long: u64,
    },
    /// No p50 is shown.
    NoMedian,
    /// A step of the histograms against the interval of a p50.
    Resolution {
        /// The step at the p50 for which it is coarsest, ns.
        step_ns: f64,
        /// Half of the width of that p50's interval, ns.
        half_width_ns: f64,
        /// The target with that p50.
        worst: TargetId,
    },
}
