//! `stsbench report`: everything that a run's report shows, drawn again from `run.json` alone.

use std::path::PathBuf;

use crate::compare;
use crate::results::{self, Directory, Overwrite};

use super::exit::{Exit, OrExit, Refusal};
use super::options::{NonEmptyPath, OutputOptions};
use super::output;

/// `stsbench report`.
#[derive(Debug, clap::Args)]
pub(super) struct ReportOptions {
    /// Saved runs: a run.json, or the directory that holds it
    #[arg(required = true, value_name = "RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputOptions,
}

/// Prints each run; with `--out`, writes tables and charts of the one run there.
pub(super) fn report(options: &ReportOptions) -> Result<Exit, Refusal> {
    if options.output.out.is_some() && options.runs.len() > 1 {
        let error = anyhow::anyhow!("--out takes the report of one run, not of {}", options.runs.len());
        return Err(Refusal::new(Exit::Usage, error));
    }
    for path in &options.runs {
        let run = results::read(path).or_exit(Exit::Usage)?;
        let summary = compare::summarise(&run);
        if let Some(out) = &options.output.out {
            let overwrite = if options.output.force { Overwrite::Force } else { Overwrite::Refuse };
            let directory = Directory::prepare(out, overwrite).or_exit(Exit::NotWritten)?;
            output::write_report(&directory, &run, &summary).or_exit(Exit::NotWritten)?;
        }
        output::show(&run, &summary, &options.output)?;
    }
    Ok(Exit::Success)
}
