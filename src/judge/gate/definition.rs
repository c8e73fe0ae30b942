//! A gate as it is written.

use crate::plan::{LONGEST_GATE, MOST_GATES, Plan, TargetId};

use super::claims::{Claim, claims};
use super::condition::{Condition, Selection};
use super::error::{GateError, MeaninglessGate};
use super::grammar::{condition, quoted};

/// A condition that a run has to prove, such as `p50(regional) <= 0.8 * p50(global)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    pub(super) text: String,
    pub(super) condition: Condition,
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
        let condition = condition(text).map_err(|mistake| GateError::Syntax {
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

    /// The targets of `plan` that each of its statistics is about.
    pub(crate) fn selected(&self, plan: &Plan) -> Vec<Vec<TargetId>> {
        let selected = |selection: &Selection| {
            plan.targets()
                .filter(|(_, target)| selection.selects(target))
                .map(|(id, _)| id)
                .collect()
        };
        self.condition.selections().map(selected).collect()
    }

    pub(super) fn claims(&self, plan: &Plan) -> Result<Vec<Claim>, GateError> {
        claims(&self.condition, plan).map_err(|reason| self.meaningless(reason))
    }

    pub(super) fn meaningless(&self, reason: MeaninglessGate) -> GateError {
        GateError::Meaningless {
            gate: quoted(&self.text),
            reason,
        }
    }
}
