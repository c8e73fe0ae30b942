//! `stsbench recover`: a run that was cut off, rebuilt from what it had written until then.

use std::path::PathBuf;

use crate::compare;
use crate::results::{self, Directory};

use super::diagnostics::say;
use super::exit::{Exit, OrExit, Refusal};
use super::options::{NonEmptyPath, OutputOptions, When};
use super::output;

/// `stsbench recover`.
#[derive(Debug, clap::Args)]
pub(super) struct RecoverOptions {
    /// The directory that the run was writing to
    #[arg(value_name = "DIR", value_parser = NonEmptyPath)]
    directory: PathBuf,
}

/// Rebuilds `run.json` and the report in place, and prints the report.
pub(super) fn recover(options: &RecoverOptions) -> Result<Exit, Refusal> {
    let mut run = results::recover(&options.directory).or_exit(Exit::Usage)?;
    let directory = Directory::open(&options.directory).or_exit(Exit::NotWritten)?;
    let summary = compare::summarise(&run);
    run.checks.clone_from(&summary.checks);
    results::write(&directory, &run).or_exit(Exit::NotWritten)?;
    output::write_report(&directory, &run, &summary).or_exit(Exit::NotWritten)?;
    let samples: u64 = run.series.iter().map(|series| series.counts.issued + series.counts.warmup).sum();
    say(&format!("recovered {samples} calls into {}", directory.path().display()));
    output::show(&run, &summary, &OutputOptions::plain(When::Auto))
}
