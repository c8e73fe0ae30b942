//! JUDGE: what the counts of a run amount to: one row per target, each regional target against the global one, and the
//! run's doubts about itself. It formats nothing and ends no process.

mod answered;
mod checks;
mod clock;
mod injected;
#[cfg(test)]
pub(crate) mod fixture;
mod summarise;

pub use answered::Answered;
pub use summarise::summarise;

use std::collections::BTreeMap;

use crate::operation::Operation;
use crate::plan::{Connection, TargetId};
use crate::record::Counts;
use crate::sample::Phase;
use crate::stats::{Estimate, samples_needed};

/// A run in numbers, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// One row per target, in the plan's order.
    pub rows: Vec<Row>,
    /// Each endpoint against the global one, same operation and connection; empty without a global endpoint.
    pub comparisons: Vec<Comparison>,
    /// Who answered, by endpoint, in the plan's order.
    pub answered: Vec<Answered>,
    /// What signing one request cost, outside every measured time.
    pub signing: Figures,
    /// How much later than the schedule wanted calls were sent, over all targets.
    pub lateness: Figures,
    /// What the program's own clock would have added to the kernel's, over all targets.
    pub client_overhead: Figures,
    /// What to know before believing the numbers.
    pub checks: Vec<Check>,
}

/// One target in numbers. Times in nanoseconds; `None` where the samples do not support the number.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Whose row it is.
    pub target: TargetId,
    /// The endpoint's name.
    pub endpoint: String,
    /// The endpoint's Region.
    pub region: String,
    /// Whether this is the global endpoint.
    pub place: Place,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: Connection,
    /// Calls by how they ended.
    pub counts: Counts,
    /// Service time of the successes.
    pub service_time: Figures,
    /// Response time of the successes.
    pub response_time: Figures,
    /// How much later than the schedule wanted its calls were sent.
    pub lateness: Figures,
    /// What the program's own clock would have added to the kernel's.
    pub client_overhead: Figures,
    /// Mean of each phase over the successes, in order of [`Phase::ALL`]; a phase that never happened is `None`.
    pub phase_means: [Option<f64>; Phase::ALL.len()],
    /// Calls by the Region that says it answered.
    pub served_by: BTreeMap<String, u64>,
}

/// Which side of the comparison an endpoint is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The one that the others are compared against.
    Global,
    /// Any other.
    Regional,
}

/// A distribution in numbers, ns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Values counted.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Standard deviation.
    pub stddev: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
    /// Percentiles in the order of [`PERCENTILES`]; `None` without support.
    pub percentiles: [Option<f64>; PERCENTILES.len()],
}

impl Figures {
    /// The percentile of that share, ns; `None` without support or when the share is not in [`PERCENTILES`].
    pub fn percentile(&self, share: f64) -> Option<f64> {
        PERCENTILES.iter().position(|&p| p == share).and_then(|at| self.percentiles[at])
    }
}

/// The percentiles that are looked at, as shares.
pub const PERCENTILES: [f64; 5] = [0.50, 0.90, 0.95, 0.99, 0.999];

/// The percentiles that are compared with the global endpoint, as shares. p99.9 needs more calls than a polite run makes.
pub const COMPARED: [f64; 4] = [0.50, 0.90, 0.95, 0.99];

/// Answers from which on the percentile of that share, 0–1 (both excluded), is shown; `None` for another share.
pub fn answers_needed(share: f64) -> Option<u64> {
    samples_needed(share)
}

/// One target against its global counterpart.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The global target.
    pub baseline: TargetId,
    /// The other one.
    pub candidate: TargetId,
    /// The candidate's endpoint.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: Connection,
    /// Which percentile is compared, as a share.
    pub percentile: f64,
    /// Global over candidate: 2 means that the global endpoint takes twice as long.
    pub ratio: Estimate,
    /// Global minus candidate, ns: positive means that the candidate is faster.
    pub difference: Estimate,
}

/// A doubt that the run has about itself, or the absence of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Stable name, such as `schedule-slip`.
    pub name: &'static str,
    /// How much it matters.
    pub verdict: CheckVerdict,
    /// One sentence: what was seen, the threshold, what to do.
    pub text: String,
}

/// How much a check matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckVerdict {
    /// Nothing to see.
    Ok,
    /// This system does not tell.
    Unknown,
    /// Shown beside the numbers.
    Warn,
    /// The numbers must not be used.
    Invalid,
}
