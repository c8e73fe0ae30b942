//! From gates to what became of them. All claims of a run are made together: each one's error is its share of the run's, so
//! that the chance of any false one stays what was promised, however many targets a gate selects.

use crate::plan::{Plan, TargetId};
use crate::record::Series;
use crate::results::{Check, Claims, Run};

use super::claims::{Claim, claims_between};
use super::condition::{Operator, Statistic, Time};
use super::definition::Gate;
use super::error::GateError;
use super::evidence::{self, Evidence, Silence};
use super::result::{GateClaim, GateOutcome, GateResult};
use super::words::{between, distance, factor as times_of, percent, time};
use crate::judge::estimate::Times;
use crate::judge::row::Row;

/// What became of the gates in the run's plan.
pub(crate) fn judge(
    run: &Run,
    times: &Times<'_>,
    rows: &[Row],
    checks: &[Check],
) -> Vec<GateResult> {
    let gates = &run.plan.judging.gates;
    let pending = |text: &String| PendingGate {
        gate: text.clone(),
        claims: Gate::parse(text).and_then(|gate| gate.claims(&run.plan)),
    };
    let evaluator = Evaluator {
        series: &run.series,
        times,
        rows,
        checks,
        confidence: run.plan.judging.confidence,
    };
    let mut results = evaluator.judge(gates.iter().take(Gate::MAX_GATES).map(pending).collect());
    if let Some(more) = gates
        .len()
        .checked_sub(Gate::MAX_GATES)
        .filter(|more| *more > 0)
    {
        results.push(refused(
            format!("and {more} more"),
            format!("a run has {} gates at most", Gate::MAX_GATES),
        ));
    }
    results
}

/// A gate with what it claims, or why that is nothing.
pub(crate) struct PendingGate {
    pub(crate) gate: String,
    pub(crate) claims: Result<Vec<Claim>, GateError>,
}

/// The gate about two runs with these plans, baseline first, and their shared targets.
pub(crate) fn gate_between(
    gate: &Gate,
    plans: [&Plan; 2],
    shared: &[(TargetId, TargetId)],
) -> Result<PendingGate, GateError> {
    let claims = claims_between(&gate.condition, plans, shared)
        .map_err(|reason| gate.meaningless(reason))?;
    Ok(PendingGate {
        gate: gate.text.clone(),
        claims: Ok(claims),
    })
}

/// What claims are judged by.
pub(crate) struct Evaluator<'a> {
    pub(crate) series: &'a [Series],
    pub(crate) times: &'a Times<'a>,
    pub(crate) rows: &'a [Row],
    pub(crate) checks: &'a [Check],
    /// Of all claims together: each end of their intervals misses with half of what this leaves out.
    pub(crate) confidence: f64,
}

/// What became of one claim.
struct Finding {
    outcome: GateOutcome,
    text: String,
    more: Option<u64>,
}

impl Evaluator<'_> {
    /// What became of each gate.
    pub(crate) fn judge(&self, pending: Vec<PendingGate>) -> Vec<GateResult> {
        // The number of answers is known, and nothing said of it can be false.
        let uncertain = |claim: &&Claim| {
            !matches!(
                claim,
                Claim::Limit {
                    statistic: Statistic::Count,
                    ..
                }
            )
        };
        let claims = pending
            .iter()
            .filter_map(|gate| gate.claims.as_ref().ok())
            .flatten()
            .filter(uncertain)
            .count();
        let confidence = 1.0 - (1.0 - self.confidence) / claims.max(1) as f64;
        let result = |gate: PendingGate| match gate.claims {
            Err(error) => refused(gate.gate, error.to_string()),
            Ok(claims) => {
                let claims: Vec<GateClaim> = claims
                    .into_iter()
                    .map(|claim| self.claim(claim, confidence))
                    .collect();
                let outcome = claims
                    .iter()
                    .map(|claim| claim.outcome)
                    .max()
                    .unwrap_or(GateOutcome::Invalid);
                GateResult {
                    gate: gate.gate,
                    outcome,
                    claims,
                }
            }
        };
        pending.into_iter().map(result).collect()
    }

    fn claim(&self, claim: Claim, confidence: f64) -> GateClaim {
        let (
            subject,
            Finding {
                outcome,
                text,
                more,
            },
        ) = match claim {
            Claim::Limit {
                statistic,
                target,
                operator,
                limit,
            } => {
                let row = self.row(target);
                let subject = format!("{} {} {}", row.endpoint, row.operation, row.connection);
                let finding = match statistic {
                    Statistic::Time(time) => self.time(time, row, operator, limit, confidence),
                    Statistic::ErrorRate => self.failures(row, operator, limit, confidence),
                    Statistic::Count => count(row, operator, limit),
                };
                (subject, finding)
            }
            Claim::Ratio {
                time,
                over,
                under,
                operator,
                factor,
            } => {
                let (over, under) = (self.row(over), self.row(under));
                let subject = format!(
                    "{} against {}, {} {}",
                    over.endpoint, under.endpoint, over.operation, over.connection
                );
                (
                    subject,
                    self.quotient(time, over, under, operator, factor, confidence),
                )
            }
        };
        GateClaim {
            subject,
            outcome,
            text,
            more_samples: more,
        }
    }

    fn row(&self, target: TargetId) -> &Row {
        &self.rows[usize::from(target.0)]
    }

    fn time(
        &self,
        of: Time,
        row: &Row,
        operator: Operator,
        limit: f64,
        confidence: f64,
    ) -> Finding {
        let found = match self.obstacle(of, &[row], Claims::OneEndpoint) {
            Some(reason) => Err(Silence::Forbidden(reason)),
            None if row.failures_reach(of.share_of_failures()) => Err(Silence::Forbidden(format!(
                "so many of its calls failed that {of} of all calls is a failure"
            ))),
            None => evidence::of_time(of, self.times, row, limit, confidence),
        };
        conclude(found, operator, limit, |found, decided| {
            let (value, between) = (
                time(found.value),
                between(found.low, found.high, time, confidence),
            );
            let distance = distance(decided, found.value, limit);
            let taken = if found.independent {
                ", taken as independent"
            } else {
                ""
            };
            let (limit, number) = (time(limit), found.number);
            format!(
                "{of} is {value} ({between}), {distance} the limit of {limit}; {number} answers{taken}"
            )
        })
    }

    /// What forbids times does not forbid counting failures, unless it is about the run as a whole.
    fn failures(&self, row: &Row, operator: Operator, limit: f64, confidence: f64) -> Finding {
        let whole_run = |check: &&Check| {
            check.reach.targets.is_empty() && check.forbids(row.target, 0.0, Claims::OneEndpoint)
        };
        let found = match self.checks.iter().find(whole_run) {
            Some(check) => Err(Silence::Forbidden(forbidden_by(check))),
            None => {
                evidence::of_failures(&self.series[usize::from(row.target.0)], limit, confidence)
            }
        };
        conclude(found, operator, limit, |found, decided| {
            let (value, between) = (
                percent(found.value),
                between(found.low, found.high, percent, confidence),
            );
            let distance = distance(decided, found.value, limit);
            format!(
                "error_rate is {value} ({between}), {distance} the limit of {}; {} calls",
                percent(limit),
                found.number
            )
        })
    }

    fn quotient(
        &self,
        of: Time,
        over: &Row,
        under: &Row,
        operator: Operator,
        factor: f64,
        confidence: f64,
    ) -> Finding {
        let found = match self.obstacle(of, &[over, under], Claims::All) {
            Some(reason) => Err(Silence::Forbidden(reason)),
            None => evidence::of_quotient(of, self.times, (over, under), factor, confidence),
        };
        conclude(found, operator, factor, |found, decided| {
            let (value, between) = (
                times_of(found.value),
                between(found.low, found.high, times_of, confidence),
            );
            let (distance, under) = (distance(decided, found.value, factor), &under.endpoint);
            let (factor, number) = (times_of(factor), found.number);
            format!(
                "{of} is {value} times that of {under} ({between}), {distance} the limit of {factor}; {number} answers of each"
            )
        })
    }

    /// Why no number of answers would tell anything of these.
    fn obstacle(&self, of: Time, rows: &[&Row], claims: Claims) -> Option<String> {
        if let Some(silent) = rows.iter().find(|row| row.service_time.count == 0) {
            let failed = silent.counts.faults.saturating_add(silent.counts.failures);
            return Some(match silent.counts.issued {
                0 => format!("no data: nothing was sent to {}", silent.endpoint),
                issued => format!(
                    "no data: {failed} of {issued} calls to {} failed",
                    silent.endpoint
                ),
            });
        }
        let forbids = |check: &&Check| {
            rows.iter()
                .any(|row| check.forbids(row.target, of.share(), claims))
        };
        self.checks.iter().find(forbids).map(forbidden_by)
    }
}

impl Time {
    /// The highest percentile that goes into it.
    fn share(self) -> f64 {
        match self {
            Self::Percentile(share) => share,
            Self::Mean => 1.0,
        }
    }

    /// The percentile of all calls that must not be a failure.
    fn share_of_failures(self) -> f64 {
        match self {
            Self::Percentile(share) => share,
            Self::Mean => 0.5,
        }
    }
}

/// The number of answers is what it is.
fn count(row: &Row, operator: Operator, limit: f64) -> Finding {
    let number = row.service_time.count;
    let outcome = match operator.holds(number as f64, limit) {
        // Silence keeps any upper limit.
        true if number == 0 => GateOutcome::Invalid,
        true => GateOutcome::Proven,
        false => GateOutcome::Violated,
    };
    Finding {
        outcome,
        text: format!("{number} answers, counted exactly; the limit is {limit}"),
        more: None,
    }
}

fn conclude(
    found: Result<Evidence, Silence>,
    operator: Operator,
    limit: f64,
    sentence: impl Fn(&Evidence, Option<bool>) -> String,
) -> Finding {
    match found {
        Ok(found) => {
            let decided = found.decides(operator, limit);
            let (outcome, more) = match decided {
                Some(true) => (GateOutcome::Proven, None),
                Some(false) => (GateOutcome::Violated, None),
                None => (GateOutcome::Inconclusive, found.more),
            };
            Finding {
                outcome,
                text: sentence(&found, decided),
                more,
            }
        }
        Err(Silence::TooFew(more)) => Finding {
            outcome: GateOutcome::Inconclusive,
            text: "there are too few answers to say".to_owned(),
            more,
        },
        Err(Silence::Forbidden(text)) => Finding {
            outcome: GateOutcome::Invalid,
            text,
            more: None,
        },
    }
}

fn forbidden_by(check: &Check) -> String {
    format!("the check {} forbids it: {}", check.name, check.text)
}

/// A gate that cannot be judged is no reason to pass.
fn refused(gate: String, reason: String) -> GateResult {
    let claim = GateClaim {
        subject: "the gate".to_owned(),
        outcome: GateOutcome::Invalid,
        text: reason,
        more_samples: None,
    };
    GateResult {
        gate,
        outcome: GateOutcome::Invalid,
        claims: vec![claim],
    }
}
