//! One run against another: two builds, settings or Regions that were measured at the same time, or in turn. Runs that were
//! measured one after the other are refused.

mod design;
mod refusal;
mod sides;
#[cfg(test)]
mod tests;

pub use design::Design;
pub use refusal::BetweenError;

pub(super) use refusal::{require_comparable, require_same_load, require_valid};

use time::OffsetDateTime;

use crate::parallel::Workers;
use crate::plan::{ConnectionMode, Level, Plan, Target, TargetId};
use crate::results::{Run, moment};
use sts_model::Operation;

use super::gate::{self, Court, Gate, GateResult};
use super::pairs::Times;
use super::{Comparison, Place, Row, Uncompared, Verdict, summarise};
use sides::Sides;

/// A candidate run against a baseline run.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// How the two correspond.
    pub design: Design,
    /// The confidence of each interval, 0–1; all verdicts by p50 hold together with 99 %.
    pub confidence: f64,
    /// The targets of either run, in the candidate's order and then the baseline's.
    pub targets: Vec<Matched>,
    /// The conditions that were laid down, and what became of them.
    pub gates: Vec<GateResult>,
    /// What to know before believing it.
    pub notices: Vec<String>,
}

/// One target of either run.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// The endpoint's name.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The p50 of baseline and candidate, ns, where there is one.
    pub p50: [Option<f64>; 2],
    /// What came of it.
    pub standing: Standing,
}

/// What came of one target.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Both runs have it: by p50, and by what else the answers support; baseline over candidate.
    Compared(Vec<Comparison>),
    /// Both have it, and it cannot be compared.
    Uncompared(Uncompared),
    /// The baseline lacks it.
    NoBaseline,
    /// The candidate lacks it.
    NoCandidate,
}

impl Matched {
    /// The verdict by p50; `None` where one of the runs lacks the target.
    pub fn verdict(&self) -> Option<Verdict> {
        match &self.standing {
            Standing::Compared(comparisons) => {
                comparisons.first().map(|comparison| comparison.verdict)
            }
            Standing::Uncompared(obstacle) => Some(obstacle.verdict),
            Standing::NoBaseline | Standing::NoCandidate => None,
        }
    }
}

/// Sets `candidate` against `baseline`, by the margin in the candidate's plan. `now` is the date of asking.
///
/// # Errors
/// [`BetweenError`] when the runs did not measure the same or not together, when one is invalid, and when a gate says nothing
/// of them.
pub fn between(
    baseline: &Run,
    candidate: &Run,
    gates: &[Gate],
    now: OffsetDateTime,
) -> Result<Between, BetweenError> {
    require_comparable(baseline, candidate)?;
    refusal::require_same_kinds(&baseline.plan, &candidate.plan)?;
    let design = design::design(baseline, candidate)?;
    let shared = shared(&baseline.plan, &candidate.plan);
    if shared.is_empty() {
        return Err(BetweenError::NothingShared);
    }
    if let (Design::Windows { .. }, [_, ..]) = (design, gates) {
        return Err(BetweenError::GatesInTurn);
    }
    let asked = gates
        .iter()
        .map(|gate| gate::asked_between(gate, [&baseline.plan, &candidate.plan], &shared));
    let asked = asked.collect::<Result<Vec<_>, _>>()?;
    let summaries = [summarise(baseline), summarise(candidate)];
    for (run, summary) in [baseline, candidate].into_iter().zip(&summaries) {
        require_valid(run, &summary.checks)?;
    }
    let sides = Sides::of([baseline, candidate], &summaries, shared.len());
    let times = Times::of_service(sides.run(), Workers::available());
    let standing = |&(one, other): &(TargetId, TargetId)| match design {
        Design::Blocks { .. } => sides.by_blocks(&times, one, other),
        Design::Windows { .. } => sides.by_windows(one, other),
    };
    let compared = shared.iter().map(standing).collect();
    let court = Court {
        series: &sides.run().series,
        times: &times,
        rows: sides.rows(),
        checks: sides.checks(),
        confidence: candidate.plan.judging.confidence,
    };
    Ok(Between {
        design,
        confidence: sides.confidence(),
        targets: targets(&summaries.map(|summary| summary.rows), &shared, compared),
        gates: court.judge(asked),
        notices: notices(baseline, candidate, now),
    })
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
    let p50 = |row: &Row| row.service_time.percentile(Level::P50);
    let matched = |row: &Row, p50: [Option<f64>; 2], standing: Standing| Matched {
        endpoint: row.endpoint.clone(),
        operation: row.operation,
        connection: row.connection,
        p50,
        standing,
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
                    matched(row, [p50(one), p50(row)], standing)
                }
                None => matched(row, [None, p50(row)], Standing::NoBaseline),
            },
        );
    }
    let gone = ours
        .iter()
        .filter(is_original)
        .filter(|row| shared.iter().all(|(one, _)| *one != row.target));
    targets.extend(gone.map(|row| matched(row, [p50(row), None], Standing::NoCandidate)));
    targets
}

fn notices(baseline: &Run, candidate: &Run, now: OffsetDateTime) -> Vec<String> {
    let mut notices = Vec::new();
    for (name, run) in [("baseline", baseline), ("candidate", candidate)] {
        if moment(&run.started_at).is_some_and(|started| started > now + LEEWAY) {
            notices.push(future(name, run));
        }
    }
    notices.extend(
        other_settings(&baseline.plan, &candidate.plan)
            .into_iter()
            .map(|what| {
                format!(
                    "the {what} of the two runs is not the same; it may be what is compared here"
                )
            }),
    );
    notices
}

/// What two plans that can be compared set differently.
pub(super) fn other_settings(a: &Plan, b: &Plan) -> Vec<&'static str> {
    let settings = [
        ("resolver", a.resolver != b.resolver),
        ("deadlines", a.deadlines != b.deadlines),
        (
            "number of connections per target",
            a.connections_per_target != b.connections_per_target,
        ),
        (
            "rate per endpoint",
            a.rate_per_endpoint != b.rate_per_endpoint,
        ),
    ];
    settings
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect()
}

/// That a run is dated later than the clock that reads it.
pub(super) fn future(name: &str, run: &Run) -> String {
    format!(
        "the {name} {} is dated in the future, {}; one of the clocks is wrong",
        run.run_id, run.started_at
    )
}

/// How far clocks of different machines may be apart without a word.
pub(super) const LEEWAY: time::Duration = time::Duration::minutes(1);
