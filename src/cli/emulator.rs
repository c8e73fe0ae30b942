//! The emulator of this program's own, started as a child process.

use anyhow::Context as _;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::endpoints::located;
use crate::cli::options::run::TargetOptions;
use crate::place::LocalRegion;
use crate::session::{SimulatedService, StopSwitch};
use sts_emulator::{EmulatorProcess, Link, PreparedLink};

/// The link of a simulated run. Must be called before the process has threads.
pub(crate) fn prepare(options: &TargetOptions) -> Result<Option<PreparedLink>, CommandError> {
    let asked = options
        .simulate
        .as_ref()
        .map(|_| options.link.unwrap_or(Link::Auto));
    asked
        .map(PreparedLink::prepare)
        .transpose()
        .or_exit(Exit::Usage)
}

/// Starts the emulator of a simulated run and waits until it serves. When it ends, `stop` ends the calls.
pub(crate) fn start(
    options: &TargetOptions,
    local: Option<&LocalRegion>,
    seed: u64,
    link: Option<PreparedLink>,
    stop: StopSwitch,
) -> Result<Option<EmulatorProcess>, CommandError> {
    let (Some(region), Some(link)) = (&options.simulate, link) else {
        return Ok(None);
    };
    let selector = located(options, local)?;
    let seed = seed.to_string();
    launch(
        link,
        &["--from", region, "--endpoints", &selector, "--seed", &seed],
        move || stop.stop_calls_because(FLEET_ENDED),
    )
    .map(Some)
    .or_exit(Exit::Usage)
}

/// Starts the emulator that the text of a fleet file describes, over that link, and waits until it serves.
pub(crate) fn start_described(toml: &str, link: PreparedLink) -> anyhow::Result<EmulatorProcess> {
    launch(link, &["--fleet-toml", toml], || ())
}

fn launch(
    link: PreparedLink,
    arguments: &[&str],
    when_it_ends: impl FnOnce() + Send + 'static,
) -> anyhow::Result<EmulatorProcess> {
    let program =
        std::env::current_exe().context("cannot find this program to start the simulated fleet")?;
    Ok(EmulatorProcess::start_over(
        link,
        program,
        arguments,
        when_it_ends,
    )?)
}

/// What a session needs to know of the emulator.
pub(crate) fn service(process: &EmulatorProcess) -> SimulatedService {
    SimulatedService::announced(process.announcement(), process.announced_endpoints())
}

/// Ends the emulator; returns how many requests it has seen, or why it cannot say so.
pub(crate) fn requests_seen(process: EmulatorProcess) -> anyhow::Result<u64> {
    Ok(process.finish()?.requests())
}

const FLEET_ENDED: &str = "the simulated fleet ended";
