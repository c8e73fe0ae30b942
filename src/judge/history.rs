//! A run against those before it: whether an endpoint has become slower than it was, apart from what all endpoints of a
//! vantage went through together.
//!
//! One slow run says little, because what disturbs a vantage lasts minutes: an endpoint is called slower when this run and
//! the one before it each lie beyond their own limit. A run that is repeated at once sees the same minutes, so the one before
//! is the latest that began at least [`History::APART`] earlier.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::plan::{ConnectionMode, Level};
use crate::results::{Check, Claims, Run, moment};
use latency_stats::{Deviation, Deviations, HistoryGate};
use sts_model::Operation;

use super::between::{
    LEEWAY, future, other_settings, require_comparable, require_same_load, require_valid,
};
use super::summarise::rows_and_checks;
use super::{BetweenError, Place, Row};

/// What of a run is kept as history.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    started: OffsetDateTime,
    run_id: String,
    /// The logarithms of p50 in ns, where the run supports one; of no twin, which tests its run.
    medians: BTreeMap<Key, f64>,
    /// Settings that are not the candidate's.
    other: Vec<&'static str>,
}

type Key = (String, Operation, ConnectionMode);

impl Past {
    /// Of `run`, as history of `candidate`.
    ///
    /// # Errors
    /// [`BetweenError`] when the two did not measure alike, or the run is invalid.
    pub fn of(run: &Run, candidate: &Run) -> Result<Self, BetweenError> {
        require_comparable(run, candidate)?;
        require_same_load(&run.plan, &candidate.plan)?;
        Ok(Self {
            other: other_settings(&run.plan, &candidate.plan),
            ..Self::unchecked(run)?
        })
    }

    fn unchecked(run: &Run) -> Result<Self, BetweenError> {
        let (rows, checks) = rows_and_checks(run);
        require_valid(run, &checks)?;
        let median = |row: &Row| Some((key(row), p50(run, row, &checks)?.ln()));
        Ok(Self {
            started: moment(&run.started_at).unwrap_or(OffsetDateTime::UNIX_EPOCH),
            run_id: run.run_id.clone(),
            medians: rows
                .iter()
                .filter(|row| row.place != Place::Twin)
                .filter_map(median)
                .collect(),
            other: Vec::new(),
        })
    }
}

fn key(row: &Row) -> Key {
    (row.endpoint.clone(), row.operation, row.connection)
}

/// The p50 that may be used, ns. Each endpoint is seen beside the others of its run, so that what all of them went through
/// in it cancels: neither a check on claims about one endpoint alone nor a median without a narrow interval of its own
/// stands against it. How far such medians lie apart, the history itself tells.
fn p50(run: &Run, row: &Row, checks: &[Check]) -> Option<f64> {
    let forbidden = checks
        .iter()
        .any(|check| check.forbids(row.target, MEDIAN, Claims::All));
    if forbidden
        || row.failures_reach(MEDIAN)
        || row.service_time.count < Level::P50.answers_needed()
    {
        return None;
    }
    let times = run.series[usize::from(row.target.0)].service_time.to_hdr();
    latency_stats::quantile(&times, MEDIAN).filter(|p50| *p50 > 0.0)
}

const MEDIAN: f64 = Level::P50.share();

/// A run against those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The runs that it was set against, oldest first; the latest [`History::WINDOW`] of those that were given.
    pub runs: Vec<String>,
    /// One line for each target of the run, in the plan's order, and for each that the latest earlier run had beside them.
    pub lines: Vec<HistoryLine>,
    /// What all endpoints of an operation and kind of connection went through together, where that is beyond its limit.
    pub vantage: Vec<VantageChange>,
    /// What to know before believing it.
    pub notices: Vec<String>,
}

/// One target against its history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryLine {
    /// The endpoint's name.
    pub endpoint: String,
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The run's p50, ns, where it may be used.
    pub p50: Option<f64>,
    /// In how many earlier runs it has one.
    pub runs: usize,
    /// How it stands to them.
    pub change: Option<Change>,
    /// What follows.
    pub outcome: HistoryOutcome,
}

/// How far a p50 is from what earlier runs and the other endpoints of this run let expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What was to be expected, ns.
    pub expected: f64,
    /// The p50 over that.
    pub ratio: f64,
    /// The ratio that an unchanged endpoint exceeds in 0.2 % of runs.
    pub limit_ratio: f64,
}

/// A shift of all endpoints together: the network or the machine that measures, and no endpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VantageChange {
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The median endpoint's p50 over what was to be expected.
    pub ratio: f64,
    /// The ratio that an unchanged vantage exceeds in 0.2 % of runs; it falls below the inverse as rarely.
    pub limit_ratio: f64,
}

/// What follows for one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryOutcome {
    /// Within its limit, or beyond it by too little to matter.
    Steady,
    /// Beyond its limit for the first time; the next run decides.
    BeyondOnce,
    /// Beyond its limit in this run and in the one before.
    Slower,
    /// Fewer earlier runs than it takes.
    TooFewRuns,
    /// Fewer endpoints than it takes to tell one of them from the vantage.
    NoControl,
    /// The run has no p50 of it.
    NoData,
    /// The latest earlier run measured it, and this one did not.
    NotMeasured,
}

impl HistoryOutcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Steady,
        Self::BeyondOnce,
        Self::Slower,
        Self::TooFewRuns,
        Self::NoControl,
        Self::NoData,
        Self::NotMeasured,
    ];

    /// As in files and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::BeyondOnce => "beyond its limit once",
            Self::Slower => "slower",
            Self::TooFewRuns => "too few runs",
            Self::NoControl => "too few endpoints",
            Self::NoData => "no data",
            Self::NotMeasured => "not measured",
        }
    }
}

impl History {
    /// How many of the latest runs count.
    pub const WINDOW: usize = 30;
    /// How many runs a target needs; below, only conditions within one run can be proven.
    pub const LEAST_RUNS: usize = 10;
    /// How many endpoints of an operation and kind of connection it takes.
    pub const LEAST_ENDPOINTS: usize = latency_stats::LEAST_SERIES;
    /// How much earlier than the run the one before it has to have begun: longer than what disturbs a vantage for some minutes.
    pub const APART: time::Duration = time::Duration::minutes(30);
    /// How many earlier runs are worth reading: the window, and the one before it, which is the oldest that the previous run
    /// is judged by.
    pub const READ: usize = Self::WINDOW + 1;
}

/// Slower by less than this does not matter, ns.
const LEAST_EFFECT: f64 = 2e6;

/// Sets `candidate` against earlier runs, in whatever order; later ones and itself are passed over. `now` is the date of asking.
///
/// # Errors
/// [`BetweenError::Invalid`] when the candidate is.
pub fn against_history(
    candidate: &Run,
    mut past: Vec<Past>,
    now: OffsetDateTime,
) -> Result<History, BetweenError> {
    let present = Past::unchecked(candidate)?;
    let mut notices = Vec::new();
    if present.started > now + LEEWAY {
        notices.push(future("candidate", candidate));
    }
    past.retain(|run| run.started <= present.started && run.run_id != present.run_id);
    past.sort_by(|a, b| {
        a.started
            .cmp(&b.started)
            .then_with(|| a.run_id.cmp(&b.run_id))
    });
    past.dedup_by(|a, b| a.run_id == b.run_id);
    past.drain(..past.len().saturating_sub(History::READ));
    notices.extend(settings_notices(&past));

    let (mut rows, _) = rows_and_checks(candidate);
    let targets = rows.len();
    // A twin tests its run, and as a second control would count its endpoint twice.
    rows.retain(|row| row.place != Place::Twin);
    let mut lines: Vec<Option<HistoryLine>> = vec![None; targets];
    let mut vantage = Vec::new();
    for (operation, connection) in kinds(&rows) {
        let of_kind = |row: &&Row| row.operation == operation && row.connection == connection;
        let rows: Vec<&Row> = rows.iter().filter(of_kind).collect();
        let kind = Kind::of(&rows, &past, &present);
        vantage.extend(kind.vantage_change(operation, connection));
        for (position, row) in rows.iter().enumerate() {
            lines[usize::from(row.target.0)] = Some(kind.line(position, row));
        }
    }
    let gone = not_measured(&rows, &past);
    let counted = past.len().saturating_sub(History::WINDOW);
    Ok(History {
        runs: past
            .into_iter()
            .skip(counted)
            .map(|run| run.run_id)
            .collect(),
        lines: lines.into_iter().flatten().chain(gone).collect(),
        vantage,
        notices,
    })
}

/// What the latest earlier run measured and the candidate, with these rows, did not.
fn not_measured(rows: &[Row], past: &[Past]) -> Vec<HistoryLine> {
    let Some(latest) = past.last() else {
        return Vec::new();
    };
    let measured: Vec<Key> = rows.iter().map(key).collect();
    let gone = latest.medians.keys().filter(|key| !measured.contains(key));
    gone.map(|key| HistoryLine {
        endpoint: key.0.clone(),
        operation: key.1,
        connection: key.2,
        p50: None,
        runs: past
            .iter()
            .rev()
            .take(History::WINDOW)
            .filter(|run| run.medians.contains_key(key))
            .count(),
        change: None,
        outcome: HistoryOutcome::NotMeasured,
    })
    .collect()
}

fn settings_notices(past: &[Past]) -> impl Iterator<Item = String> {
    let mut runs: BTreeMap<&'static str, usize> = BTreeMap::new();
    past.iter()
        .flat_map(|run| &run.other)
        .for_each(|what| *runs.entry(what).or_default() += 1);
    runs.into_iter().map(|(what, runs)| {
        format!(
            "the {what} of {runs} earlier runs is not the candidate's; that may be what has changed"
        )
    })
}

fn kinds(rows: &[Row]) -> Vec<(Operation, ConnectionMode)> {
    let mut kinds = Vec::new();
    for row in rows {
        if !kinds.contains(&(row.operation, row.connection)) {
            kinds.push((row.operation, row.connection));
        }
    }
    kinds
}

/// The endpoints of one operation and kind of connection, each other's control.
struct Kind {
    gate: HistoryGate,
    now: Vec<Option<f64>>,
    deviations: Deviations,
    /// The run before, by its own history, with the logarithms of its medians.
    previous: Option<(Deviations, Vec<Option<f64>>)>,
    runs: Vec<usize>,
}

impl Kind {
    fn of(rows: &[&Row], past: &[Past], present: &Past) -> Self {
        let medians = |run: &Past| {
            rows.iter()
                .map(|row| run.medians.get(&key(row)).copied())
                .collect::<Vec<_>>()
        };
        let history: Vec<Vec<Option<f64>>> = past.iter().map(medians).collect();
        let now = medians(present);
        let gate = HistoryGate {
            window: History::WINDOW,
            least_runs: History::LEAST_RUNS,
            ..HistoryGate::default()
        };
        let recent = &history[history.len().saturating_sub(History::WINDOW)..];
        let runs = (0..rows.len())
            .map(|at| recent.iter().filter(|run| run[at].is_some()).count())
            .collect();
        let deviations = gate.compare(&history, &now);
        let apart = |run: &Past| run.started + History::APART <= present.started;
        let before = past.iter().rposition(apart);
        let previous = before.map(|at| {
            (
                gate.compare(&history[..at], &history[at]),
                history[at].clone(),
            )
        });
        Self {
            gate,
            now,
            deviations,
            previous,
            runs,
        }
    }

    fn line(&self, position: usize, row: &Row) -> HistoryLine {
        let p50 = self.now[position].map(f64::exp);
        let deviation = self.deviations.series[position];
        let change = p50.zip(deviation).map(|(p50, deviation)| Change {
            expected: p50 / deviation.effect_ratio,
            ratio: deviation.effect_ratio,
            limit_ratio: deviation.limit.exp(),
        });
        let outcome = match (p50, deviation) {
            (None, _) => HistoryOutcome::NoData,
            (Some(p50), Some(deviation)) => self.outcome(position, p50, &deviation),
            _ if self.runs[position] < History::LEAST_RUNS => HistoryOutcome::TooFewRuns,
            _ => HistoryOutcome::NoControl,
        };
        HistoryLine {
            endpoint: row.endpoint.clone(),
            operation: row.operation,
            connection: row.connection,
            p50,
            runs: self.runs[position],
            change,
            outcome,
        }
    }

    fn outcome(&self, position: usize, p50: f64, deviation: &Deviation) -> HistoryOutcome {
        if !self.is_slower(p50, deviation) {
            return HistoryOutcome::Steady;
        }
        let before = self.previous.as_ref().and_then(|(deviations, medians)| {
            Some(self.is_slower(medians[position]?.exp(), &deviations.series[position]?))
        });
        if before == Some(true) {
            HistoryOutcome::Slower
        } else {
            HistoryOutcome::BeyondOnce
        }
    }

    /// Whether a run with that p50, ns, lies beyond its limit, and by so much that it matters.
    fn is_slower(&self, p50: f64, deviation: &Deviation) -> bool {
        self.gate.is_slower(deviation) && p50 - p50 / deviation.effect_ratio > LEAST_EFFECT
    }

    fn vantage_change(
        &self,
        operation: Operation,
        connection: ConnectionMode,
    ) -> Option<VantageChange> {
        let enough = self.deviations.series.iter().flatten().count() >= History::LEAST_ENDPOINTS;
        let common = self.deviations.common.filter(|_| enough)?;
        let beyond = common.z.abs() > common.limit && common.z.abs() > self.gate.effect_ratio.ln();
        let (ratio, limit_ratio) = (common.effect_ratio, common.limit.exp());
        beyond.then_some(VantageChange {
            operation,
            connection,
            ratio,
            limit_ratio,
        })
    }
}
