//! The endpoints of one group against their history, each other's control.

use latency_stats::{Deviation, Deviations, HistoryGate};

use crate::judge::row::Row;
use crate::plan::Group;

use super::outcome::{Change, History, HistoryLine, HistoryOutcome, VantageChange};
use super::past::Past;

/// The endpoints of one operation and kind of connection, each other's control.
pub(super) struct GroupHistory {
    gate: HistoryGate,
    now: Vec<Option<f64>>,
    deviations: Deviations,
    /// The run before, by its own history, with the logarithms of its medians.
    previous: Option<(Deviations, Vec<Option<f64>>)>,
    runs: Vec<usize>,
}

impl GroupHistory {
    pub(super) fn of(rows: &[&Row], past: &[Past], present: &Past) -> Self {
        let medians = |run: &Past| {
            rows.iter()
                .map(|row| run.medians.get(&row.name()).copied())
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

    pub(super) fn line(&self, position: usize, row: &Row) -> HistoryLine {
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

    pub(super) fn vantage_change(&self, group: Group) -> Option<VantageChange> {
        let enough = self.deviations.series.iter().flatten().count() >= History::LEAST_ENDPOINTS;
        let common = self.deviations.common.filter(|_| enough)?;
        let beyond = common.z.abs() > common.limit && common.z.abs() > self.gate.effect_ratio.ln();
        let (ratio, limit_ratio) = (common.effect_ratio, common.limit.exp());
        beyond.then_some(VantageChange {
            operation: group.operation,
            connection: group.connection,
            ratio,
            limit_ratio,
        })
    }
}

/// Slower by less than this does not matter, ns.
const LEAST_EFFECT: f64 = 2e6;
