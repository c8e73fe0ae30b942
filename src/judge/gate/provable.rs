//! Whether a plan makes enough calls for its gates: one that no outcome can prove is refused before anything is sent.

use crate::plan::{Load, Plan};

use super::claims::Claim;
use super::condition::{Operator, Statistic, TimeStatistic};
use super::definition::Gate;
use super::error::{GateError, MeaninglessGate, MoreAnswers};
use super::evidence::SUPPORTED;

/// Whether `plan`, measured in that many windows, makes enough calls to each target for `gates` to be proven when all goes
/// well. A closed load makes as many as the answers' times let it, and at most as many as its rate; a run that chooses its own
/// length can make more.
///
/// # Errors
/// [`GateError::Meaningless`] of the first gate that cannot be proven, with the number of answers that it needs.
pub fn check_provable(gates: &[Gate], plan: &Plan, windows: u16) -> Result<(), GateError> {
    if plan.judging.precision.is_some() {
        return Ok(());
    }
    let answers = plan
        .calls_of_each_target()
        .saturating_mul(windows.max(1).into());
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
            let remedy = match plan.load {
                Load::Audit { .. } => MoreAnswers::Rounds(needed.div_ceil(windows.max(1).into())),
                Load::Open { .. } => MoreAnswers::Rate,
                Load::Closed { .. } => MoreAnswers::Duration,
            };
            return Err(gate.meaningless(MeaninglessGate::Unprovable {
                needed,
                answers,
                remedy,
            }));
        }
    }
    Ok(())
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
        Claim::Limit {
            statistic: Statistic::Count,
            operator,
            limit,
            ..
        } => match operator {
            Operator::AtLeast => limit.max(0.0).ceil() as u64,
            Operator::Above => (limit.max(0.0).floor() as u64).saturating_add(1),
            Operator::Below | Operator::AtMost => 0,
        },
        // A tail has to be supported on either side before it is compared.
        Claim::Ratio {
            time: TimeStatistic::Percentile(share),
            ..
        } if share > 0.5 => latency_stats::tries_without_hit(1.0 - share, SUPPORTED),
        Claim::Limit { .. } | Claim::Ratio { .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::judge::synthetic_run::{Fixture, answer};

    use super::*;

    #[test]
    fn a_closed_load_proves_no_more_than_its_rate_lets_it() {
        let mut plan = Fixture::small().calls(8, |_, _| answer(9)).run().plan;
        let gate = Gate::parse("p99(regional) < 500ms").expect("parses");
        let mut check = |seconds, rate_per_endpoint| {
            plan.load = Load::Closed {
                concurrency: 1,
                duration: Duration::from_secs(seconds),
            };
            plan.rate_per_endpoint = rate_per_endpoint;
            check_provable(std::slice::from_ref(&gate), &plan, 1)
        };
        let error = check(2, 10.0).expect_err("twenty calls").to_string();
        assert!(
            error.contains("makes at most") && error.contains("--max-rate-per-endpoint"),
            "{error}"
        );
        assert_eq!(check(600, 10.0), Ok(()));
        assert_eq!(check(2, 10_000.0), Ok(()));
    }

    #[test]
    fn a_number_of_answers_that_the_plan_does_not_make_is_refused_with_the_number_that_it_makes() {
        let plan = Fixture::small().calls(8, |_, _| answer(9)).run().plan;
        let made = plan.calls_of_each_target();
        let check = |gate: String| {
            check_provable(&[Gate::parse(&gate).expect("parses")], &plan, 1)
                .map_err(|error| error.to_string())
        };
        for gate in [
            format!("count(regional) >= {}", made + 1),
            format!("count(regional) > {made}"),
        ] {
            let said = check(gate).expect_err("too many");
            assert!(
                said.contains(&format!("it needs {} answers", made + 1))
                    && said.contains(&format!("the plan makes {made}")),
                "{said}"
            );
        }
        assert_eq!(check(format!("count(regional) >= {made}")), Ok(()));
        let said = check("count(regional) >= 99999999".to_owned()).expect_err("beyond the budget");
        assert!(said.contains("--max-requests"), "{said}");
    }
}
