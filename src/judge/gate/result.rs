//! What became of gates.

use latency_stats::Interval;

use crate::judge::comparison::Obstacle;
use crate::plan::{Group, TargetName};
use crate::results::Check;

use super::condition::TimeStatistic;
use super::error::GateError;

/// A gate and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GateResult {
    /// The condition as written.
    pub gate: String,
    /// The gravest outcome of its claims.
    pub outcome: GateOutcome,
    /// One claim for each target that it selects, or for each pair.
    pub claims: Vec<GateClaim>,
}

/// A gate applied to one target, or to one pair of targets.
#[derive(Debug, Clone, PartialEq)]
pub struct GateClaim {
    /// What the claim is about.
    pub subject: GateSubject,
    /// Whether the claim is proven.
    pub outcome: GateOutcome,
    /// What was found.
    pub finding: GateFinding,
    /// About how many more answers of each side would decide an inconclusive claim.
    pub more_samples: Option<u64>,
}

/// What a claim is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateSubject {
    /// One target.
    Target(TargetName),
    /// Two targets of a group.
    Pair {
        /// The endpoint whose statistic is divided.
        over: String,
        /// The endpoint by whose statistic it is divided.
        under: String,
        /// What both have in common.
        group: Group,
    },
    /// The gate as a whole, which cannot be applied.
    Gate,
}

/// What was found of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum GateFinding {
    /// A statistic of service times beside its limit.
    Time {
        /// Which one.
        statistic: TimeStatistic,
        /// Its estimate, ns.
        value_ns: f64,
        /// Its interval, ns; infinite on top and 0 below where there is no bound.
        interval_ns: Interval,
        /// The limit, ns.
        limit_ns: f64,
        /// Answers that it stands on.
        answers: u64,
        /// Whether the interval takes the answers for independent, because there are too few for blocks.
        taken_as_independent: bool,
    },
    /// The share of calls that failed beside its limit.
    ErrorRate {
        /// Its estimate, 0–1.
        ratio: f64,
        /// Its interval, 0–1.
        interval: Interval,
        /// The limit, 0–1.
        limit_ratio: f64,
        /// Calls that it stands on.
        calls: u64,
    },
    /// The quotient of a statistic of two targets beside its limit.
    Quotient {
        /// Of which statistic.
        statistic: TimeStatistic,
        /// The endpoint by whose statistic is divided.
        under: String,
        /// Its estimate.
        ratio: f64,
        /// Its interval.
        interval: Interval,
        /// The limit.
        limit_ratio: f64,
        /// Answers that it stands on, of the side with fewer.
        answers_of_each: u64,
    },
    /// The number of answers beside its limit.
    Count {
        /// Answers.
        answers: u64,
        /// The limit.
        limit: f64,
    },
    /// There is no number to compare with the limit.
    Undecidable(Undecidable),
}

/// Why a claim has no number to set beside its limit.
#[derive(Debug, Clone, PartialEq)]
pub enum Undecidable {
    /// Too few answers to estimate anything.
    TooFewAnswers,
    /// No call was sent.
    NothingSent {
        /// To which endpoint; `None` where the subject is the only one.
        endpoint: Option<String>,
    },
    /// No call came back with an answer that counts.
    NoAnswers {
        /// From which endpoint.
        endpoint: String,
        /// Calls that failed.
        failed: u64,
        /// Calls that were sent.
        issued: u64,
    },
    /// So many calls failed that the statistic of all calls is a failure.
    FailuresReach {
        /// Which statistic.
        statistic: TimeStatistic,
    },
    /// The two targets cannot be compared.
    Incomparable(Obstacle),
    /// A check forbids the numbers.
    Forbidden {
        /// The id of the run that the check is of.
        run_id: String,
        /// The check.
        check: Box<Check>,
    },
    /// The text is no gate, or none for this plan.
    Refused(GateError),
    /// There are more gates than a run may have.
    TooManyGates {
        /// How many it may have.
        most_gates: usize,
    },
}

/// What became of a gate, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateOutcome {
    /// The interval lies within the limit.
    Proven,
    /// The interval holds the limit: more answers are needed.
    Inconclusive,
    /// The interval lies beyond the limit.
    Violated,
    /// A check forbids the numbers.
    Invalid,
}

impl GateOutcome {
    /// As in files and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Inconclusive => "inconclusive",
            Self::Violated => "violated",
            Self::Invalid => "invalid",
        }
    }
}
