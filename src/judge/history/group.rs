//! The endpoints of one group against their history, each other's control.

use latency_stats::{Deviation, HistoryGate};

use crate::plan::{Group, TargetName};
use crate::results::AcceptedLevel;

use super::accepted;
use super::episodes::{Episodes, Step, is_slower};
use super::failures::more_failures;
use super::outcome::{
    Change, Creep, History, HistoryLine, HistoryOutcome, MoreFailures, VantageChange,
};
use super::past::Past;

/// The endpoints of one operation and kind of connection, each other's control, in each run of a history.
pub(crate) struct GroupHistory<'a> {
    gate: HistoryGate,
    /// The runs, the oldest first.
    runs: Vec<&'a Past>,
    /// The endpoints.
    names: Vec<TargetName>,
    episodes: Episodes,
    /// Of the latest run.
    creep: Vec<Option<Deviation>>,
}

/// One endpoint in one run of its history.
pub(crate) struct Judged {
    /// In how many earlier runs it has a p50 that counts, at most [`History::WINDOW`].
    pub(crate) runs: usize,
    /// How it stands to them.
    pub(crate) change: Option<Change>,
    /// What follows.
    pub(crate) outcome: HistoryOutcome,
    /// The first run from which on it is slower, by number: also where this run is within the limit and the next decides.
    pub(crate) since: Option<usize>,
}

impl<'a> GroupHistory<'a> {
    /// Of these endpoints in `past`, the oldest first, and in `present`.
    pub(crate) fn of(
        names: Vec<TargetName>,
        past: &'a [Past],
        present: &'a Past,
        accepted: &[AcceptedLevel],
    ) -> Self {
        let medians = |run: &Past| {
            names
                .iter()
                .map(|name| run.medians.get(name).copied())
                .collect::<Vec<_>>()
        };
        let gate = HistoryGate {
            window: History::WINDOW,
            least_runs: History::LEAST_RUNS,
            ..HistoryGate::default()
        };
        let runs: Vec<&Past> = past.iter().chain([present]).collect();
        let mut values: Vec<_> = runs.iter().map(|run| medians(run)).collect();
        for (endpoint, name) in names.iter().enumerate() {
            accepted::move_to(accepted, name, endpoint, past, &mut values, &gate);
        }
        let started: Vec<_> = runs.iter().map(|run| run.started).collect();
        let episodes = Episodes::of(&gate, &values, &started);
        let creep = gate.creep(&episodes.usual, &medians(present));
        Self {
            gate,
            runs,
            names,
            episodes,
            creep,
        }
    }

    /// The endpoint at `position` in the latest run.
    pub(super) fn line(&self, position: usize) -> HistoryLine {
        let latest = self.latest();
        let name = &self.names[position];
        let judged = self.judged(latest, position);
        let since = self.slower_since(latest, position);
        HistoryLine {
            endpoint: name.endpoint.clone(),
            operation: name.group.operation,
            connection: name.group.connection,
            p50: self.p50(latest, position),
            runs: judged.runs,
            change: judged.change,
            outcome: judged.outcome,
            slower_since: since.map(|first| self.runs[first].run_id.clone()),
            creep: self.creep(position),
            failed: self.runs[latest].failed.get(name).copied(),
            failures: self.failures(position),
        }
    }

    /// That the endpoint at `position` fails more often in the latest run than before, where it does.
    pub(crate) fn failures(&self, position: usize) -> Option<MoreFailures> {
        more_failures(&self.runs, &self.names[position])
    }

    /// The endpoint at `position` in the run of that number, against those before it.
    pub(crate) fn judged(&self, run: usize, position: usize) -> Judged {
        let p50 = self.p50(run, position);
        let step = self.step(run);
        let deviation = step.deviations.series[position];
        let runs = step.runs[position];
        let outcome = match (p50, deviation) {
            (None, _) => HistoryOutcome::NoData,
            (Some(_), Some(_)) if self.slower_since(run, position).is_some() => {
                HistoryOutcome::Slower
            }
            (Some(_), Some(_)) if step.beyond[position] == Some(true) => HistoryOutcome::BeyondOnce,
            (Some(_), Some(_)) => HistoryOutcome::Steady,
            // No number of runs makes up for endpoints that the plan lacks.
            _ if self.names.len() < History::LEAST_ENDPOINTS => HistoryOutcome::NoControl,
            _ if runs < History::LEAST_RUNS => HistoryOutcome::TooFewRuns,
            _ => HistoryOutcome::NoControl,
        };
        Judged {
            runs,
            change: p50
                .zip(deviation)
                .map(|(p50, deviation)| self.change(p50, &deviation)),
            outcome,
            since: step.since[position],
        }
    }

    /// That the endpoint at `position` has crept up to the latest run, without being slower in it.
    pub(crate) fn creep(&self, position: usize) -> Option<Creep> {
        let latest = self.latest();
        let p50 = self.p50(latest, position)?;
        let creep = self.creep[position]?;
        let is_slower_already = self.slower_since(latest, position).is_some();
        (!is_slower_already && is_slower(&self.gate, p50, &creep)).then(|| Creep {
            ratio: creep.effect_ratio,
            limit_ratio: creep.limit.exp(),
        })
    }

    /// What all endpoints went through together in the run of that number, where that is beyond its limit.
    pub(crate) fn vantage_change(&self, run: usize, group: Group) -> Option<VantageChange> {
        let deviations = &self.step(run).deviations;
        let enough = deviations.series.iter().flatten().count() >= History::LEAST_ENDPOINTS;
        let common = deviations.common.filter(|_| enough)?;
        let beyond = common.z.abs() > common.limit && common.z.abs() > self.gate.effect_ratio.ln();
        let (ratio, limit_ratio) = (common.effect_ratio, common.limit.exp());
        beyond.then_some(VantageChange {
            operation: group.operation,
            connection: group.connection,
            ratio,
            limit_ratio,
            difference: deviations.common_constant,
        })
    }

    /// The number of the latest run.
    pub(crate) fn latest(&self) -> usize {
        self.runs.len() - 1
    }

    fn step(&self, run: usize) -> &Step {
        &self.episodes.steps[run]
    }

    fn p50(&self, run: usize, position: usize) -> Option<f64> {
        let median = self.runs[run].medians.get(&self.names[position])?;
        Some(median.exp())
    }

    /// The first run from which on the endpoint is slower, where it is in this one.
    fn slower_since(&self, run: usize, position: usize) -> Option<usize> {
        let step = self.step(run);
        step.since[position].filter(|_| step.beyond[position] == Some(true))
    }

    /// By the control that decides: the second one where it alone keeps an endpoint within its limit.
    fn change(&self, p50: f64, deviation: &Deviation) -> Change {
        let within = deviation
            .line
            .filter(|_| !is_slower(&self.gate, p50, deviation));
        let (ratio, limit) = within.map_or((deviation.effect_ratio, deviation.limit), |line| {
            (line.z.exp(), line.limit)
        });
        Change {
            expected: p50 / ratio,
            ratio,
            limit_ratio: limit.exp(),
        }
    }
}
