//! Conditions that a run has to prove. Three ends are possible, because an interval can lie on either side of a limit or
//! across it: proven, violated, or inconclusive.

mod claim;
mod condition;
mod cursor;
mod evidence;
mod judge;
mod parse;
mod words;
#[cfg(test)]
mod parse_tests;
#[cfg(test)]
mod tests;

pub(super) use claim::among_both;
pub(super) use judge::{Court, asked_between, judge};

use thiserror::Error;

use crate::plan::{LONGEST_GATE, MOST_GATES, Plan};

use claim::Claim;
use condition::Condition;
use cursor::quoted;

/// A condition that a run has to prove, such as `p50(regional) <= 0.8 * p50(global)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    text: String,
    condition: Condition,
}

impl Gate {
    /// Most characters of a gate.
    pub const MAX_CHARACTERS: usize = LONGEST_GATE;
    /// Most gates of a run.
    pub const MAX_GATES: usize = MOST_GATES;

    /// The gate that is written so.
    ///
    /// # Errors
    /// [`GateError`] with the column of what does not fit, and the nearest right word.
    pub fn parse(text: &str) -> Result<Self, GateError> {
        let characters = text.chars().count();
        if characters > Self::MAX_CHARACTERS {
            return Err(GateError::TooLong(characters));
        }
        let condition = parse::condition(text).map_err(|mistake| GateError::Syntax {
            gate: quoted(text),
            column: mistake.column,
            message: mistake.message,
        })?;
        Ok(Self {
            text: text.to_owned(),
            condition,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the gate says something of the runs of `plan`.
    ///
    /// # Errors
    /// [`GateError::Meaningless`] when it selects nothing, compares nothing, or is kept whatever happens.
    pub fn check_against(&self, plan: &Plan) -> Result<(), GateError> {
        self.claims(plan).map(drop)
    }

    fn claims(&self, plan: &Plan) -> Result<Vec<Claim>, GateError> {
        claim::claims(&self.condition, plan).map_err(|reason| self.meaningless(reason))
    }

    fn meaningless(&self, reason: String) -> GateError {
        GateError::Meaningless {
            gate: quoted(&self.text),
            reason,
        }
    }
}

/// Why a text is no gate, or none for this plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GateError {
    /// More than anybody writes.
    #[error("a gate of {0} characters; the limit is {max}", max = Gate::MAX_CHARACTERS)]
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
        reason: String,
    },
}

/// A gate and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GateResult {
    /// The condition as written.
    pub gate: String,
    /// The gravest outcome of its claims.
    pub outcome: GateOutcome,
    /// What it says of each target that it selects, or of each pair.
    pub claims: Vec<GateClaim>,
}

/// A gate applied to one target, or to one pair of targets.
#[derive(Debug, Clone, PartialEq)]
pub struct GateClaim {
    /// Endpoint (or two), operation and kind of connection, as in sentences.
    pub subject: String,
    /// Whether the claim is proven.
    pub outcome: GateOutcome,
    /// The statistic with its interval, the limit, the number of answers, and the effect, in one sentence.
    pub text: String,
    /// About how many more answers of each side would decide an inconclusive claim.
    pub more_samples: Option<u64>,
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
