//! The emulator of this program's own, started as a child process.

use anyhow::Context as _;

use crate::session::SimulatedService;
use sts_emulator::{EmulatorProcess, PreparedLink};

/// Starts an emulator of `selector` as seen from `region` and waits until it serves.
pub(crate) fn start(
    region: &str,
    selector: &str,
    seed: u64,
    link: PreparedLink,
) -> anyhow::Result<EmulatorProcess> {
    let seed = seed.to_string();
    launch(
        link,
        &["--from", region, "--endpoints", selector, "--seed", &seed],
    )
}

/// Starts the emulator that the text of a fleet file describes, over that link, and waits until it serves.
pub(crate) fn start_described(toml: &str, link: PreparedLink) -> anyhow::Result<EmulatorProcess> {
    launch(link, &["--fleet-toml", toml])
}

fn launch(link: PreparedLink, arguments: &[&str]) -> anyhow::Result<EmulatorProcess> {
    let program =
        std::env::current_exe().context("cannot find this program to start the simulated fleet")?;
    Ok(EmulatorProcess::start_over(link, program, arguments)?)
}

/// What a session needs to know of the emulator.
pub(crate) fn service(emulator: &EmulatorProcess) -> SimulatedService {
    SimulatedService::announced(emulator.announcement(), emulator.announced_endpoints())
}
