//! The endpoints of one group against their history, each other's control.

use latency_stats::{Deviation, HistoryGate};

use crate::judge::row::Row;
use crate::plan::Group;
use crate::results::AcceptedLevel;

use super::accepted;
use super::episodes::{Episodes, is_slower};
use super::outcome::{Change, Creep, History, HistoryLine, HistoryOutcome, VantageChange};
use super::past::Past;

/// The endpoints of one operation and kind of connection, each other's control.
pub(super) struct GroupHistory<'a> {
    gate: HistoryGate,
    past: &'a [Past],
    now: Vec<Option<f64>>,
    episodes: Episodes,
    creep: Vec<Option<Deviation>>,
}

impl<'a> GroupHistory<'a> {
    pub(super) fn of(
        rows: &[&Row],
        past: &'a [Past],
        present: &Past,
        accepted: &[AcceptedLevel],
    ) -> Self {
        let medians = |run: &Past| {
            rows.iter()
                .map(|row| run.medians.get(&row.name()).copied())
                .collect::<Vec<_>>()
        };
        let gate = HistoryGate {
            window: History::WINDOW,
            least_runs: History::LEAST_RUNS,
            ..HistoryGate::default()
        };
        let now = medians(present);
        let mut runs: Vec<_> = past.iter().chain([present]).map(medians).collect();
        for (endpoint, row) in rows.iter().enumerate() {
            accepted::move_to(accepted, &row.name(), endpoint, past, &mut runs, &gate);
        }
        let started: Vec<_> = past
            .iter()
            .chain([present])
            .map(|run| run.started)
            .collect();
        let episodes = Episodes::of(&gate, &runs, &started);
        let creep = gate.creep(&episodes.usual, &now);
        Self {
            gate,
            past,
            now,
            episodes,
            creep,
        }
    }

    pub(super) fn line(&self, position: usize, row: &Row) -> HistoryLine {
        let p50 = self.now[position].map(f64::exp);
        let deviation = self.episodes.deviations.series[position];
        let runs = self
            .episodes
            .usual
            .iter()
            .filter(|run| run[position].is_some())
            .count()
            .min(History::WINDOW);
        let since = self.episodes.since[position].filter(|_| self.episodes.beyond[position]);
        let outcome = match (p50, deviation) {
            (None, _) => HistoryOutcome::NoData,
            (Some(_), Some(_)) if since.is_some() => HistoryOutcome::Slower,
            (Some(_), Some(_)) if self.episodes.beyond[position] => HistoryOutcome::BeyondOnce,
            (Some(_), Some(_)) => HistoryOutcome::Steady,
            _ if runs < History::LEAST_RUNS => HistoryOutcome::TooFewRuns,
            _ => HistoryOutcome::NoControl,
        };
        let creep = p50
            .zip(self.creep[position])
            .filter(|(p50, creep)| since.is_none() && is_slower(&self.gate, *p50, creep));
        HistoryLine {
            endpoint: row.endpoint.clone(),
            operation: row.operation,
            connection: row.connection,
            p50,
            runs,
            change: p50
                .zip(deviation)
                .map(|(p50, deviation)| self.change(p50, &deviation)),
            outcome,
            slower_since: since.map(|first| self.past[first].run_id.clone()),
            creep: creep.map(|(_, creep)| Creep {
                ratio: creep.effect_ratio,
                limit_ratio: creep.limit.exp(),
            }),
        }
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

    pub(super) fn vantage_change(&self, group: Group) -> Option<VantageChange> {
        let deviations = &self.episodes.deviations;
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
}
