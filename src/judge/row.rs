//! One target in numbers.

use std::collections::BTreeMap;

use latency_stats::{NoPercentile, Percentile};
use sts_model::{Endpoint, Operation, Scope};

use crate::plan::{ConnectionMode, Group, Level, TargetId, TargetName};
use crate::record::Counts;
use crate::sample::Phase;

use super::failed_calls::FailedCalls;
use super::rank_range::RankRange;

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
    pub connection: ConnectionMode,
    /// Calls by how they ended.
    pub counts: Counts,
    /// Service time: percentiles of all calls, the rest of the successes.
    pub service_time: Figures,
    /// Response time, likewise.
    pub response_time: Figures,
    /// How much later than the schedule wanted its calls were sent.
    pub lateness: Figures,
    /// What the program's own clock would have added to the kernel's.
    pub client_overhead: Figures,
    /// Mean of each phase over the successes, in order of [`Phase::ALL`]; a phase that never happened is `None`.
    pub phase_means: [Option<f64>; Phase::ALL.len()],
    /// Calls by the Region that says it answered.
    pub served_by: BTreeMap<String, u64>,
    /// Its rank by p50 among the endpoints of its group; all ranks of a ranking hold together with 95 % confidence. `None`
    /// without a ranking.
    pub rank: Option<RankRange>,
}

/// Which side of the comparison an endpoint is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The one that the others are compared with.
    Global,
    /// Any other.
    Regional,
    /// An endpoint that is there a second time under an alias. It is compared with its original alone, to see what the run
    /// makes of no difference, and stands in no ranking.
    Twin,
}

impl Place {
    /// Of an endpoint.
    pub(crate) fn of(endpoint: &Endpoint) -> Self {
        match endpoint.scope {
            _ if endpoint.twin_of.is_some() => Self::Twin,
            Scope::Global => Self::Global,
            Scope::Regional
            | Scope::Fips
            | Scope::DualStack
            | Scope::FipsDualStack
            | Scope::Custom => Self::Regional,
        }
    }
}

impl Row {
    /// The operation and the kind of connection.
    pub fn group(&self) -> Group {
        Group {
            operation: self.operation,
            connection: self.connection,
        }
    }

    /// How many of its calls failed.
    pub fn failed(&self) -> FailedCalls {
        FailedCalls {
            failed: self.counts.failed(),
            of: self.counts.issued,
        }
    }

    /// Whether its calls fail more often than those of the other: by a share that matters, and that chance alone gives to one
    /// in forty endpoints at most.
    pub fn fails_more_than(&self, other: &Self) -> bool {
        self.failed().more_than(other.failed(), 0.025)
    }

    /// What the target is called.
    pub fn name(&self) -> TargetName {
        TargetName::new(&self.endpoint, self.operation, self.connection)
    }

    /// Calls that percentiles are of: the answers, and the failed calls as never answered.
    pub fn calls(&self) -> u64 {
        self.service_time.count.saturating_add(self.counts.failed())
    }

    /// Whether the target gave next to nothing of what was planned: no answer at all, half or more of its calls failed, or
    /// more than half were withheld because earlier ones had failed.
    pub fn is_lost(&self) -> bool {
        let Counts {
            issued, withheld, ..
        } = self.counts;
        self.service_time.count == 0 || self.failures_reach(Level::P50.share()) || withheld > issued
    }

    /// Whether so many calls failed that the percentile of that share of all calls is a failure: from a failed share of
    /// 1 − p on.
    pub fn failures_reach(&self, share: f64) -> bool {
        failures_reach(&self.counts, share)
    }
}

/// Whether the percentile of that share of all calls is a failure.
pub(crate) fn failures_reach(counts: &Counts, share: f64) -> bool {
    let failed = counts.failed();
    let calls = counts.succeeded.saturating_add(failed);
    // The margin absorbs the rounding of 1 − p, which is 0.010000000000000009 for p99.
    failed > 0 && failed as f64 >= (1.0 - share) * calls as f64 * (1.0 - 1e-9)
}

/// A distribution in numbers, ns. Of a target's times the percentiles are those of all calls, a failed one counting as never
/// answered; the other numbers are those of the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Values counted, answers of a target.
    pub count: u64,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Standard deviation.
    pub stddev: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
    /// Percentiles in the order of [`Level::ALL`], or why there is none.
    pub percentiles: [Result<Percentile, NoPercentile>; Level::ALL.len()],
}

impl Figures {
    /// The percentile, ns; `None` without support, and where it is a failure.
    pub fn percentile(&self, level: Level) -> Option<f64> {
        self.estimate(level).map(|percentile| percentile.value)
    }

    /// The same with its interval.
    pub fn estimate(&self, level: Level) -> Option<&Percentile> {
        self.percentiles[level.index()].as_ref().ok()
    }

    /// Whether the percentile stands on fewer than `FULL_SUPPORT` independent answers beyond it, as many as are typical of the
    /// run, so that its interval is wide and moves much from run to run.
    pub fn is_thin(&self, level: Level) -> bool {
        self.estimate(level)
            .is_some_and(|percentile| percentile.support * (1.0 - level.share()) < FULL_SUPPORT)
    }

    /// About how many more calls the percentile needs; `None` when it is there, and where it is a failure.
    pub fn missing(&self, level: Level) -> Option<u64> {
        self.percentiles[level.index()].err()?.missing()
    }

    /// Whether the percentile is a failure.
    pub fn is_never(&self, level: Level) -> bool {
        self.percentiles[level.index()] == Err(NoPercentile::Never)
    }
}

impl Default for Figures {
    fn default() -> Self {
        let lacking = |level: Level| NoPercentile::TooFew {
            missing: level.answers_needed(),
            effective: 0.0,
        };
        Self {
            count: 0,
            mean: None,
            stddev: None,
            min: None,
            max: None,
            percentiles: Level::ALL.map(|level| Err(lacking(level))),
        }
    }
}

/// Independent answers beyond a percentile from which on it is shown without a mark.
pub(crate) const FULL_SUPPORT: f64 = 30.0;
