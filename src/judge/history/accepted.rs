//! Levels that a person has accepted: what came before is moved to them.

use latency_stats::HistoryGate;

use crate::plan::TargetName;
use crate::results::{AcceptedLevel, moment};

use super::past::Past;

/// Moves one endpoint's earlier values to each level that was accepted for it, so that how much it varies stays known: by the
/// median of how far the runs since then lie from those before. Where those before are too few, they do not count.
pub(super) fn move_to(
    accepted: &[AcceptedLevel],
    name: &TargetName,
    endpoint: usize,
    past: &[Past],
    runs: &mut [Vec<Option<f64>>],
    gate: &HistoryGate,
) {
    let mut from: Vec<_> = accepted
        .iter()
        .filter(|level| level.is_of(name))
        .filter_map(|level| moment(&level.from_started_at))
        .collect();
    from.sort_unstable();
    from.dedup();
    for from in from {
        let first = past.partition_point(|run| run.started < from);
        let (before, since) = runs.split_at_mut(first);
        let since = &since[..past.len() - first];
        let change = |run: &Vec<Option<f64>>| Some(gate.compare(before, run).series[endpoint]?.z);
        let changes: Vec<f64> = since.iter().filter_map(change).collect();
        let change = latency_stats::median(&changes);
        if since.is_empty() {
            continue;
        }
        for run in before {
            run[endpoint] = run[endpoint]
                .zip(change)
                .map(|(value, change)| value + change);
        }
    }
}
