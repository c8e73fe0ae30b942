//! A run against those before it: whether an endpoint has become slower than it was, apart from what all endpoints of a
//! vantage went through together.
//!
//! One slow run says little, because what disturbs a vantage lasts minutes: an endpoint is called slower when this run and
//! the one before it each lie beyond their own limit.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::operation::Operation;
use crate::plan::Connection;
use crate::results::{Check, Claims, Run, moment};
use crate::stats::{self, Deviation, Deviations, HistoryGate};

use super::between::{LEEWAY, future, require_comparable, require_valid};
use super::summarise::rows_and_checks;
use super::{BetweenError, Place, Row};

/// What of a run is kept as history.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    started: OffsetDateTime,
    run_id: String,
    /// The logarithms of p50 in ns, where the run supports one.
    medians: BTreeMap<Key, f64>,
}

type Key = (String, Operation, Connection);

impl Past {
    /// Of `run`, as history of `candidate`.
    ///
    /// # Errors
    /// [`BetweenError`] when the two did not measure alike, or the run is invalid.
    pub fn of(run: &Run, candidate: &Run) -> Result<Self, BetweenError> {
        require_comparable(run, candidate)?;
        Self::unchecked(run)
    }

    fn unchecked(run: &Run) -> Result<Self, BetweenError> {
        let (rows, checks) = rows_and_checks(run);
        require_valid(run, &checks)?;
        let median = |row: &Row| Some((key(row), p50(run, row, &checks)?.ln()));
        Ok(Self {
            started: moment(&run.started_at).unwrap_or(OffsetDateTime::UNIX_EPOCH),
            run_id: run.run_id.clone(),
            medians: rows.iter().filter_map(median).collect(),
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
    let forbidden = checks.iter().any(|check| check.forbids(row.target, MEDIAN, Claims::All));
    if forbidden || row.failures_reach(MEDIAN) || row.service_time.count < stats::samples_needed(MEDIAN)? {
        return None;
    }
    let times = run.series[usize::from(row.target.0)].service_time.to_hdr();
    stats::quantile(&times, MEDIAN).filter(|p50| *p50 > 0.0)
}

const MEDIAN: f64 = 0.5;

/// A run against those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The runs that it was set against, oldest first; the latest [`History::WINDOW`] of those that were given.
    pub runs: Vec<String>,
    /// One line for each target of the run, in the plan's order.
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
    pub connection: Connection,
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
    pub connection: Connection,
    /// The median endpoint's p50 over what was to be expected.
    pub ratio: f64,
    /// The ratio that an unchanged vantage exceeds in 0.2 % of runs, up or down.
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
}

impl HistoryOutcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Steady, Self::BeyondOnce, Self::Slower, Self::TooFewRuns, Self::NoControl, Self::NoData];

    /// As in files and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::BeyondOnce => "beyond its limit once",
            Self::Slower => "slower",
            Self::TooFewRuns => "too few runs",
            Self::NoControl => "too few endpoints",
            Self::NoData => "no data",
        }
    }
}

impl History {
    /// How many of the latest runs count.
    pub const WINDOW: usize = 30;
    /// How many runs a target needs; below, only conditions within one run can be proven.
    pub const LEAST_RUNS: usize = 10;
    /// How many endpoints of an operation and kind of connection it takes.
    pub const LEAST_ENDPOINTS: usize = 3;
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
pub fn against_history(candidate: &Run, mut past: Vec<Past>, now: OffsetDateTime) -> Result<History, BetweenError> {
    let present = Past::unchecked(candidate)?;
    let mut notices = Vec::new();
    if present.started > now + LEEWAY {
        notices.push(future("candidate", candidate));
    }
    past.retain(|run| run.started <= present.started && run.run_id != present.run_id);
    past.sort_by(|a, b| a.started.cmp(&b.started).then_with(|| a.run_id.cmp(&b.run_id)));
    past.dedup_by(|a, b| a.run_id == b.run_id);
    past.drain(..past.len().saturating_sub(History::READ));

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
    let counted = past.len().saturating_sub(History::WINDOW);
    Ok(History {
        runs: past.into_iter().skip(counted).map(|run| run.run_id).collect(),
        lines: lines.into_iter().flatten().collect(),
        vantage,
        notices,
    })
}

fn kinds(rows: &[Row]) -> Vec<(Operation, Connection)> {
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
    /// The run before, by its own history.
    previous: Option<Deviations>,
    runs: Vec<usize>,
}

impl Kind {
    fn of(rows: &[&Row], past: &[Past], present: &Past) -> Self {
        let medians = |run: &Past| rows.iter().map(|row| run.medians.get(&key(row)).copied()).collect::<Vec<_>>();
        let history: Vec<Vec<Option<f64>>> = past.iter().map(medians).collect();
        let now = medians(present);
        let gate = HistoryGate { window: History::WINDOW, least_runs: History::LEAST_RUNS, ..HistoryGate::default() };
        let recent = &history[history.len().saturating_sub(History::WINDOW)..];
        let runs = (0..rows.len()).map(|at| recent.iter().filter(|run| run[at].is_some()).count()).collect();
        let deviations = gate.compare(&history, &now);
        let previous = history.split_last().map(|(last, before)| gate.compare(before, last));
        Self { gate, now, deviations, previous, runs }
    }

    fn line(&self, position: usize, row: &Row) -> HistoryLine {
        let p50 = self.now[position].map(f64::exp);
        let deviation = self.deviations.series[position];
        let change = p50.zip(deviation).map(|(p50, deviation)| Change {
            expected: p50 / deviation.effect_ratio,
            ratio: deviation.effect_ratio,
            limit_ratio: deviation.limit.exp(),
        });
        let outcome = match (p50, change, deviation) {
            (None, ..) => HistoryOutcome::NoData,
            (_, Some(change), Some(deviation)) => self.outcome(position, change, &deviation),
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

    fn outcome(&self, position: usize, change: Change, deviation: &Deviation) -> HistoryOutcome {
        let matters = change.expected * (change.ratio - 1.0) > LEAST_EFFECT;
        if !(self.gate.is_slower(deviation) && matters) {
            return HistoryOutcome::Steady;
        }
        let before = self.previous.as_ref().and_then(|previous| previous.series[position]);
        if before.is_some_and(|before| self.gate.is_slower(&before)) {
            HistoryOutcome::Slower
        } else {
            HistoryOutcome::BeyondOnce
        }
    }

    fn vantage_change(&self, operation: Operation, connection: Connection) -> Option<VantageChange> {
        let enough = self.now.iter().flatten().count() >= History::LEAST_ENDPOINTS;
        let common = self.deviations.common.filter(|_| enough)?;
        let beyond = common.z.abs() > common.limit && common.z.abs() > self.gate.effect_ratio.ln();
        let (ratio, limit_ratio) = (common.effect_ratio, common.limit.exp());
        beyond.then_some(VantageChange { operation, connection, ratio, limit_ratio })
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::fixture::{Fixture, answer, refused};

    use super::*;

    fn now() -> OffsetDateTime {
        moment("2026-12-31T00:00:00Z").expect("a date")
    }

    /// A run of that day: so many milliseconds by endpoint, with little noise within the run and 2 % from run to run.
    fn run(day: u32, endpoints: &str, milliseconds: impl Fn(&str) -> f64) -> Run {
        let drift =
            |name: &str| 1.0 + 0.02 * (f64::from(day) * 1.7 + name.len() as f64 + f64::from(name.as_bytes()[8])).sin();
        let fixture = Fixture::of(endpoints).noisy(32, day.into(), 0.01, |target| {
            let name = target.endpoint.name.as_str();
            milliseconds(name) * drift(name)
        });
        dated(fixture.run(), day)
    }

    fn dated(run: Run, day: u32) -> Run {
        let started_at = format!("2026-{:02}-{:02}T06:00:00Z", 10 + (day - 1) / 28, 1 + (day - 1) % 28);
        Run { run_id: format!("day-{day}"), started_at, ..run }
    }

    const FOUR: &str = "eu-west-1,eu-west-2,eu-west-3,eu-north-1";

    fn usual(day: u32) -> Run {
        run(day, FOUR, |_| 100.0)
    }

    /// The candidate against runs of the days before, which are as usual but for those that are given.
    fn judge(days: u32, changed: &[Run], candidate: &Run) -> History {
        let mut past: Vec<Run> = (1..=days).map(usual).collect();
        for run in changed {
            let at = past.iter().position(|other| other.run_id == run.run_id).expect("a day of the past");
            past[at] = run.clone();
        }
        let past = past.iter().map(|run| Past::of(run, candidate).expect("comparable")).collect();
        against_history(candidate, past, now()).expect("judged")
    }

    fn outcomes(history: &History) -> Vec<HistoryOutcome> {
        history.lines.iter().map(|line| line.outcome).collect()
    }

    fn slow(day: u32) -> Run {
        run(day, FOUR, |name| if name == "eu-west-3" { 130.0 } else { 100.0 })
    }

    #[test]
    fn an_endpoint_is_slower_when_two_runs_in_a_row_say_so() {
        use HistoryOutcome::{BeyondOnce, Slower, Steady};
        assert_eq!(outcomes(&judge(14, &[], &usual(15))), [Steady; 4]);
        let once = judge(14, &[], &slow(15));
        assert_eq!(outcomes(&once), [Steady, Steady, BeyondOnce, Steady]);
        let twice = judge(14, &[slow(14)], &slow(15));
        assert_eq!(outcomes(&twice), [Steady, Steady, Slower, Steady], "{twice:#?}");
        let change = twice.lines[2].change.expect("a change");
        assert!((change.ratio / 1.3 - 1.0).abs() < 0.05 && (change.expected / 100e6 - 1.0).abs() < 0.05, "{change:?}");
        let over = judge(14, &[slow(13)], &slow(15));
        assert_eq!(outcomes(&over)[2], BeyondOnce, "not in a row");
        assert_eq!(outcomes(&judge(14, &[slow(14)], &usual(15))), [Steady; 4], "it is over");
        assert!(twice.vantage.is_empty());
    }

    #[test]
    fn what_all_endpoints_went_through_is_the_vantage_and_no_endpoint() {
        let all = |day: u32| run(day, FOUR, |_| 150.0);
        let found = judge(14, &[all(14)], &all(15));
        assert_eq!(outcomes(&found), [HistoryOutcome::Steady; 4], "{found:#?}");
        assert!(found.vantage.len() == 1 && (found.vantage[0].ratio / 1.5 - 1.0).abs() < 0.05, "{found:#?}");
        let faster = judge(14, &[], &run(15, FOUR, |_| 70.0));
        assert!(faster.vantage.len() == 1 && faster.vantage[0].ratio < 0.8, "{faster:#?}");
    }

    #[test]
    fn a_vantage_that_changes_within_a_run_takes_no_endpoint_out_of_it() {
        use HistoryOutcome::{Slower, Steady};
        let stepping = |day: u32, slow: f64| {
            let run = Fixture::of(FOUR).calls(192, |target, i| {
                let own = if target.endpoint.name == "eu-west-3" { slow } else { 1.0 };
                let step = if i < 96 { 50.0 } else { 75.0 };
                answer((own * step) as u64 + u64::from((i * 7 + day) % 3))
            });
            dated(run.run(), day)
        };
        let candidate = stepping(15, 1.3);
        let (rows, checks) = rows_and_checks(&candidate);
        assert!(checks.iter().any(|check| check.forbids(rows[0].target, MEDIAN, Claims::OneEndpoint)), "{checks:#?}");
        let past = (1..=14).map(|day| stepping(day, if day == 14 { 1.3 } else { 1.0 }));
        let past = past.map(|run| Past::of(&run, &candidate).expect("comparable")).collect();
        let found = against_history(&candidate, past, now()).expect("judged");
        assert_eq!(outcomes(&found), [Steady, Steady, Slower, Steady], "{found:#?}");
    }

    #[test]
    fn two_milliseconds_more_do_not_matter() {
        let near = |slow: bool, day: u32| {
            let change = move |name: &str| if slow && name == "eu-west-3" { 6.5 } else { 5.0 };
            run(day, FOUR, change)
        };
        let candidate = near(true, 15);
        let past = (1..=14).map(|day| Past::of(&near(day == 14, day), &candidate).expect("comparable")).collect();
        let found = against_history(&candidate, past, now()).expect("judged");
        let change = found.lines[2].change.expect("a change");
        assert!(change.ratio > change.limit_ratio && change.ratio > 1.2, "{change:?}");
        assert_eq!(outcomes(&found), [HistoryOutcome::Steady; 4]);
    }

    #[test]
    fn too_few_runs_endpoints_and_answers_are_said_and_never_passed() {
        use HistoryOutcome::{NoControl, NoData, TooFewRuns};
        assert_eq!(outcomes(&judge(0, &[], &usual(15))), [TooFewRuns; 4]);
        let nine = judge(9, &[], &slow(15));
        assert_eq!(outcomes(&nine), [TooFewRuns; 4]);
        assert_eq!((nine.lines[0].runs, nine.runs.len()), (9, 9));
        assert!(outcomes(&judge(10, &[], &usual(15))).iter().all(|outcome| *outcome == HistoryOutcome::Steady));

        let two = |day: u32| run(day, "eu-west-1,eu-west-2", |_| 100.0);
        let candidate = two(15);
        let past = (1..=14).map(|day| Past::of(&two(day), &candidate).expect("comparable")).collect();
        assert_eq!(outcomes(&against_history(&candidate, past, now()).expect("judged")), [NoControl; 2]);

        let fixture = Fixture::of(FOUR).noisy(32, 15, 0.01, |_| 100.0).calls_of("eu-west-1", 32, |_| refused());
        let silent = dated(fixture.run(), 15);
        if let Ok(found) = against_history(&silent, Vec::new(), now()) {
            assert_eq!(outcomes(&found)[0], NoData);
        }
        let added = run(15, "eu-west-1,eu-west-2,eu-west-3,eu-north-1,us-east-1", |_| 100.0);
        let found = judge(14, &[], &added);
        assert_eq!(outcomes(&found)[4], TooFewRuns, "an endpoint without a past is not judged by it: {found:#?}");
        assert!(outcomes(&found)[..4].iter().all(|outcome| *outcome == HistoryOutcome::Steady));
    }

    #[test]
    fn only_runs_before_the_candidate_are_its_history_and_each_counts_once() {
        let candidate = usual(15);
        let of = |days: &[u32]| -> Vec<Past> {
            days.iter().map(|&day| Past::of(&usual(day), &candidate).expect("comparable")).collect()
        };
        let found = against_history(&candidate, of(&[20, 3, 1, 2, 2, 1, 16]), now()).expect("judged");
        assert_eq!(found.runs, ["day-1", "day-2", "day-3"]);
        let long: Vec<u32> = (1..=40).collect();
        let candidate = usual(50);
        let past = long.iter().map(|&day| Past::of(&usual(day), &candidate).expect("comparable")).collect();
        let found = against_history(&candidate, past, now()).expect("judged");
        assert_eq!((found.runs.len(), found.runs[0].as_str(), found.lines[0].runs), (30, "day-11", 30));
        let future = moment("2026-10-01T00:00:00Z").expect("a date");
        let found = against_history(&candidate, Vec::new(), future).expect("judged");
        assert!(found.notices[0].contains("dated in the future"), "{found:?}");
    }

    #[test]
    fn runs_of_another_kind_are_no_history() {
        let candidate = usual(15);
        assert!(matches!(Past::of(&candidate, &candidate), Err(BetweenError::SameRun { .. })));
        let mut elsewhere = usual(3);
        elsewhere.vantage.name = "a laptop".to_owned();
        assert!(matches!(Past::of(&elsewhere, &candidate), Err(BetweenError::Vantage { .. })));
        let nothing = dated(Fixture::of(FOUR).calls(32, |_, _| refused()).run(), 3);
        assert!(matches!(Past::of(&nothing, &candidate), Err(BetweenError::Invalid { .. })));
        assert!(matches!(against_history(&nothing, Vec::new(), now()), Err(BetweenError::Invalid { .. })));
    }
}
