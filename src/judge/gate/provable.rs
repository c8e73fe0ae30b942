//! Whether a plan makes enough calls for its gates: one that no outcome can prove is refused before anything is sent.

use crate::plan::{Load, Plan};

use super::claims::Claim;
use super::condition::{Operator, Statistic, TimeStatistic};
use super::definition::Gate;
use super::error::{GateError, MeaninglessGate};
use super::evidence::SUPPORTED;

/// Whether `plan`, measured in that many windows, makes enough calls to each target for `gates` to be proven when all goes
/// well. A closed load makes as many as the answers' times let it, and a run that chooses its own length can make more.
///
/// # Errors
/// [`GateError::Meaningless`] of the first gate that cannot be proven, with the number of answers that it needs.
pub fn check_provable(gates: &[Gate], plan: &Plan, windows: u16) -> Result<(), GateError> {
    let Some(answers) = answers(plan).filter(|_| plan.judging.precision.is_none()) else {
        return Ok(());
    };
    let answers = answers.saturating_mul(windows.max(1).into());
    let claims: Vec<(&Gate, Vec<Claim>)> = gates
        .iter()
        .map(|gate| Ok((gate, gate.claims(plan)?)))
        .collect::<Result<_, GateError>>()?;
    let all = claims.iter().flat_map(|(_, claims)| claims);
    // The confidence is shared as when the run is judged.
    let uncertain = all.filter(|claim| !counts(claim)).count();
    let confidence = 1.0 - (1.0 - plan.judging.confidence) / uncertain.max(1) as f64;
    for (gate, claims) in &claims {
        let needed = claims.iter().map(|claim| needed(claim, confidence)).max();
        let needed = needed.unwrap_or_default();
        if needed > answers {
            let rounds = matches!(plan.load, Load::Audit { .. })
                .then(|| needed.div_ceil(windows.max(1).into()));
            return Err(gate.meaningless(MeaninglessGate::Unprovable {
                needed,
                answers,
                rounds,
            }));
        }
    }
    Ok(())
}

/// Measured calls to each target, where the plan fixes them.
fn answers(plan: &Plan) -> Option<u64> {
    match plan.load {
        Load::Audit { rounds, .. } => Some(rounds.into()),
        Load::Open { .. } => {
            let measured = plan
                .planned_requests()
                .saturating_sub(plan.planned_warmup());
            Some(measured / plan.targets.len().max(1) as u64)
        }
        Load::Closed { .. } => None,
    }
}

fn counts(claim: &Claim) -> bool {
    matches!(
        claim,
        Claim::Limit {
            statistic: Statistic::Count,
            ..
        }
    )
}

/// The fewest answers, all independent and all as good as can be, that prove the claim.
fn needed(claim: &Claim, confidence: f64) -> u64 {
    match *claim {
        Claim::Limit {
            statistic: Statistic::Time(TimeStatistic::Percentile(share)),
            operator,
            ..
        } => {
            let beyond = match operator {
                Operator::Below | Operator::AtMost => 1.0 - share,
                Operator::Above | Operator::AtLeast => share,
            };
            latency_stats::tries_without_hit(beyond, confidence)
        }
        Claim::Limit {
            statistic: Statistic::ErrorRate,
            operator: Operator::Below | Operator::AtMost,
            limit,
            ..
        } if limit > 0.0 && limit < 1.0 => latency_stats::tries_without_hit(limit, confidence),
        // A tail has to be supported on either side before it is compared.
        Claim::Ratio {
            time: TimeStatistic::Percentile(share),
            ..
        } if share > 0.5 => latency_stats::tries_without_hit(1.0 - share, SUPPORTED),
        Claim::Limit { .. } | Claim::Ratio { .. } => 0,
    }
}
