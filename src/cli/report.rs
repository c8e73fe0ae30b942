//! `stsbench report`: everything that a run's report shows, drawn again from `run.json` alone.

use std::path::PathBuf;

use crate::compare;
use crate::render::Report;
use crate::results::{self, Directory, Overwrite};

use super::exit::{Exit, OrExit, Refusal};
use super::exports::Exports;
use super::judging::MeasureOptions;
use super::options::{NonEmptyPath, OutputOptions};
use super::output;

/// `stsbench report`.
#[derive(Debug, clap::Args)]
pub(super) struct ReportOptions {
    /// Saved runs: a run.json, or the directory that holds it
    #[arg(required = true, value_name = "RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    measure: MeasureOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Prints the runs, judged as they were planned or by the measure that is given; with `--out`, writes tables and charts of the
/// one run there.
pub(super) fn report(options: &ReportOptions) -> Result<Exit, Refusal> {
    if options.output.out.is_some() && options.runs.len() > 1 {
        let error = anyhow::anyhow!("--out takes the report of one run, not of {}", options.runs.len());
        return Err(Refusal::new(Exit::Usage, error));
    }
    let exports = Exports::prepare(&options.output)?;
    let mut runs = Vec::new();
    for path in &options.runs {
        let mut run = results::read(path).or_exit(Exit::Usage)?;
        options.measure.apply(&mut run.plan.judging);
        run.plan.judging.check().or_exit(Exit::Usage)?;
        let summary = compare::summarise(&run);
        runs.push((run, summary));
    }
    if let (Some(out), [(run, summary)]) = (&options.output.out, &runs[..]) {
        let overwrite = if options.output.force { Overwrite::Force } else { Overwrite::Refuse };
        let directory = Directory::prepare(out, overwrite).or_exit(Exit::NotWritten)?;
        output::write_report(&directory, run, summary).or_exit(Exit::NotWritten)?;
    }
    let reports: Vec<Report<'_>> = runs.iter().map(|(run, summary)| Report::new(run, summary)).collect();
    exports.write(&reports)?;
    output::show_all(&reports, &options.output)
}
