//! The emulator that a simulated run calls: started as a child process of its own, or announced by one that runs already.

use std::path::Path;

use anyhow::Context as _;

use super::shared::SharedEmulator;
use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::endpoints::located;
use crate::cli::options::run::TargetOptions;
use crate::place::LocalRegion;
use crate::session::{SimulatedService, StopSwitch};
use sts_emulator::{EmulatorProcess, EmulatorProcessError, Link, PreparedLink};

/// The link of a simulated run. Must be called before the process has threads.
pub(crate) fn prepare(options: &TargetOptions) -> Result<Option<PreparedLink>, CommandError> {
    let own = options
        .simulate
        .as_ref()
        .filter(|_| options.emulator.is_none());
    own.map(|_| options.link.unwrap_or(Link::Auto))
        .map(PreparedLink::prepare)
        .transpose()
        .or_exit(Exit::Usage)
}

/// Refuses what [`start`] would of an emulator that runs already, with nothing started.
pub(crate) fn examine(
    options: &TargetOptions,
    local: Option<&LocalRegion>,
) -> Result<(), CommandError> {
    match (&options.simulate, &options.emulator) {
        (Some(region), Some(path)) => shared(path, region, &located(options, local)?).map(drop),
        _ => Ok(()),
    }
}

fn shared(path: &Path, region: &str, selector: &str) -> Result<SharedEmulator, CommandError> {
    SharedEmulator::read(path, region, selector)
        .with_context(|| format!("--emulator {}", path.display()))
        .or_exit(Exit::Usage)
}

/// The emulator of a simulated run.
pub(crate) enum RunEmulator {
    /// It was started for this run.
    Own(Box<EmulatorProcess>),
    /// It runs already, and serves others too.
    Shared(Box<SharedEmulator>),
}

/// The emulator of a simulated run: the one that announced itself, or one that is started; this waits until that one serves, and
/// when it ends, `stop` ends the calls.
pub(crate) fn start(
    options: &TargetOptions,
    local: Option<&LocalRegion>,
    seed: u64,
    link: Option<PreparedLink>,
    stop: StopSwitch,
) -> Result<Option<RunEmulator>, CommandError> {
    let Some(region) = &options.simulate else {
        return Ok(None);
    };
    let selector = located(options, local)?;
    if let Some(path) = &options.emulator {
        let shared = shared(path, region, &selector)?;
        return Ok(Some(RunEmulator::Shared(Box::new(shared))));
    }
    let Some(link) = link else {
        return Ok(None);
    };
    let seed = seed.to_string();
    launch(
        link,
        &["--from", region, "--endpoints", &selector, "--seed", &seed],
        move || stop.stop_calls_because(FLEET_ENDED),
    )
    .map(|process| Some(RunEmulator::Own(Box::new(process))))
    .map_err(|error| {
        let failure = error.downcast_ref::<EmulatorProcessError>();
        let exit = match failure {
            Some(failure) if failure.is_end() => Exit::NoData,
            _ => Exit::Usage,
        };
        CommandError::new(exit, error)
    })
}

/// Starts the emulator that the text of a fleet file describes, over that link, and waits until it serves.
pub(crate) fn start_described(toml: &str, link: PreparedLink) -> anyhow::Result<RunEmulator> {
    let process = launch(link, &["--fleet-toml", toml], || ())?;
    Ok(RunEmulator::Own(Box::new(process)))
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
pub(crate) fn service(fleet: &RunEmulator) -> SimulatedService {
    match fleet {
        RunEmulator::Own(process) => {
            SimulatedService::announced(process.announcement(), process.announced_endpoints())
        }
        RunEmulator::Shared(shared) => {
            SimulatedService::announced(&shared.emulator, &shared.endpoints)
        }
    }
}

/// Ends the emulator that was started; returns how many requests it has seen, or why it cannot say so. One that others call
/// too goes on and counts for all.
pub(crate) fn requests_seen(fleet: RunEmulator) -> anyhow::Result<Option<u64>> {
    match fleet {
        RunEmulator::Own(process) => Ok(Some(process.finish()?.requests())),
        RunEmulator::Shared(_) => Ok(None),
    }
}

const FLEET_ENDED: &str = "the simulated fleet ended";
