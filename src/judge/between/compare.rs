//! Sets a candidate run against a baseline run.

use time::OffsetDateTime;

use crate::judge::estimate::Times;
use crate::judge::gate::{Evaluator, Gate, gate_between};
use crate::judge::row::{Place, Row};
use crate::judge::summarise::summarise;
use crate::judge::summary::Summary;
use crate::parallel::Workers;
use crate::plan::{Level, Plan, Target, TargetId};
use crate::results::Run;

use super::changes::{changes, is_controlled};
use super::design::{Design, design};
use super::notices::notices;
use super::refusal::{
    BetweenError, require_comparable, require_same_kinds, require_two_measurements, require_valid,
};
use super::result::{Between, Matched, Standing};
use super::sides::Sides;

/// Sets `candidate` against `baseline`, by the margin in the candidate's plan. `now` is the current date.
///
/// # Errors
/// [`BetweenError`] when the runs did not measure the same, when one is invalid, and when a gate says nothing of them; when
/// they were not measured together, unless their endpoints are each other's control.
pub(crate) fn between(
    baseline: &Run,
    candidate: &Run,
    gates: &[Gate],
    now: OffsetDateTime,
) -> Result<Between, BetweenError> {
    let shared = shared_targets(baseline, candidate)?;
    let design = match design(baseline, candidate) {
        Err(refusal @ BetweenError::Sequential { .. }) if gates.is_empty() => {
            return one_after_the_other([baseline, candidate], &shared, now).ok_or(refusal)?;
        }
        design => design?,
    };
    if let (Design::Windows { .. }, [_, ..]) = (design, gates) {
        return Err(BetweenError::GatesInTurn);
    }
    let pending = gates
        .iter()
        .map(|gate| gate_between(gate, [&baseline.plan, &candidate.plan], &shared));
    let pending = pending.collect::<Result<Vec<_>, _>>()?;
    let summaries = valid_summaries([baseline, candidate])?;
    let sides = Sides::of([baseline, candidate], &summaries, shared.len());
    let times = Times::of_service(sides.run(), Workers::available());
    let in_step = matches!(design, Design::Blocks { .. });
    let standing = |&(one, other): &(TargetId, TargetId)| {
        if in_step {
            sides.by_blocks(&times, one, other)
        } else {
            sides.by_windows(one, other)
        }
    };
    let compared = shared.iter().map(standing).collect();
    let evaluator = Evaluator {
        series: &sides.run().measured.series,
        times: &times,
        rows: sides.rows(),
        checks: sides.checks(),
        run_ids: sides.run_ids(),
        confidence: candidate.plan.judging.confidence,
    };
    Ok(Between {
        design,
        confidence: Some(sides.confidence()),
        targets: targets(&summaries.map(|summary| summary.rows), &shared, compared),
        gates: evaluator.judge(pending),
        notices: notices(baseline, candidate, now),
    })
}

/// Sets the numbers of `candidate` beside those of `baseline`, however the two were measured, and decides nothing.
///
/// # Errors
/// [`BetweenError`] when the runs did not measure the same, and when one is invalid.
pub(crate) fn describe(
    baseline: &Run,
    candidate: &Run,
    now: OffsetDateTime,
) -> Result<Between, BetweenError> {
    let shared = shared_targets(baseline, candidate)?;
    side_by_side([baseline, candidate], &shared, Design::Described, now)
}

/// How the targets changed from one run to a later one, without a verdict; `None` where no three endpoints of a kind are in
/// both, so that nothing tells a change of the endpoint from one of the hour.
fn one_after_the_other(
    runs: [&Run; 2],
    shared: &[(TargetId, TargetId)],
    now: OffsetDateTime,
) -> Option<Result<Between, BetweenError>> {
    let between = match side_by_side(runs, shared, Design::Sequential, now) {
        Ok(between) => between,
        Err(refusal) => return Some(Err(refusal)),
    };
    let mut standings = between.targets.iter().map(|target| &target.standing);
    standings.any(is_controlled).then_some(Ok(between))
}

fn side_by_side(
    runs: [&Run; 2],
    shared: &[(TargetId, TargetId)],
    design: Design,
    now: OffsetDateTime,
) -> Result<Between, BetweenError> {
    let summaries = valid_summaries(runs)?;
    let changes = changes(&Sides::of(runs, &summaries, shared.len()), shared);
    let [baseline, candidate] = runs;
    Ok(Between {
        design,
        confidence: None,
        targets: targets(&summaries.map(|summary| summary.rows), shared, changes),
        gates: Vec::new(),
        notices: notices(baseline, candidate, now),
    })
}

fn valid_summaries(runs: [&Run; 2]) -> Result<[Summary; 2], BetweenError> {
    let summaries = runs.map(summarise);
    for (run, summary) in runs.into_iter().zip(&summaries) {
        require_valid(run, &summary.checks)?;
    }
    Ok(summaries)
}

/// The targets that both runs measured in a way that can be compared, as (baseline's, candidate's), in the candidate's order.
fn shared_targets(
    baseline: &Run,
    candidate: &Run,
) -> Result<Vec<(TargetId, TargetId)>, BetweenError> {
    require_comparable(baseline, candidate)?;
    require_same_kinds(&baseline.plan, &candidate.plan)?;
    require_two_measurements(baseline, candidate)?;
    let shared = shared(&baseline.plan, &candidate.plan);
    if shared.is_empty() {
        return Err(BetweenError::NothingShared);
    }
    Ok(shared)
}

/// The targets that both plans have, as (baseline's, candidate's), in the candidate's order.
fn shared(baseline: &Plan, candidate: &Plan) -> Vec<(TargetId, TargetId)> {
    let same = |a: &Target, b: &Target| {
        a.endpoint.name == b.endpoint.name
            && a.call.operation() == b.call.operation()
            && a.connection == b.connection
    };
    candidate
        .targets()
        .filter(|(_, target)| target.endpoint.twin_of.is_none())
        .filter_map(|(other, target)| {
            Some((
                baseline.targets().find(|(_, one)| same(one, target))?.0,
                other,
            ))
        })
        .collect()
}

/// Every target of either run but the twins, which test a run; one that a run lacks is a line of its own and never a pass.
fn targets(
    [ours, theirs]: &[Vec<Row>; 2],
    shared: &[(TargetId, TargetId)],
    compared: Vec<Standing>,
) -> Vec<Matched> {
    let matched = |[one, other]: [Option<&Row>; 2], standing: Standing| {
        let row = other.or(one).expect("a row of either run");
        let failed = [one, other].map(|row| row.map(Row::failed));
        let fails_more = match failed {
            [Some(one), Some(other)] => other.more_than(one, 0.01 / shared.len() as f64),
            _ => false,
        };
        Matched {
            endpoint: row.endpoint.clone(),
            operation: row.operation,
            connection: row.connection,
            p50: [one, other].map(|row| row?.service_time.percentile(Level::P50)),
            failed,
            fails_more,
            standing,
        }
    };
    let mut compared: Vec<Option<Standing>> = compared.into_iter().map(Some).collect();
    let mut targets = Vec::new();
    let is_original = |row: &&Row| row.place != Place::Twin;
    for row in theirs.iter().filter(is_original) {
        targets.push(
            match shared.iter().position(|(_, other)| *other == row.target) {
                Some(at) => {
                    let one = &ours[usize::from(shared[at].0.0)];
                    let standing = compared[at]
                        .take()
                        .expect("each target is in the list once");
                    matched([Some(one), Some(row)], standing)
                }
                None => matched([None, Some(row)], Standing::NoBaseline),
            },
        );
    }
    let gone = ours
        .iter()
        .filter(is_original)
        .filter(|row| shared.iter().all(|(one, _)| *one != row.target));
    targets.extend(gone.map(|row| matched([Some(row), None], Standing::NoCandidate)));
    targets
}
