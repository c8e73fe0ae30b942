//! What a gate claims of a plan's runs: of which targets, and whether that can mean anything.

use std::ops::RangeInclusive;

use crate::judge::side::Side;
use crate::plan::{ConnectionMode, Plan, Target, TargetId};
use sts_model::Operation;

use super::condition::{
    Choice, Condition, Operator, REGIONAL, Selection, Statistic, TimeStatistic,
};
use super::error::MeaninglessGate;
use super::grammar::did_you_mean;

/// One claim of a gate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Claim {
    /// Of one target.
    Limit {
        /// What is computed.
        statistic: Statistic,
        /// Whose.
        target: TargetId,
        /// How it has to stand …
        operator: Operator,
        /// … to this; ns, a share, or a number.
        limit: f64,
    },
    /// Of two.
    Ratio {
        /// What is computed of either.
        time: TimeStatistic,
        /// Whose is divided.
        over: TargetId,
        /// By whose.
        under: TargetId,
        /// How the quotient has to stand …
        operator: Operator,
        /// … to this.
        factor: f64,
    },
}

impl Claim {
    /// The percentile that is claimed of answers' times.
    pub(crate) fn percentile(&self) -> Option<f64> {
        match *self {
            Self::Limit {
                statistic: Statistic::Time(TimeStatistic::Percentile(share)),
                ..
            }
            | Self::Ratio {
                time: TimeStatistic::Percentile(share),
                ..
            } => Some(share),
            Self::Limit { .. } | Self::Ratio { .. } => None,
        }
    }
}

/// Everything that `condition` claims of a run of `plan`, or why that is nothing.
pub(crate) fn claims(condition: &Condition, plan: &Plan) -> Result<Vec<Claim>, MeaninglessGate> {
    for selection in condition.selections() {
        if selection.side.is_some() {
            return Err(MeaninglessGate::SidesInOneRun);
        }
        check(selection, plan)?;
    }
    match *condition {
        Condition::Limit {
            statistic,
            ref of,
            operator,
            limit,
        } => {
            check_limit(statistic, operator, limit, plan)?;
            let selected = selected(of, plan);
            let claims: Vec<Claim> = selected
                .map(|(target, _)| Claim::Limit {
                    statistic,
                    target,
                    operator,
                    limit,
                })
                .collect();
            if claims.is_empty() {
                Err(MeaninglessGate::SelectsNothing)
            } else {
                Ok(claims)
            }
        }
        Condition::Ratio {
            time,
            ref over,
            ref under,
            operator,
            factor,
        } => {
            check_factor(factor)?;
            let pairs = pairs(over, under, plan);
            let claims = pairs
                .take(MAX_CLAIMS + 1)
                .map(|(over, under)| Claim::Ratio {
                    time,
                    over,
                    under,
                    operator,
                    factor,
                });
            let claims: Vec<Claim> = claims.collect();
            match claims.len() {
                0 => Err(MeaninglessGate::NothingComparable),
                1..=MAX_CLAIMS => Ok(claims),
                _ => Err(MeaninglessGate::TooManyPairs {
                    most_pairs: MAX_CLAIMS,
                }),
            }
        }
    }
}

/// The selected targets with those that each may be compared with.
fn pairs<'a>(
    over: &'a Selection,
    under: &Selection,
    plan: &'a Plan,
) -> impl Iterator<Item = (TargetId, TargetId)> {
    let against: Vec<_> = selected(under, plan)
        .map(|(id, target)| (id, target.group()))
        .collect();
    selected(over, plan).flat_map(move |(over, target)| {
        let group = target.group();
        let others = against
            .iter()
            .filter(|(id, other)| *id != over && *other == group);
        others.map(|(under, _)| (over, *under)).collect::<Vec<_>>()
    })
}

/// Pairs of one gate at most: every endpoint there is with every other, in both operations, cold and warm.
const MAX_CLAIMS: usize = 10_000;

/// Everything that `condition` claims of two runs with these plans, baseline first, of which it can set the given targets
/// against themselves; the candidate's are numbered on from the baseline's. Or why that is nothing.
pub(crate) fn claims_between(
    condition: &Condition,
    plans: [&Plan; 2],
    shared: &[(TargetId, TargetId)],
) -> Result<Vec<Claim>, MeaninglessGate> {
    let Condition::Ratio {
        time,
        ref over,
        ref under,
        operator,
        factor,
    } = *condition
    else {
        return Err(MeaninglessGate::LimitBetweenRuns);
    };
    let (Some(first), Some(second)) = (over.side, under.side) else {
        return Err(MeaninglessGate::NoSides);
    };
    if first == second {
        return Err(MeaninglessGate::OneSide);
    }
    check_factor(factor)?;
    let plan_of = |side: Side| plans[usize::from(side == Side::Candidate)];
    check(over, plan_of(first))?;
    check(under, plan_of(second))?;
    let claims: Vec<Claim> = shared
        .iter()
        .filter(|(one, _)| {
            [over, under]
                .iter()
                .all(|selection| selection.selects(plans[0].target(*one)))
        })
        .map(|&(one, other)| {
            let other = among_both(other, plans[0].targets.len());
            let (over, under) = if first == Side::Baseline {
                (one, other)
            } else {
                (other, one)
            };
            Claim::Ratio {
                time,
                over,
                under,
                operator,
                factor,
            }
        })
        .collect();
    if claims.is_empty() {
        Err(MeaninglessGate::NothingShared)
    } else {
        Ok(claims)
    }
}

/// The candidate's target of that number among the targets of both runs, the baseline's first.
pub(crate) fn among_both(id: TargetId, baseline_targets: usize) -> TargetId {
    TargetId(id.0.saturating_add(u16::try_from(baseline_targets).unwrap_or(u16::MAX)))
}

fn selected<'a>(
    selection: &'a Selection,
    plan: &'a Plan,
) -> impl Iterator<Item = (TargetId, &'a Target)> {
    plan.targets()
        .filter(|(_, target)| selection.selects(target))
}

/// Each choice on its own has to select something, so that a misspelt one beside a right one is not passed over.
pub(crate) fn check(selection: &Selection, plan: &Plan) -> Result<(), MeaninglessGate> {
    let names = plan.endpoints();
    for choice in &selection.endpoints {
        if !plan.targets.iter().any(|target| choice.matches(target)) {
            return Err(match choice {
                Choice::Global => MeaninglessGate::NoGlobalEndpoint,
                Choice::Regional => MeaninglessGate::NoRegionalEndpoint,
                Choice::Named(name) => {
                    let names = names.iter().map(|endpoint| endpoint.name.as_str());
                    unknown(name, names.chain([REGIONAL]))
                }
            });
        }
    }
    for operation in &selection.operations {
        if !plan
            .targets
            .iter()
            .any(|target| target.call.operation() == *operation)
        {
            return Err(MeaninglessGate::UnknownOperation(*operation));
        }
    }
    for connection in &selection.connections {
        if !plan
            .targets
            .iter()
            .any(|target| target.connection == *connection)
        {
            return Err(MeaninglessGate::UnknownConnection(*connection));
        }
    }
    Ok(())
}

fn unknown<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> MeaninglessGate {
    let hint = if ConnectionMode::named(name).is_some() {
        format!("; did you mean connection:{name}?")
    } else if let Some(operation) = Operation::named(name) {
        format!("; did you mean operation:{operation}?")
    } else {
        did_you_mean(name, names)
    };
    MeaninglessGate::UnknownEndpoint {
        name: name.to_owned(),
        hint,
    }
}

/// A limit that every run keeps, because no run can reach it, proves nothing.
fn check_limit(
    statistic: Statistic,
    operator: Operator,
    limit: f64,
    plan: &Plan,
) -> Result<(), MeaninglessGate> {
    let deadline = plan.deadlines.total.as_nanos() as f64;
    match statistic {
        Statistic::Time(_) if limit >= deadline => Err(MeaninglessGate::LimitBeyondDeadline {
            limit_ns: limit,
            deadline_ns: deadline,
        }),
        Statistic::Time(_) if limit < LEAST_TIME => Err(MeaninglessGate::LimitBelowAnyAnswer {
            limit_ns: limit,
            least_ns: LEAST_TIME,
        }),
        Statistic::Count
            if operator.holds(0.0, limit) && operator.holds(plan.max_requests as f64, limit) =>
        {
            Err(MeaninglessGate::CountAlwaysKept {
                max_requests: plan.max_requests,
                limit,
            })
        }
        Statistic::Count
            if !operator.holds(0.0, limit) && !operator.holds(plan.max_requests as f64, limit) =>
        {
            Err(MeaninglessGate::CountNeverReached {
                max_requests: plan.max_requests,
                limit,
            })
        }
        Statistic::Time(_) | Statistic::ErrorRate | Statistic::Count => Ok(()),
    }
}

/// No answer of a network takes less, ns: 1 µs.
const LEAST_TIME: f64 = 1e3;

/// What two services that answer at all can differ by.
fn check_factor(factor: f64) -> Result<(), MeaninglessGate> {
    if FACTORS.contains(&factor) {
        return Ok(());
    }
    Err(MeaninglessGate::FactorOutOfRange {
        factor,
        allowed: FACTORS,
    })
}

const FACTORS: RangeInclusive<f64> = 0.001..=1000.0;
