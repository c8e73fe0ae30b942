//! `stsbench merge`: several saved runs of one plan as one, with a report of its own.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::load::Epoch;
use crate::report::Report;
use crate::results::{self, Merger};
use crate::session;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::ending::Ending;
use crate::cli::exit_code::Exit;
use crate::cli::exit_line;
use crate::cli::options::output::OutputOptions;
use crate::cli::options::values::NonEmptyPath;
use crate::cli::output_dir::OutputDir;
use crate::cli::rendering::{files_line, show};
use crate::cli::report_files::write_report;

/// `stsbench merge`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER, mut_arg("progress", |option| option.hide(true)))]
pub(crate) struct MergeOptions {
    /// Saved runs: a run.json, the directory that holds it, or a bundle
    #[arg(required = true, value_name = "RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputOptions,
}

/// Below the options.
const AFTER: &str = "\
The runs must have measured the same from the same place, one after the other; each becomes a
window of the new run. Counts and histograms add up; no percentile is averaged. With five windows or
more the report says what holds in general. The exit code says what became of the plan's gates.";

/// Reads one run after the other, so that it is known early which does not go with the others, and writes the whole.
pub(crate) fn merge(options: &MergeOptions) -> Result<Exit, CommandError> {
    options.output.refuse_progress()?;
    let mut merger = Merger::default();
    for path in &options.runs {
        let run = results::read(path).or_exit(Exit::Usage)?;
        merger
            .add(run)
            .with_context(|| path.display().to_string())
            .or_exit(Exit::Usage)?;
    }
    merger.repeated().for_each(warn);
    let run_id = results::run_id(Epoch::start_checked().or_exit(Exit::Usage)?.wall());
    let mut run = merger.finish(run_id).or_exit(Exit::Usage)?;
    let summary = session::judged(&mut run);
    let (destination, directory) = OutputDir::prepare(&options.output, &run.header.run_id)?;
    results::clear(&directory).or_exit(Exit::NotWritten)?;
    results::write(&directory, &run).or_exit(Exit::NotWritten)?;
    let reports = [Report::new(&run, &summary)];
    let [report] = &reports;
    write_report(&directory, report, options.output.charts.as_ref()).or_exit(Exit::NotWritten)?;
    if let Some(path) = destination.kept_at().filter(|_| !options.output.quiet) {
        say(&format!(
            "{} windows in {}",
            run.window_ranges().len(),
            path.display()
        ));
    }
    destination.exports().write(&reports)?;
    let files = destination
        .kept_at()
        .map(|path| files_line(path, options.output.charts.as_ref()));
    show(&reports, &options.output, files)?;
    let ending = Ending::of_run(&summary);
    let exit = ending.exit();
    exit_line::tell(&[ending], exit, options.output.quiet);
    Ok(exit)
}
