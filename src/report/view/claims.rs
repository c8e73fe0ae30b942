//! The claims of a gate that are shown.

use crate::judge::{GateClaim, GateFinding, GateOutcome, GateResult};
use crate::results::Run;

use crate::report::words::{gates, verdicts};

/// The claims of a gate to show: those that keep it from being proven, or all when it is.
pub(crate) fn claims_to_show(gate: &GateResult) -> impl Iterator<Item = &GateClaim> {
    gate.claims
        .iter()
        .filter(|claim| gate.outcome == GateOutcome::Proven || claim.outcome != GateOutcome::Proven)
}

/// The claim of a gate that says most about it: the worst, of equally bad ones that which is farthest from its limit;
/// with the number of the others.
pub(crate) fn foremost(gate: &GateResult) -> Option<(&GateClaim, usize)> {
    let others = claims_to_show(gate).count().saturating_sub(1);
    let worse = |a: &&GateClaim, b: &&GateClaim| {
        let by_value = || beside_limit(&a.finding).total_cmp(&beside_limit(&b.finding));
        a.outcome.cmp(&b.outcome).then_with(by_value)
    };
    // Of equals the first.
    let claims: Vec<&GateClaim> = claims_to_show(gate).collect();
    let worst = claims.into_iter().rev().max_by(worse)?;
    Some((worst, others))
}

/// How far the value of a claim is from its limit, on whichever side, as the logarithm of a ratio; 0 where it has none.
fn beside_limit(finding: &GateFinding) -> f64 {
    let times = match finding {
        GateFinding::Time {
            value_ns, limit_ns, ..
        } => value_ns / limit_ns,
        GateFinding::ErrorRate {
            ratio, limit_ratio, ..
        }
        | GateFinding::Quotient {
            ratio, limit_ratio, ..
        } => ratio / limit_ratio,
        _ => return 0.0,
    };
    times.ln().abs()
}

/// What a claim is about, and how many others are as it is: `global, get-caller-identity cold and 1 more`.
pub(crate) fn subject_with_others(claim: &GateClaim, others: usize) -> String {
    match (gates::subject(&claim.subject), others) {
        (subject, 0) => subject,
        (subject, more) => format!("{subject} and {more} more"),
    }
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
