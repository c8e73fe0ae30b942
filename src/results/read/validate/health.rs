//! Whether what a run says of its machine is possible.

use crate::health::{Health, MAX_EVENTS, WINDOW_STEPS};
use crate::results::model::run::Run;

use super::rules::require;

/// A thread uses one core, and no machine has more of them.
const MAX_CORES: f64 = 1000.0;

/// The shares of a core that the measuring thread used.
pub(super) fn check_cpu_ratios(run: &Run) -> Result<(), String> {
    for (what, ratio) in [
        ("measuring_cpu_ratio", run.conditions.measuring_cpu_ratio),
        ("spin_cpu_ratio", run.conditions.spin_cpu_ratio),
    ] {
        let known = ratio.is_none_or(|ratio| (0.0..=MAX_CORES).contains(&ratio));
        require(known, || {
            format!("{what}: {ratio:?}; allowed: 0 to {MAX_CORES}")
        })?;
    }
    Ok(())
}

/// What the machine did during the run.
pub(super) fn check_health(health: &Health) -> Result<(), String> {
    let (stalls, clocks) = (&health.stalls, health.clocks.as_ref());
    let listed = clocks.map_or(0, |clocks| {
        clocks.first_steps.len().max(clocks.first_suspensions.len())
    });
    let listed = listed.max(stalls.first.len());
    require(listed <= MAX_EVENTS, || {
        format!("{listed} events of health of a kind")
    })?;
    let (touched, calls) = (stalls.calls_touched, stalls.calls);
    require(touched <= calls, || {
        format!("{touched} of {calls} calls touched by stalls")
    })?;
    let windows = health
        .processor
        .as_ref()
        .map_or(WINDOW_STEPS, |processor| processor.windows.len());
    require(windows == WINDOW_STEPS, || {
        format!("{windows} steps of health's windows instead of {WINDOW_STEPS}")
    })?;
    let (all, stolen) = health
        .host
        .map_or((0, 0), |host| (host.all_ticks, host.stolen_ticks));
    require(stolen <= all, || format!("{stolen} stolen ticks of {all}"))
}
