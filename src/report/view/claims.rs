//! The claims of a gate that are shown.

use crate::judge::{GateClaim, GateOutcome, GateResult};
use crate::results::Run;

use crate::report::words::{gates, verdicts};

/// The claims of a gate to show: those that keep it from being proven, or all when it is.
pub(crate) fn claims_to_show(gate: &GateResult) -> impl Iterator<Item = &GateClaim> {
    gate.claims
        .iter()
        .filter(|claim| gate.outcome == GateOutcome::Proven || claim.outcome != GateOutcome::Proven)
}

/// A claim with its own outcome, which may differ from that of its gate.
pub(crate) fn sentence(claim: &GateClaim, runs: &[&Run]) -> String {
    format!(
        "{}: {}: {}",
        claim.outcome.as_str(),
        gates::subject(&claim.subject),
        finding(claim, runs)
    )
}

/// What was found about a claim, and what would decide it.
pub(crate) fn finding(claim: &GateClaim, runs: &[&Run]) -> String {
    let more = claim
        .more_samples
        .map(|more| format!("; {} of them would decide it", verdicts::more(more)));
    format!(
        "{}{}",
        gates::finding(claim, runs),
        more.unwrap_or_default()
    )
}
