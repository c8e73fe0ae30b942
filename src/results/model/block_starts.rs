//! When the blocks of a run started.

use std::time::Duration;

use crate::plan::{Load, Plan};

use super::run::Run;
use super::window::offsets;

/// When each block starts, since the run's epoch: those of a window or stage from its own warm-up's end on.
pub(crate) fn block_starts(run: &Run) -> Vec<Duration> {
    let (windows, length) = (run.continuous_windows(), run.plan.block_length());
    let starts = windows
        .iter()
        .zip(offsets(&windows))
        .flat_map(|(window, offset)| {
            let measured = length.saturating_mul(window.blocks.into());
            let warmup = warmup(
                &run.plan,
                Duration::from_nanos(window.elapsed_ns).saturating_sub(measured),
            );
            let first = Duration::from_nanos(offset).saturating_add(warmup);
            (0..window.blocks)
                .map(move |number| first.saturating_add(length.saturating_mul(number.into())))
        });
    starts.collect()
}

/// How long the warm-up of a stretch takes. How long a closed load warms up depends on the answers, so that is what is
/// left beside the measured part.
fn warmup(plan: &Plan, left: Duration) -> Duration {
    match plan.load {
        Load::Audit { round, .. } => round.saturating_mul(plan.warmup_rounds),
        Load::Open {
            rate_per_second, ..
        } => {
            let calls = f64::from(plan.warmup_rounds) * plan.targets.len() as f64;
            Duration::try_from_secs_f64(calls / rate_per_second).unwrap_or_default()
        }
        Load::Closed { .. } => left,
    }
}
