//! Run after run: which were slower than those before them, and which therefore do not count as usual.
//!
//! An endpoint that is slower stays so until two runs in a row are within its limit again, or a person accepts the new level:
//! its runs meanwhile are kept out of what later ones are held against. Nothing of that is stored; it follows from the runs.

use latency_stats::{Deviation, Deviations, HistoryGate};
use time::OffsetDateTime;

use super::outcome::History;

/// The runs of one group, the oldest first, each held against those before it.
pub(super) struct Episodes {
    /// What became of each run, the oldest first; the last one is the run that is judged.
    pub(super) steps: Vec<Step>,
    /// The logarithms of the medians of all runs but the last, of those that count for it.
    pub(super) usual: Vec<Vec<Option<f64>>>,
}

/// One run of a group against those before it, endpoint by endpoint.
pub(super) struct Step {
    /// The run against those before it that count.
    pub(super) deviations: Deviations,
    /// How many earlier runs count, at most [`History::WINDOW`].
    pub(super) runs: Vec<usize>,
    /// Where each endpoint is beyond its limit; `None` where that cannot be said.
    pub(super) beyond: Vec<Option<bool>>,
    /// The first run from which on it is slower, until now.
    pub(super) since: Vec<Option<usize>>,
}

impl Episodes {
    /// Of the logarithms of medians in ns: one row for each run, begun at that time; the last one is judged.
    pub(super) fn of(
        gate: &HistoryGate,
        runs: &[Vec<Option<f64>>],
        started: &[OffsetDateTime],
    ) -> Self {
        let endpoints = runs.last().map_or(0, Vec::len);
        let mut usual: Vec<Vec<Option<f64>>> = Vec::with_capacity(runs.len());
        let mut steps: Vec<Step> = Vec::with_capacity(runs.len());
        let mut since = vec![None; endpoints];
        for (at, run) in runs.iter().enumerate() {
            let deviations = gate.compare(&usual, run);
            let is_beyond = |endpoint: usize| {
                let (p50, deviation) = run[endpoint].zip(deviations.series[endpoint])?;
                Some(is_slower(gate, p50.exp(), &deviation))
            };
            let beyond: Vec<Option<bool>> = (0..endpoints).map(is_beyond).collect();
            usual.push(run.clone());
            let before = (0..at).rfind(|&before| started[before] + History::APART <= started[at]);
            for endpoint in 0..endpoints {
                let was = before.and_then(|before| steps[before].beyond[endpoint]);
                match (since[endpoint], beyond[endpoint]) {
                    (None, Some(true)) if was == Some(true) => since[endpoint] = before,
                    (Some(_), Some(false)) if was == Some(false) => since[endpoint] = None,
                    _ => {}
                }
                for run in since[endpoint].map_or(0..0, |first| first..at + 1) {
                    usual[run][endpoint] = None;
                }
            }
            let counted = |endpoint: usize| usual[..at].iter().flat_map(move |run| run[endpoint]);
            steps.push(Step {
                deviations,
                runs: (0..endpoints)
                    .map(|endpoint| counted(endpoint).count().min(History::WINDOW))
                    .collect(),
                beyond,
                since: since.clone(),
            });
        }
        usual.pop();
        Self { steps, usual }
    }
}

/// Whether a p50, ns, lies beyond its limits, and by so much that it matters.
pub(super) fn is_slower(gate: &HistoryGate, p50: f64, deviation: &Deviation) -> bool {
    gate.is_slower(deviation) && p50 - p50 / deviation.least_ratio() > LEAST_EFFECT
}

/// Slower by less than this does not matter, ns.
const LEAST_EFFECT: f64 = 2e6;
