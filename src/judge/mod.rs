//! JUDGE: what the counts of a run amount to: one row per target, each regional target against the global one, and the
//! run's doubts about itself. It formats nothing and ends no process.

mod answered;
mod between;
mod blocks;
mod checks;
mod gate;
mod history;
#[cfg(test)]
mod history_tests;
mod margin;
mod pairs;
#[cfg(test)]
mod pairs_tests;
mod precision;
mod ranking;
#[cfg(test)]
pub(crate) mod fixture;
mod summarise;
mod times;

pub use answered::Answered;
pub use between::{Between, BetweenError, Design, Matched, Standing, between};
pub use gate::{Gate, GateClaim, GateError, GateOutcome, GateResult};
pub use history::{
    Change, History, HistoryLine, HistoryOutcome, Past, VantageChange, against_history,
};
pub use precision::{Wanted, wanted_rounds};
pub use summarise::{compare_pairs, judge, summarise, summarise_by};
pub use times::service_times;

pub use crate::results::{Check, CheckVerdict, Claims, Reach, Reached};
pub use latency_stats::{Estimate, Interval, Method, Percentile, Shortfall, median};

use std::collections::BTreeMap;

use crate::plan::{ConnectionMode, Level, TargetId};
use crate::record::Counts;
use crate::sample::Phase;
use sts_model::Operation;
use sts_model::{Endpoint, Scope};

/// A run in numbers, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// One row per target, in the plan's order.
    pub rows: Vec<Row>,
    /// Each endpoint against the global one, same operation and connection; empty without a global endpoint.
    pub comparisons: Vec<Comparison>,
    /// Pairs without a comparison, and why there is none.
    pub uncompared: Vec<Uncompared>,
    /// The endpoints in order, for each operation and kind of connection.
    pub rankings: Vec<Ranking>,
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
    /// The conditions that the plan lays down, and what became of them.
    pub gates: Vec<GateResult>,
    /// How precise each target became, of a run that chose its own length by that.
    pub precision: Vec<Reached>,
}

impl Summary {
    /// The check that forbids that percentile of the target's answers for such claims, if any does.
    pub fn forbidden(&self, target: TargetId, level: Level, claims: Claims) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.forbids(target, level.share(), claims))
    }

    /// The ranking that the target is in.
    pub fn ranking_of(&self, row: &Row) -> Option<&Ranking> {
        self.rankings
            .iter()
            .find(|r| r.operation == row.operation && r.connection == row.connection)
    }

    /// The checks that forbid what the run is first of all about: the p50 of some target, against others where any are
    /// compared. Others forbid tails, or claims about one endpoint where endpoints are compared.
    pub fn refusals(&self) -> impl Iterator<Item = &Check> {
        let claims = if self.comparisons.is_empty() {
            Claims::OneEndpoint
        } else {
            Claims::All
        };
        let forbids = move |check: &&Check| {
            self.rows
                .iter()
                .any(|row| check.forbids(row.target, Level::P50.share(), claims))
        };
        self.checks.iter().filter(forbids)
    }
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
    pub connection: ConnectionMode,
    /// Calls by how they ended.
    pub counts: Counts,
    /// Service time of the successes.
    pub service_time: Figures,
    /// Response time of the successes.
    pub response_time: Figures,
    /// Service time of all calls at each of [`Level::ALL`], where a failed call counts as one that is never answered, ns;
    /// `None` where that is a failure, and without support.
    pub with_failures: [Option<f64>; Level::ALL.len()],
    /// How much later than the schedule wanted its calls were sent.
    pub lateness: Figures,
    /// What the program's own clock would have added to the kernel's.
    pub client_overhead: Figures,
    /// Mean of each phase over the successes, in order of [`Phase::ALL`]; a phase that never happened is `None`.
    pub phase_means: [Option<f64>; Phase::ALL.len()],
    /// Calls by the Region that says it answered.
    pub served_by: BTreeMap<String, u64>,
    /// Its rank by p50 among the endpoints of the same operation and connection, 1 is the fastest: the interval that
    /// holds it, all ranks of the ranking together with 95 % confidence. `None` without a ranking.
    pub rank: Option<(usize, usize)>,
}

/// Which side of the comparison an endpoint is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The one that the others are compared against.
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
    /// Whether so many calls failed that the percentile of that share of all calls is a failure: from a failed share of
    /// 1 − p on, the successes alone would flatter it.
    pub fn failures_reach(&self, share: f64) -> bool {
        let failed = self.counts.faults.saturating_add(self.counts.failures);
        // The margin absorbs the rounding of 1 − p, which is 0.010000000000000009 for p99.
        failed > 0 && failed as f64 >= (1.0 - share) * self.counts.issued as f64 * (1.0 - 1e-9)
    }
}

/// A distribution in numbers, ns.
#[derive(Debug, Clone, PartialEq)]
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
    /// Percentiles in the order of [`Level::ALL`], or what they lack.
    pub percentiles: [Result<Percentile, Shortfall>; Level::ALL.len()],
}

impl Figures {
    /// The percentile, ns; `None` without support.
    pub fn percentile(&self, level: Level) -> Option<f64> {
        self.estimate(level).map(|percentile| percentile.value)
    }

    /// The same with its interval.
    pub fn estimate(&self, level: Level) -> Option<&Percentile> {
        self.percentiles[level.index()].as_ref().ok()
    }

    /// Whether the percentile stands on fewer than [`FULL_SUPPORT`] independent answers beyond it, so that
    /// its interval is wide and moves much from run to run.
    pub fn is_thin(&self, level: Level) -> bool {
        self.estimate(level)
            .is_some_and(|percentile| percentile.effective * (1.0 - level.share()) < FULL_SUPPORT)
    }

    /// About how many more answers the percentile needs; `None` when it is there.
    pub fn missing(&self, level: Level) -> Option<u64> {
        self.percentiles[level.index()]
            .as_ref()
            .err()
            .map(|shortfall| shortfall.missing)
    }
}

impl Default for Figures {
    fn default() -> Self {
        let lacking = |level: Level| Shortfall {
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
pub const FULL_SUPPORT: f64 = 30.0;

/// One target against another of the same operation and kind of connection, by one percentile.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The target that is compared against: the global one, unless another was asked for.
    pub baseline: TargetId,
    /// The other one.
    pub candidate: TargetId,
    /// The candidate's endpoint.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Which percentile is compared.
    pub level: Level,
    /// Baseline over candidate: 2 means that the baseline takes twice as long. In this window; with an interval wherever
    /// the verdict is one.
    pub ratio: Estimate,
    /// The same from the Hodges–Lehmann estimate of the blocks' differences, which one wild block hardly moves: a check on
    /// the other; with p50 only.
    pub robust_ratio: Option<f64>,
    /// The interval of the ratio from those of the two percentiles alone, as if the sides had nothing in common: wider, and
    /// without any draw, so that it can be computed by hand; with tails only, and only without gaps on either side.
    pub unpaired_ratio: Option<Interval>,
    /// Baseline minus candidate, ns: positive means that the candidate is faster.
    pub difference: Estimate,
    /// What follows from the interval.
    pub verdict: Verdict,
    /// Why there is no verdict, as a sentence's end; for [`Verdict::Invalid`], [`Verdict::NoData`] and
    /// [`Verdict::Inconclusive`].
    pub reason: Option<String>,
    /// About how many more rounds would end an inconclusive comparison.
    pub more_rounds: Option<u64>,
    /// How the interval was found.
    pub method: ComparisonMethod,
    /// How often a call of the candidate beats one of the baseline's in the same block, 0–1; with p50 only.
    pub beats: Option<Estimate>,
    /// The same comparison over several windows of time, when there were at least five.
    pub in_general: Option<InGeneral>,
}

/// A pair that cannot be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncompared {
    /// The target that it would have been compared against.
    pub baseline: TargetId,
    /// The other one.
    pub candidate: TargetId,
    /// The candidate's endpoint.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Which percentile would have been compared.
    pub level: Level,
    /// [`Verdict::NoData`], [`Verdict::Invalid`] or [`Verdict::Inconclusive`].
    pub verdict: Verdict,
    /// Why, as a sentence's end.
    pub reason: String,
}

/// How the interval of a comparison was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ComparisonMethod {
    /// Paired differences of the blocks' medians on the log scale, widened by their lag-1 autocorrelation.
    PairedBlocks {
        /// Blocks in which both sides have answers.
        blocks: usize,
        /// Lag-1 autocorrelation of the differences, 0–0.6.
        lag_one: f64,
    },
    /// Blocks drawn for both sides alike.
    BlockBootstrap {
        /// Blocks in which both sides have answers.
        blocks: usize,
        /// How often they were drawn.
        draws: usize,
        /// Seed of the draws.
        seed: u64,
        /// Lag-1 autocorrelation of the differences of the blocks' shares, 0–0.6.
        lag_one: f64,
    },
    /// Student's interval over the windows' differences on the log scale, of two runs that took turns.
    PairedWindows {
        /// Windows in which both sides have answers.
        windows: usize,
    },
    /// There is none.
    Nothing,
}

/// A comparison as a claim about the endpoints rather than about one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InGeneral {
    /// Stretches of time that were measured.
    pub windows: usize,
    /// Baseline over candidate.
    pub ratio: Estimate,
    /// Baseline minus candidate, ns.
    pub difference: Estimate,
    /// What follows from the interval.
    pub verdict: Verdict,
}

/// What a comparison comes to. The words are about the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The whole interval lies beyond the margin.
    Faster,
    /// The interval excludes no difference only, not the margin.
    SlightlyFaster,
    /// The 90 % interval lies within the margin.
    Equivalent,
    /// The interval excludes no difference only, not the margin.
    SlightlySlower,
    /// The whole interval lies beyond the margin.
    Slower,
    /// None of the above can be told from these answers.
    Inconclusive,
    /// A check forbids the numbers, or the two sides were not measured together.
    Invalid,
    /// One side has no answers.
    NoData,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 8] = [
        Self::Faster,
        Self::SlightlyFaster,
        Self::Equivalent,
        Self::SlightlySlower,
        Self::Slower,
        Self::Inconclusive,
        Self::Invalid,
        Self::NoData,
    ];

    /// As in files and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::SlightlyFaster => "slightly faster",
            Self::Equivalent => "equivalent",
            Self::SlightlySlower => "slightly slower",
            Self::Slower => "slower",
            Self::Inconclusive => "inconclusive",
            Self::Invalid => "invalid",
            Self::NoData => "no data",
        }
    }
}

/// The endpoints of one operation over one kind of connection, in order of their p50.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The targets, fastest first, each with the interval that holds its rank.
    pub places: Vec<(TargetId, usize, usize)>,
    /// Sets of neighbours of which no two can be told apart, in order.
    pub ties: Vec<Vec<TargetId>>,
}
