//! From gates to what became of them. All claims of a run are made together: each one's error is its share of the run's, so
//! that the chance of any false one stays what was promised, however many targets a gate selects.

use crate::plan::{Plan, TargetId};
use crate::record::Series;
use crate::results::{Check, Claims, Run, moved};

use super::claims::{Claim, claims_between};
use super::condition::{Operator, Statistic, TimeStatistic};
use super::definition::Gate;
use super::error::GateError;
use super::evidence::{self, Evidence, NoEvidence, SUPPORTED};
use super::result::{GateClaim, GateFinding, GateOutcome, GateResult, GateSubject, Undecidable};
use crate::judge::estimate::{Memory, Times};
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
        series: &run.measured.series,
        times,
        rows,
        checks,
        run_ids: vec![run.header.run_id.clone(); rows.len()],
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
            Undecidable::TooManyGates {
                most_gates: Gate::MAX_GATES,
            },
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
    /// For each row the id of its run.
    pub(crate) run_ids: Vec<String>,
    /// Of all claims together: each end of their intervals misses with half of what this leaves out.
    pub(crate) confidence: f64,
}

/// What all claims of a run are judged by.
struct JudgedBy {
    /// Of each one's interval.
    confidence: f64,
    /// Of the run, at the percentiles that are claimed.
    memory: Memory,
}

/// What became of one claim, and about how many more answers would decide it.
type Judged = (GateOutcome, GateFinding, Option<u64>);

impl Evaluator<'_> {
    /// What became of each gate.
    pub(crate) fn judge(&self, pending: Vec<PendingGate>) -> Vec<GateResult> {
        let all = || {
            pending
                .iter()
                .filter_map(|gate| gate.claims.as_ref().ok())
                .flatten()
        };
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
        let claims = all().filter(uncertain).count();
        let confidence = 1.0 - (1.0 - self.confidence) / claims.max(1) as f64;
        let mut percentiles: Vec<f64> =
            all().filter_map(super::claims::Claim::percentile).collect();
        percentiles.sort_by(f64::total_cmp);
        percentiles.dedup();
        let judged_by = JudgedBy {
            confidence,
            memory: Memory::of(self.times, &percentiles, &[confidence, SUPPORTED]),
        };
        let result = |gate: PendingGate| match gate.claims {
            Err(error) => refused(gate.gate, Undecidable::Refused(error)),
            Ok(claims) => {
                let claims: Vec<GateClaim> = claims
                    .into_iter()
                    .map(|claim| self.claim(claim, &judged_by))
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

    fn claim(&self, claim: Claim, judged_by: &JudgedBy) -> GateClaim {
        let (subject, (outcome, finding, more_samples)) = match claim {
            Claim::Limit {
                statistic,
                target,
                operator,
                limit,
            } => {
                let row = self.row(target);
                let judged = match statistic {
                    Statistic::Time(time) => self.time(time, row, operator, limit, judged_by),
                    Statistic::ErrorRate => {
                        self.failures(row, operator, limit, judged_by.confidence)
                    }
                    Statistic::Count => count(row, operator, limit),
                };
                (GateSubject::Target(row.name()), judged)
            }
            Claim::Ratio {
                time,
                over,
                under,
                operator,
                factor,
            } => {
                let (over, under) = (self.row(over), self.row(under));
                let subject = GateSubject::Pair {
                    over: over.endpoint.clone(),
                    under: under.endpoint.clone(),
                    group: over.group(),
                };
                let judged = self.quotient(time, [over, under], operator, factor, judged_by);
                (subject, judged)
            }
        };
        GateClaim {
            subject,
            outcome,
            finding,
            more_samples,
        }
    }

    fn row(&self, target: TargetId) -> &Row {
        &self.rows[usize::from(target.0)]
    }

    fn time(
        &self,
        statistic: TimeStatistic,
        row: &Row,
        operator: Operator,
        limit: f64,
        judged_by: &JudgedBy,
    ) -> Judged {
        let &JudgedBy {
            confidence,
            ref memory,
        } = judged_by;
        let found = match self.obstacle(statistic, &[row], Claims::OneEndpoint) {
            Some(obstacle) => Err(NoEvidence::Never(obstacle)),
            // A call that is never answered has no time, and no mean of all calls is left.
            None if row.failures_reach(statistic.share()) => {
                Err(NoEvidence::Never(Undecidable::FailuresReach { statistic }))
            }
            None => evidence::of_time(statistic, (self.times, memory), row, limit, confidence),
        };
        conclude(found, operator, limit, |found| GateFinding::Time {
            statistic,
            value_ns: found.value,
            interval_ns: found.interval(confidence),
            limit_ns: limit,
            answers: found.number,
            taken_as_independent: found.independent,
        })
    }

    /// What forbids times does not forbid counting failures, unless it is about the run as a whole.
    fn failures(&self, row: &Row, operator: Operator, limit: f64, confidence: f64) -> Judged {
        let whole_run = |check: &&Check| {
            check.reach.targets.is_empty() && check.forbids(row.target, 0.0, Claims::OneEndpoint)
        };
        let found = match self.checks.iter().find(whole_run) {
            Some(check) => Err(NoEvidence::Never(self.forbidden(check, row))),
            None => {
                evidence::of_failures(&self.series[usize::from(row.target.0)], limit, confidence)
            }
        };
        conclude(found, operator, limit, |found| GateFinding::ErrorRate {
            ratio: found.value,
            interval: found.interval(confidence),
            limit_ratio: limit,
            calls: found.number,
        })
    }

    fn quotient(
        &self,
        statistic: TimeStatistic,
        sides: [&Row; 2],
        operator: Operator,
        factor: f64,
        judged_by: &JudgedBy,
    ) -> Judged {
        let &JudgedBy {
            confidence,
            ref memory,
        } = judged_by;
        let [over, under] = sides;
        let found = match self.obstacle(statistic, &sides, Claims::All) {
            Some(obstacle) => Err(NoEvidence::Never(obstacle)),
            None if statistic == TimeStatistic::Mean
                && sides
                    .iter()
                    .any(|row| row.failures_reach(statistic.share())) =>
            {
                Err(NoEvidence::Never(Undecidable::FailuresReach { statistic }))
            }
            None => evidence::of_quotient(
                statistic,
                (self.times, memory),
                (over, under),
                factor,
                confidence,
            ),
        };
        let has_moved = |row: &&Row| moved(self.checks, row.target);
        let found = found.map(|found| Evidence {
            more: found.more.filter(|_| !sides.iter().any(has_moved)),
            ..found
        });
        conclude(found, operator, factor, |found| GateFinding::Quotient {
            statistic,
            under: under.endpoint.clone(),
            ratio: found.value,
            interval: found.interval(confidence),
            limit_ratio: factor,
            answers_of_each: found.number,
        })
    }

    /// Why no number of answers would decide a claim about these.
    fn obstacle(
        &self,
        statistic: TimeStatistic,
        rows: &[&Row],
        claims: Claims,
    ) -> Option<Undecidable> {
        if let Some(unanswered) = rows.iter().find(|row| row.service_time.count == 0) {
            let endpoint = unanswered.endpoint.clone();
            return Some(match unanswered.counts.issued {
                0 => Undecidable::NothingSent {
                    endpoint: Some(endpoint),
                },
                issued => Undecidable::NoAnswers {
                    endpoint,
                    failed: unanswered
                        .counts
                        .faults
                        .saturating_add(unanswered.counts.failures),
                    issued,
                },
            });
        }
        self.checks.iter().find_map(|check| {
            let row = rows
                .iter()
                .find(|row| check.forbids(row.target, statistic.share(), claims))?;
            Some(self.forbidden(check, row))
        })
    }

    /// That the check forbids a number of that row.
    fn forbidden(&self, check: &Check, row: &Row) -> Undecidable {
        Undecidable::Forbidden {
            run_id: self.run_ids[usize::from(row.target.0)].clone(),
            check: Box::new(check.clone()),
        }
    }
}

impl TimeStatistic {
    /// The highest percentile that goes into it.
    fn share(self) -> f64 {
        match self {
            Self::Percentile(share) => share,
            Self::Mean => 1.0,
        }
    }
}

/// The number of answers is known exactly.
fn count(row: &Row, operator: Operator, limit: f64) -> Judged {
    let answers = row.service_time.count;
    let outcome = match operator.holds(answers as f64, limit) {
        // A run without answers keeps any upper limit.
        true if answers == 0 => GateOutcome::Invalid,
        true => GateOutcome::Proven,
        false => GateOutcome::Violated,
    };
    (outcome, GateFinding::Count { answers, limit }, None)
}

fn conclude(
    found: Result<Evidence, NoEvidence>,
    operator: Operator,
    limit: f64,
    finding: impl Fn(&Evidence) -> GateFinding,
) -> Judged {
    match found {
        Ok(found) => {
            let (outcome, more) = match found.decides(operator, limit) {
                Some(true) => (GateOutcome::Proven, None),
                Some(false) => (GateOutcome::Violated, None),
                None => (GateOutcome::Inconclusive, found.more),
            };
            (outcome, finding(&found), more)
        }
        Err(NoEvidence::TooFew(more)) => {
            let finding = GateFinding::Undecidable(Undecidable::TooFewAnswers);
            (GateOutcome::Inconclusive, finding, more)
        }
        Err(NoEvidence::Never(reason)) => {
            (GateOutcome::Invalid, GateFinding::Undecidable(reason), None)
        }
    }
}

/// A gate that cannot be judged is no reason to pass.
fn refused(gate: String, reason: Undecidable) -> GateResult {
    let claim = GateClaim {
        subject: GateSubject::Gate,
        outcome: GateOutcome::Invalid,
        finding: GateFinding::Undecidable(reason),
        more_samples: None,
    };
    GateResult {
        gate,
        outcome: GateOutcome::Invalid,
        claims: vec![claim],
    }
}
