//! What came of setting two runs against each other.

use sts_model::Operation;

use crate::judge::comparison::{Comparison, Uncompared};
use crate::judge::estimate::Verdict;
use crate::judge::failed_calls::FailedCalls;
use crate::judge::gate::GateResult;
use crate::plan::{ConnectionMode, TargetName};

use super::design::Design;
use super::notices::RunNotice;

/// A candidate run against a baseline run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Between {
    /// How the two correspond.
    pub design: Design,
    /// The confidence of each interval, 0–1; all verdicts by p50 hold together with 99 %. `None` where none is given.
    pub confidence: Option<f64>,
    /// The targets of either run, in the candidate's order and then the baseline's.
    pub targets: Vec<Matched>,
    /// The conditions that were laid down, and what became of them.
    pub gates: Vec<GateResult>,
    /// What to know before believing it.
    pub notices: Vec<RunNotice>,
}

/// One target of either run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matched {
    /// The endpoint's name.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The p50 of baseline and candidate, ns, where there is one.
    pub p50: [Option<f64>; 2],
    /// The failed calls of baseline and candidate, where each called it.
    pub failed: [Option<FailedCalls>; 2],
    /// Whether the candidate's calls fail more often; all such findings of a comparison hold together with 99 %.
    pub fails_more: bool,
    /// What came of it.
    pub standing: Standing,
}

/// What came of one target.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// Both runs have it: by p50, and by what else the answers support; baseline over candidate.
    Compared(Vec<Comparison>),
    /// Both have it, and they were measured one after the other: candidate over baseline, by the p50 of all calls.
    Changed {
        /// Above 1 the candidate took longer.
        ratio: f64,
        /// The median of that over all endpoints of the operation and kind of connection; `None` of fewer than three.
        common: Option<f64>,
        /// The ratio over that median.
        relative: Option<f64>,
    },
    /// Both have it, and it cannot be compared.
    Uncompared(Uncompared),
    /// The baseline lacks it.
    NoBaseline,
    /// The candidate lacks it.
    NoCandidate,
}

impl Matched {
    /// The comparison by p50, where there is one.
    pub(crate) fn by_p50(&self) -> Option<&Comparison> {
        match &self.standing {
            Standing::Compared(comparisons) => comparisons.first(),
            Standing::Changed { .. }
            | Standing::Uncompared(_)
            | Standing::NoBaseline
            | Standing::NoCandidate => None,
        }
    }

    /// What the target is called.
    pub(crate) fn name(&self) -> TargetName {
        TargetName::new(&self.endpoint, self.operation, self.connection)
    }

    /// The verdict by p50; `None` where one of the runs lacks the target, and where nothing can be decided.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        match &self.standing {
            Standing::Compared(comparisons) => {
                comparisons.first().map(|comparison| comparison.verdict)
            }
            Standing::Uncompared(obstacle) => Some(obstacle.verdict),
            Standing::Changed { .. } | Standing::NoBaseline | Standing::NoCandidate => None,
        }
    }
}
