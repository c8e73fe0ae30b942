//! How late calls were sent, and at which rate.

use crate::judge::estimate::merged;
use crate::plan::Load;
use crate::results::Run;

/// The share of an open load's rate at which its calls were really sent: a schedule that the machine cannot keep takes as
/// much longer as its last calls are late.
pub(super) fn pace(run: &Run) -> f64 {
    let Load::Open { duration, .. } = run.plan.load else {
        return 1.0;
    };
    let planned = duration.as_nanos() as f64;
    match lateness(run).filter(|_| planned > 0.0) {
        Some(late) => planned / (planned + late),
        None => 1.0,
    }
}

/// What 99 % of the calls were late at most, ns. Lateness belongs to the machine that measures, so all targets tell about
/// it together.
pub(super) fn lateness(run: &Run) -> Option<f64> {
    latency_stats::quantile(&merged(run, |series| &series.lateness).to_hdr(), 0.99)
}
