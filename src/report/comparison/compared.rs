//! What was compared with what.

use crate::judge::{Between, GateResult, History, Trend};
use crate::results::Run;

use super::sheet::Sheet;
use super::{between, history};
use crate::report::words::side_by_side::comparisons;
use crate::report::words::simulation::NotOfAws;

/// What was compared with what, and the result.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Compared<'a> {
    /// A run against another.
    Runs {
        /// The baseline.
        baseline: &'a Run,
        /// The run that is judged.
        candidate: &'a Run,
        /// The result.
        between: &'a Between,
    },
    /// A run against those before it.
    History {
        /// The run that is judged.
        candidate: &'a Run,
        /// The result.
        history: &'a History,
        /// Which runs were left out of the history, and why.
        left_out: &'a [String],
        /// The same runs over time, for a picture.
        trend: Option<&'a Trend>,
    },
}

impl<'a> Compared<'a> {
    pub(crate) fn candidate(self) -> &'a Run {
        match self {
            Self::Runs { candidate, .. } | Self::History { candidate, .. } => candidate,
        }
    }

    pub(crate) fn gates(self) -> &'a [GateResult] {
        match self {
            Self::Runs { between, .. } => &between.gates,
            Self::History { .. } => &[],
        }
    }

    /// The runs that the checks behind gates are of.
    pub(crate) fn runs(self) -> Vec<&'a Run> {
        match self {
            Self::Runs {
                baseline,
                candidate,
                ..
            } => vec![baseline, candidate],
            Self::History { candidate, .. } => vec![candidate],
        }
    }

    pub(crate) fn notices(self) -> Vec<String> {
        let (found, left_out): (_, &[String]) = match self {
            Self::Runs { between, .. } => (&between.notices, &[]),
            Self::History {
                history, left_out, ..
            } => (&history.notices, left_out),
        };
        let found = found.iter().map(comparisons::notice);
        found.chain(left_out.iter().cloned()).collect()
    }

    pub(crate) fn sheet(self) -> Sheet {
        match self {
            Self::Runs {
                baseline,
                candidate,
                between,
            } => between::sheet(baseline, candidate, between),
            Self::History {
                candidate, history, ..
            } => history::sheet(candidate, history),
        }
    }

    /// Why the numbers are not AWS's, where that is known of one of the runs.
    pub(crate) fn not_of_aws(self) -> Option<NotOfAws> {
        let runs = self.runs();
        NotOfAws::of(self.candidate()).or_else(|| runs.into_iter().find_map(NotOfAws::of))
    }

    /// The same with what it means.
    pub(crate) fn origin(self) -> Option<(NotOfAws, String)> {
        let found = self.not_of_aws()?;
        Some((found, found.details(self.candidate())))
    }
}
