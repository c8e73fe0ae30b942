//! That a run was simulated, and how.

use crate::results::Simulation;

/// That a run was simulated, and how.
pub(crate) fn simulated(simulation: &Simulation) -> String {
    let link = match simulation.link.as_str() {
        "kernel" => "every packet was delayed, TCP's handshakes included (kernel link)".to_owned(),
        "bytes" => "the bytes of a connection were delayed, TCP's own handshake was not".to_owned(),
        other => format!("link {other}"),
    };
    let refused = simulation
        .why_not_kernel
        .as_ref()
        .map(|why| format!(" ({why})"))
        .unwrap_or_default();
    format!(
        "a fleet on this machine, seen as from {}, seed {}; {link}{refused}. These are not measurements of AWS.",
        simulation.region, simulation.seed
    )
}
