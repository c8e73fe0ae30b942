//! The labels of the metrics beside `vantage`, which all have.

use prometheus_client::encoding::EncodeLabelSet;

use crate::plan::Target;

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelSet)]
pub(super) struct TargetLabels {
    pub(super) endpoint: String,
    pub(super) operation: &'static str,
    pub(super) connection: String,
}

impl From<&Target> for TargetLabels {
    fn from(target: &Target) -> Self {
        Self {
            endpoint: target.endpoint.name.clone(),
            operation: target.call.operation().cli_name(),
            connection: target.connection.to_string(),
        }
    }
}

/// A phase of a target's calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct PhaseLabels {
    pub(super) endpoint: String,
    pub(super) operation: &'static str,
    pub(super) connection: String,
    pub(super) phase: &'static str,
}

/// A stage of a target's calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StageLabels {
    pub(super) endpoint: String,
    pub(super) operation: &'static str,
    pub(super) connection: String,
    pub(super) stage: &'static str,
}

/// A kind of failure of a target's calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct KindLabels {
    pub(super) endpoint: String,
    pub(super) operation: &'static str,
    pub(super) connection: String,
    pub(super) kind: String,
}

impl TargetLabels {
    pub(super) fn phase(&self, phase: &'static str) -> PhaseLabels {
        let Self {
            endpoint,
            operation,
            connection,
        } = self.clone();
        PhaseLabels {
            endpoint,
            operation,
            connection,
            phase,
        }
    }

    pub(super) fn stage(&self, stage: &'static str) -> StageLabels {
        let Self {
            endpoint,
            operation,
            connection,
        } = self.clone();
        StageLabels {
            endpoint,
            operation,
            connection,
            stage,
        }
    }

    pub(super) fn kind(&self, kind: &str) -> KindLabels {
        let Self {
            endpoint,
            operation,
            connection,
        } = self.clone();
        KindLabels {
            endpoint,
            operation,
            connection,
            kind: kind.to_owned(),
        }
    }
}

/// What a window came to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ResultLabels {
    pub(super) result: &'static str,
}

/// Why a window failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct FailureLabels {
    pub(super) kind: &'static str,
}

/// A state of a check.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CheckLabels {
    pub(super) check: String,
    pub(super) state: &'static str,
}

/// A state of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct GateLabels {
    pub(super) gate: String,
    pub(super) state: &'static str,
}

/// The Region of the vantage.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RegionLabels {
    pub(super) region: String,
}

/// The version of the program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct VersionLabels {
    pub(super) version: &'static str,
}
