//! Whether what a simulated run says of the emulator can be shown.

use crate::results::model::header::Simulation;
use crate::results::model::limits::MAX_TARGETS;

use super::rules::{check_text, is_name, require};

/// The emulator's description is shown too.
pub(super) fn check_simulation(simulation: &Simulation) -> Result<(), String> {
    for name in [&simulation.region, &simulation.link] {
        require(is_name(name), || {
            format!("a simulated fleet's Region or link {name:.64?}")
        })?;
    }
    simulation
        .why_not_kernel
        .as_ref()
        .map_or(Ok(()), |text| check_text(text))?;
    require(simulation.injected.len() <= MAX_TARGETS, || {
        format!(
            "{} endpoints of a simulated fleet",
            simulation.injected.len()
        )
    })?;
    for injected in &simulation.injected {
        let named = is_name(&injected.endpoint)
            && injected
                .service_time_median_ns
                .keys()
                .all(|name| is_name(name));
        require(named, || {
            format!(
                "a simulated fleet's endpoint or operation: {:.64?}",
                injected.endpoint
            )
        })?;
        require(injected.service_time_median_ns.len() <= MAX_TARGETS, || {
            "too many operations of a fleet".to_owned()
        })?;
    }
    Ok(())
}
