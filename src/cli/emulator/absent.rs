//! The place of the emulator in a program that was built without the feature `simulate`: there is none, and `--simulate` has
//! been refused before.

use crate::cli::command_error::CommandError;
use crate::cli::options::run::TargetOptions;
use crate::place::LocalRegion;
use crate::session::{SimulatedService, StopSwitch};

/// A link or an emulator that cannot be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Never {}

pub(crate) fn examine(_: &TargetOptions, _: Option<&LocalRegion>) -> Result<(), CommandError> {
    Ok(())
}

pub(crate) fn prepare(_: &TargetOptions) -> Result<Option<Never>, CommandError> {
    Ok(None)
}

pub(crate) fn start(
    _: &TargetOptions,
    _: Option<&LocalRegion>,
    _: u64,
    link: Option<Never>,
    _: StopSwitch,
) -> Result<Option<Never>, CommandError> {
    Ok(link)
}

pub(crate) fn service(never: &Never) -> SimulatedService {
    match *never {}
}

pub(crate) fn requests_seen(never: Never) -> anyhow::Result<Option<u64>> {
    match never {}
}
