//! One target against another, in numbers.

use latency_stats::{Estimate, Interval};
use sts_model::Operation;

use crate::plan::{ConnectionMode, Level, TargetId};

use super::estimate::{Margin, Verdict};
use super::row::Row;

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
    /// How many comparisons hold together with the plan's confidence, this one among them; 1 where it holds by itself.
    pub together: usize,
    /// The confidence of each of its intervals by itself.
    pub confidence: f64,
    /// Baseline over candidate: 2 means that the baseline takes twice as long. In this window; with an interval wherever
    /// the verdict is one.
    pub ratio: Estimate,
    /// The interval of the ratio at the lesser confidence of the two one-sided tests that decide whether the two are
    /// equivalent: 90 % beside an interval of 95 %. They are where it lies within `margin`.
    pub equivalence: Option<Interval>,
    /// The ratios that differ too little from 1 to matter.
    pub(crate) margin: Margin,
    /// The same from the Hodges–Lehmann estimate of the blocks' differences, which one outlying block hardly moves: a check on
    /// the other; with p50 only.
    pub robust_ratio: Option<f64>,
    /// The interval of the ratio from those of the two percentiles alone, as if the sides had nothing in common: wider, and
    /// without any draw, so that it can be computed by hand; by itself with the plan's confidence, with tails only, and only
    /// without gaps on either side.
    pub unpaired_ratio: Option<Interval>,
    /// Baseline minus candidate, ns: positive means that the candidate is faster.
    pub difference: Estimate,
    /// What follows from the interval.
    pub verdict: Verdict,
    /// Why there is no verdict; for [`Verdict::Invalid`], and for [`Verdict::Inconclusive`] without an interval.
    pub reason: Option<Obstacle>,
    /// How many more rounds would end an inconclusive comparison.
    pub more_rounds: Option<MoreRounds>,
    /// How the interval was found.
    pub method: ComparisonMethod,
    /// How often a call of the candidate beats one of the baseline's in the same block, 0–1; with p50 only.
    pub beats: Option<Estimate>,
    /// The same comparison over several windows of time, when there were at least five.
    pub in_general: Option<InGeneral>,
}

/// How many more rounds would end an inconclusive comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoreRounds {
    /// About so many decide in four of five runs, whatever the truth is.
    About(u64),
    /// It takes so many at least.
    AtLeast(u64),
}

impl MoreRounds {
    /// The number.
    pub fn number(self) -> u64 {
        match self {
            Self::About(number) | Self::AtLeast(number) => number,
        }
    }
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
    /// [`Verdict::NoData`], [`Verdict::Invalid`] or [`Verdict::Inconclusive`], as `reason` has it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Obstacle,
}

impl Uncompared {
    /// Of two rows that are not compared by their p50, for that reason.
    pub(super) fn of(baseline: &Row, candidate: &Row, reason: Obstacle) -> Self {
        Self {
            baseline: baseline.target,
            candidate: candidate.target,
            endpoint: candidate.endpoint.clone(),
            operation: candidate.operation,
            connection: candidate.connection,
            level: Level::P50,
            verdict: reason.verdict(),
            reason,
        }
    }
}

/// Why two targets cannot be compared by a percentile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// An endpoint gave no answer that counts.
    NoAnswers {
        /// Which one.
        endpoint: String,
    },
    /// So many calls failed that the percentile of all calls is a failure.
    FailuresReach {
        /// To which endpoint; `None` where either may be meant.
        endpoint: Option<String>,
    },
    /// Fewer than half of the answers of a side fell into blocks in which the other side has answers.
    NotTogether,
    /// An endpoint has too few answers.
    TooFewAnswers {
        /// Which one.
        endpoint: String,
        /// About how many more answers it needs.
        missing_answers: u64,
    },
    /// Both sides have answers in too few blocks.
    TooFewBlocks {
        /// Blocks that it takes.
        least_blocks: usize,
    },
    /// Both sides have answers in too few windows: five are needed.
    TooFewWindows,
    /// A check forbids the numbers.
    Forbidden {
        /// The check's name.
        check: String,
    },
}

impl Obstacle {
    /// What a comparison comes to because of it.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NoAnswers { .. } => Verdict::NoData,
            Self::FailuresReach { .. } | Self::NotTogether | Self::Forbidden { .. } => {
                Verdict::Invalid
            }
            Self::TooFewAnswers { .. } | Self::TooFewBlocks { .. } | Self::TooFewWindows => {
                Verdict::Inconclusive
            }
        }
    }
}

/// How the interval of a comparison was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ComparisonMethod {
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
    /// The sign test over rounds, of which only blocks are known; of too few blocks.
    SignTest {
        /// Rounds in which both sides have answers.
        rounds: u64,
    },
    /// Student's interval over the windows' differences on the log scale, of two runs that took turns.
    PairedWindows {
        /// Windows in which both sides have answers.
        windows: usize,
    },
    /// There is none.
    Nothing,
}

/// A comparison as a claim about the endpoints rather than about one window of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InGeneral {
    /// Windows of time that were measured.
    pub windows: usize,
    /// Baseline over candidate.
    pub ratio: Estimate,
    /// The interval of the ratio that decides whether the two are equivalent, as in [`Comparison`].
    pub equivalence: Option<Interval>,
    /// The ratios that differ too little from 1 to matter.
    pub(crate) margin: Margin,
    /// Baseline minus candidate, ns.
    pub difference: Estimate,
    /// What follows from the interval.
    pub verdict: Verdict,
}
