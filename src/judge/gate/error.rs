//! Why a text is no gate.

use std::ops::RangeInclusive;

use sts_model::Operation;
use thiserror::Error;

use crate::plan::{ConnectionMode, LONGEST_GATE};

use super::grammar::quoted;

/// Why a text is no gate, or none for this plan.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GateError {
    /// Longer than a gate may be.
    #[error("a gate of {0} characters; the limit is {LONGEST_GATE}")]
    TooLong(usize),
    /// Not of the grammar.
    #[error("gate {gate}, column {column}: {message}")]
    Syntax {
        /// The gate's beginning, quoted.
        gate: String,
        /// Where, in characters from 1.
        column: usize,
        /// What was expected.
        message: String,
    },
    /// Of the grammar, but it says nothing of the plan's runs.
    #[error("gate {gate}: {reason}")]
    Meaningless {
        /// The gate's beginning, quoted.
        gate: String,
        /// Why.
        reason: MeaninglessGate,
    },
}

/// Why a gate says nothing of the runs of a plan.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MeaninglessGate {
    /// It names a side of a comparison, and there is one run.
    #[error("baseline and candidate are the sides of stsbench compare; a run alone has none")]
    SidesInOneRun,
    /// No target fits its selectors.
    #[error("it selects no target of the plan")]
    SelectsNothing,
    /// Its sides have no pair of targets that may be compared.
    #[error(
        "no two different endpoints of its sides have the same operation and kind of connection"
    )]
    NothingComparable,
    /// The plan makes too few calls for any outcome to prove it.
    #[error("{}", unprovable(*needed, *answers, *remedy))]
    Unprovable {
        /// Answers of each target that it needs.
        needed: u64,
        /// Answers of each target that the plan makes at most.
        answers: u64,
        /// What makes enough of them.
        remedy: MoreAnswers,
    },
    /// Its sides have too many pairs.
    #[error("it compares more than {most_pairs} pairs; select fewer endpoints")]
    TooManyPairs {
        /// How many it may have.
        most_pairs: usize,
    },
    /// It sets a limit, and two runs are compared.
    #[error("{QUOTIENTS}; limits are for stsbench run and report")]
    LimitBetweenRuns,
    /// It names no side of the comparison, or one only.
    #[error("{QUOTIENTS}")]
    NoSides,
    /// Both of its sides are of the same run.
    #[error("both statistics are of one run; {QUOTIENTS}")]
    OneSide,
    /// No target that both runs have fits its selectors.
    #[error("it selects no target that both runs have")]
    NothingShared,
    /// It selects the global endpoint, and there is none.
    #[error("the plan has no global endpoint")]
    NoGlobalEndpoint,
    /// It selects regional endpoints, and there are none.
    #[error("the plan has no endpoint beside the global one")]
    NoRegionalEndpoint,
    /// It selects an endpoint that the plan lacks.
    #[error("the plan has no endpoint {}{hint}", quoted(name))]
    UnknownEndpoint {
        /// Its name or glob.
        name: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// It selects an operation that the plan does not call.
    #[error("the plan does not call {0}")]
    UnknownOperation(Operation),
    /// It selects a kind of connection that the plan does not use.
    #[error("the plan has no {0} calls")]
    UnknownConnection(ConnectionMode),
    /// Every run keeps the limit, because calls are given up before it.
    #[error(
        "no answer takes {}, because a call is given up after {}; name a limit below that",
        time(*limit_ns),
        time(*deadline_ns)
    )]
    LimitBeyondDeadline {
        /// The limit, ns.
        limit_ns: f64,
        /// When calls are given up, ns.
        deadline_ns: f64,
    },
    /// Every run breaks the limit, because no answer of a network is so fast.
    #[error(
        "every answer takes longer than {limit_ns} ns; name a limit of {} or more",
        time(*least_ns)
    )]
    LimitBelowAnyAnswer {
        /// The limit, ns.
        limit_ns: f64,
        /// What a limit has to be at least, ns.
        least_ns: f64,
    },
    /// Every run keeps the limit, because the budget bounds its calls.
    #[error(
        "a run makes 0 to {max_requests} calls (--max-requests), and every such number is within {limit}"
    )]
    CountAlwaysKept {
        /// The budget.
        max_requests: u64,
        /// The limit.
        limit: f64,
    },
    /// Every run breaks the limit, because the budget bounds its calls.
    #[error(
        "a run makes 0 to {max_requests} calls (--max-requests), and no such number keeps the limit {limit}"
    )]
    CountNeverReached {
        /// The budget.
        max_requests: u64,
        /// The limit.
        limit: f64,
    },
    /// A factor that no two services that answer at all differ by.
    #[error("a factor of {factor} decides nothing; allowed: {} to {}", allowed.start(), allowed.end())]
    FactorOutOfRange {
        /// The factor.
        factor: f64,
        /// What it may be.
        allowed: RangeInclusive<f64>,
    },
}

/// What makes the answers enough to prove a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoreAnswers {
    /// So many rounds of an audit.
    Rounds(u64),
    /// A longer open load, or one of a higher rate.
    Rate,
    /// A longer closed load, or one whose endpoints may be called more often.
    Duration,
}

const QUOTIENTS: &str =
    "of two runs, quotients are judged, such as p50(candidate) <= 1.05 * p50(baseline)";

fn unprovable(needed: u64, answers: u64, remedy: MoreAnswers) -> String {
    let (makes, remedy) = match remedy {
        MoreAnswers::Rounds(rounds) => (
            "makes",
            format!("use --rounds {rounds} or more, or --precision"),
        ),
        MoreAnswers::Rate => ("makes", "raise --rate or --duration".to_owned()),
        MoreAnswers::Duration => (
            "makes at most",
            "raise --duration or --max-rate-per-endpoint".to_owned(),
        ),
    };
    format!(
        "it needs {needed} answers of each target to be proven, and the plan {makes} {answers}; {remedy}"
    )
}

/// A limit of time with three digits and its unit.
fn time(nanoseconds: f64) -> String {
    let (number, unit) = match nanoseconds / 1e6 {
        ms if ms < 0.9995 => (ms * 1e3, "µs"),
        ms if ms < 9_999.5 => (ms, "ms"),
        ms => (ms / 1e3, "s"),
    };
    let decimals = match number {
        number if number < 9.995 => 2,
        number if number < 99.95 => 1,
        _ => 0,
    };
    format!("{number:.decimals$} {unit}")
}
