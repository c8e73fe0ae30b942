//! A run beside its history, in numbers.

use sts_model::Operation;

use crate::judge::between::RunNotice;
use crate::judge::failed_calls::FailedCalls;
use crate::plan::{ConnectionMode, TargetName};

/// A run against those before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct History {
    /// The runs that it was set against, oldest first; the latest [`History::WINDOW`] of those that were given.
    pub runs: Vec<String>,
    /// One line for each target of the run, in the plan's order, and for each that the latest earlier run had beside them.
    pub lines: Vec<HistoryLine>,
    /// What all endpoints of an operation and kind of connection went through together, where that is beyond its limit.
    pub vantage: Vec<VantageChange>,
    /// What to know before believing it.
    pub notices: Vec<RunNotice>,
}

/// One target against its history.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HistoryLine {
    /// The endpoint's name.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The run's p50, ns, where it may be used.
    pub p50: Option<f64>,
    /// In how many earlier runs it has one that counts, at most [`History::WINDOW`].
    pub runs: usize,
    /// How it stands to them.
    pub change: Option<Change>,
    /// What follows.
    pub outcome: HistoryOutcome,
    /// The run from which on it is slower, where it is.
    pub slower_since: Option<String>,
    /// That it has become slower little by little, where it has and is not [`HistoryOutcome::Slower`].
    pub creep: Option<Creep>,
    /// Its failed calls in this run, where it was called.
    pub failed: Option<FailedCalls>,
    /// That it fails more often than before, where it does.
    pub failures: Option<MoreFailures>,
}

/// An endpoint whose calls fail more often than in the runs before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MoreFailures {
    /// In this run.
    pub now: FailedCalls,
    /// In all earlier runs that count, or in all but the one before where that has more failures too.
    pub before: FailedCalls,
    /// Whether it was so in the run before already; one run alone proves little.
    pub in_a_row: bool,
}

/// How far the latest runs of an endpoint lie from its oldest, apart from what all endpoints went through: a notice only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Creep {
    /// The median of the latest 10 runs over that of the oldest third of all that were read.
    pub ratio: f64,
    /// The ratio that an unchanged endpoint exceeds in 0.05 % of runs.
    pub limit_ratio: f64,
}

/// How far a p50 is from what earlier runs and the other endpoints of this run let expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Change {
    /// What was to be expected, ns.
    pub expected: f64,
    /// The p50 over that.
    pub ratio: f64,
    /// The ratio that an unchanged endpoint exceeds in 0.2 % of runs.
    pub limit_ratio: f64,
}

/// A shift of all endpoints together: the network or the machine that measures, and no endpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct VantageChange {
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The median endpoint's p50 over what was to be expected.
    pub ratio: f64,
    /// The ratio that an unchanged vantage exceeds in 0.2 % of runs; it falls below the inverse as rarely.
    pub limit_ratio: f64,
    /// The shift in ns, where a constant time explains the endpoints' changes better than a factor.
    pub difference: Option<f64>,
}

/// What follows for one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HistoryOutcome {
    /// Within its limit, or beyond it by too little to matter.
    Steady,
    /// Beyond its limit for the first time; the next run decides.
    BeyondOnce,
    /// Beyond its limit in this run and in the one before, or again before two runs in a row were within it.
    Slower,
    /// Fewer earlier runs than it takes.
    TooFewRuns,
    /// Fewer endpoints than it takes to tell one of them from the vantage.
    NoControl,
    /// The run has no p50 of it.
    NoData,
    /// The latest earlier run measured it, and this one did not.
    NotMeasured,
}

impl HistoryLine {
    /// What the target is called.
    pub(crate) fn name(&self) -> TargetName {
        TargetName::new(&self.endpoint, self.operation, self.connection)
    }

    /// Whether it fails more often than before, in this run and in the one before.
    pub(crate) fn fails_more(&self) -> bool {
        self.failures.is_some_and(|failures| failures.in_a_row)
    }
}

impl HistoryOutcome {
    /// As in files and sentences.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::BeyondOnce => "beyond its limit once",
            Self::Slower => "slower",
            Self::TooFewRuns => "too few runs",
            Self::NoControl => "too few endpoints",
            Self::NoData => "no data",
            Self::NotMeasured => "not measured",
        }
    }
}

impl History {
    /// How many of the latest runs count.
    pub(crate) const WINDOW: usize = 30;
    /// How many runs a target needs; below, only conditions within one run can be proven.
    pub(crate) const LEAST_RUNS: usize = 10;
    /// How many endpoints of an operation and kind of connection it takes.
    pub(crate) const LEAST_ENDPOINTS: usize = latency_stats::LEAST_SERIES;
    /// How much earlier than the run the one before it has to have begun: longer than what disturbs a vantage for some minutes.
    pub(crate) const APART: time::Duration = time::Duration::minutes(30);
    /// How many earlier runs are worth reading: as long as one is slower, the runs before it remain what it is held against.
    pub(crate) const READ: usize = 3 * Self::WINDOW + 1;
}
