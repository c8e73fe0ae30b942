//! `stsbench run`: options → plan → caller → measuring → report.

use std::io::IsTerminal as _;

use anyhow::Context as _;

use crate::judge;
use crate::load::Epoch;
use crate::report::Report;
use crate::results;
use sts_emulator::{EmulatorProcess, Link, PreparedLink};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::commands::dry_run;
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::console::signals::Signals;
use crate::cli::console::stdout::print;
use crate::cli::course::Course;
use crate::cli::draft::{DEFAULT_ENDPOINTS, draft};
use crate::cli::exit_code;
use crate::cli::exit_code::Exit;
use crate::cli::exit_line;
use crate::cli::fleet;
use crate::cli::open_files;
use crate::cli::options::plan_file;
use crate::cli::options::run::{RunOptions, TargetOptions};
use crate::cli::output_dir::OutputDir;
use crate::cli::rendering::show;
use crate::cli::report_files::write_report;
use crate::cli::session::{Finished, Session};

/// Measures, writes and prints.
pub(crate) fn run(mut options: RunOptions) -> Result<Exit, CommandError> {
    if let Some(path) = options.targets.plan.clone() {
        plan_file::fill(&path, &mut options).or_exit(Exit::Usage)?;
    }
    let course = Course::set(draft(&options)?)?;
    open_files::make_room(course.plan()).or_exit(Exit::Usage)?;
    if options.load.dry_run {
        course.notices().iter().for_each(|text| warn(text));
        return print(
            dry_run::describe(course.plan(), course.service(), course.windows()).as_bytes(),
        );
    }
    let link = admit_link(&options.targets)?;
    let epoch = Epoch::start();
    let run_id = results::run_id(epoch.wall());
    let (destination, directory) = OutputDir::prepare(&options.output, &run_id)?;
    let signals = Signals::listen()
        .context("cannot listen for signals")
        .or_exit(Exit::Unexpected)?;
    let fleet = simulated(&options.targets, course.seed(), link)?;
    let windows = course.windows();
    let mut session = Session::open(&options, course, fleet.as_ref(), signals, epoch, run_id)?;
    let mut finished = session.measure_as_asked(windows, directory)?;
    if let (Some(fleet), Some(simulation)) = (fleet, finished.run.vantage.simulation.as_mut()) {
        let made = finished
            .run
            .series
            .iter()
            .map(|series| series.counts.issued.saturating_add(series.counts.warmup))
            .sum();
        simulation.requests_seen = fleet
            .finish()
            .ok()
            .map(|ledger| session.without_preflight(ledger.requests(), made));
    }
    conclude(&options, finished, &destination, &session)
}

/// Writes and prints the report, and tells by the exit code what it is worth.
fn conclude(
    options: &RunOptions,
    finished: Finished,
    destination: &OutputDir,
    session: &Session<'_>,
) -> Result<Exit, CommandError> {
    let Finished { mut run, mut files } = finished;
    let summary = judge::judge(&mut run);
    let kept = files.finish(&run);
    let written = kept.and_then(|()| write_report(files.directory(), &run, &summary));
    let exported = destination.exports().write(&[Report::new(&run, &summary)]);
    let printed = show(&run, &summary, &options.output);
    if let Err(error) = written {
        return Err(CommandError::new(
            Exit::NotWritten,
            anyhow::Error::new(error).context("the report is incomplete"),
        ));
    }
    if !options.output.quiet {
        if std::io::stdout().is_terminal() {
            // The report has scrolled away above; its first line is what the reader came for.
            say(&format!("\n{}", Report::new(&run, &summary).title));
        }
        if let Some(path) = destination.kept_at() {
            say(&format!("results in {}", path.display()));
        }
    }
    exported?;
    printed?;
    if let Some(lost) = session.lost_credentials() {
        return Err(CommandError::new(Exit::Credentials, lost));
    }
    let exit = session
        .signal()
        .unwrap_or_else(|| exit_code::of_run(&summary));
    exit_line::tell([&summary], exit, options.output.quiet);
    Ok(exit)
}

/// The link of a simulated run. Nothing may have started a thread yet.
fn admit_link(options: &TargetOptions) -> Result<Option<PreparedLink>, CommandError> {
    let asked = options
        .simulate
        .as_ref()
        .map(|_| options.link.unwrap_or(Link::Auto));
    asked
        .map(PreparedLink::prepare)
        .transpose()
        .or_exit(Exit::Usage)
}

fn simulated(
    options: &TargetOptions,
    seed: u64,
    link: Option<PreparedLink>,
) -> Result<Option<EmulatorProcess>, CommandError> {
    let (Some(region), Some(link)) = (&options.simulate, link) else {
        return Ok(None);
    };
    let selector = options.endpoints.as_deref().unwrap_or(DEFAULT_ENDPOINTS);
    fleet::start(region, selector, seed, link)
        .map(Some)
        .or_exit(Exit::Usage)
}
