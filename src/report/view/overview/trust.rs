//! How far the numbers can be trusted: how many checks passed, and those that did not.

use crate::judge::{Check, CheckVerdict, Summary};

/// What the checks found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrustSummary<'a> {
    /// Checks that found nothing wrong.
    pub passed: usize,
    /// Checks that could tell.
    pub told: usize,
    /// Those that found something: the gravest first, of equally grave ones that which touches most targets.
    pub doubts: Vec<&'a Check>,
}

/// What the checks of the run found.
pub(crate) fn trust(summary: &Summary) -> TrustSummary<'_> {
    let of = |wanted: CheckVerdict| {
        summary
            .checks
            .iter()
            .filter(move |check| check.verdict == wanted)
    };
    let all = summary.rows.len();
    let touched = |check: &Check| match check.reach.targets.len() {
        0 => all,
        some => some,
    };
    let by_targets = |verdict: CheckVerdict| {
        let mut checks: Vec<&Check> = of(verdict).collect();
        checks.sort_by_key(|check| std::cmp::Reverse(touched(check)));
        checks
    };
    let passed = of(CheckVerdict::Ok).count();
    let doubts: Vec<&Check> = by_targets(CheckVerdict::Invalid)
        .into_iter()
        .chain(by_targets(CheckVerdict::Warn))
        .collect();
    TrustSummary {
        passed,
        told: passed + doubts.len(),
        doubts,
    }
}
