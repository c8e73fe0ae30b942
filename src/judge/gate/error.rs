//! Why a text is no gate.

use thiserror::Error;

use crate::plan::LONGEST_GATE;

/// Why a text is no gate, or none for this plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
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
        reason: String,
    },
}
