//! A request together with the plan that it makes.

use crate::plan::{Draft, Plan, PlanError};
use sts_model::Operation;

/// A request together with the plan that it makes, so that neither changes without the other.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    draft: Draft,
    plan: Plan,
}

impl Planned {
    /// The plan of `draft`.
    pub(super) fn of(draft: Draft) -> Result<Self, PlanError> {
        let plan = draft.clone().plan()?;
        Ok(Self { draft, plan })
    }

    /// The same without those operations.
    pub(super) fn without(self, operations: &[Operation]) -> Result<Self, PlanError> {
        let mut draft = self.draft;
        draft
            .operations
            .retain(|operation| !operations.contains(operation));
        Self::of(draft)
    }

    /// The same without warm connections to those endpoints, where the plan chose the kinds of connection.
    pub(super) fn closing(self, endpoints: Vec<String>) -> Result<Self, PlanError> {
        Self::of(Draft {
            closing: endpoints,
            ..self.draft
        })
    }

    pub(super) fn draft(&self) -> &Draft {
        &self.draft
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn into_draft(self) -> Draft {
        self.draft
    }

    pub(super) fn into_plan(self) -> Plan {
        self.plan
    }
}
