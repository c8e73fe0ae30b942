//! `stsbench run`: options → plan → caller → measuring → report.

use std::io::IsTerminal as _;

use anyhow::Context as _;

use crate::judge;
use crate::load::Epoch;
use crate::report::Report;
use crate::results;
use sts_emulator::Link;

use super::course::Course;
use super::destination::Destination;
use super::diagnostics::{say, warn};
use super::draft::{DEFAULT_ENDPOINTS, draft};
use super::exit::{Exit, OrExit, Refusal};
use super::fleet::{AdmittedLink, FleetProcess};
use super::options::{RunOptions, TargetOptions};
use super::session::{Finished, Session};
use super::signals::Signals;
use super::{dry_run, limits, output, plan_file, worth};

/// Measures, writes and prints.
pub(super) fn run(mut options: RunOptions) -> Result<Exit, Refusal> {
    if let Some(path) = options.targets.plan.clone() {
        plan_file::fill(&path, &mut options).or_exit(Exit::Usage)?;
    }
    let course = Course::set(draft(&options)?)?;
    limits::make_room(course.plan()).or_exit(Exit::Usage)?;
    if options.load.dry_run {
        course.notices().iter().for_each(|text| warn(text));
        return output::print(
            dry_run::describe(course.plan(), course.service(), course.windows()).as_bytes(),
        );
    }
    let link = admit_link(&options.targets)?;
    let epoch = Epoch::start();
    let run_id = results::run_id(epoch.wall());
    let (destination, directory) = Destination::prepare(&options.output, &run_id)?;
    let signals = Signals::listen()
        .context("cannot listen for signals")
        .or_exit(Exit::Unexpected)?;
    let fleet = fleet(&options.targets, course.seed(), link)?;
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
            .map(|ledger| session.without_preflight(ledger.requests(), made));
    }
    conclude(&options, finished, &destination, &session)
}

/// Writes and prints the report, and tells by the exit code what it is worth.
fn conclude(
    options: &RunOptions,
    finished: Finished,
    destination: &Destination,
    session: &Session<'_>,
) -> Result<Exit, Refusal> {
    let Finished { mut run, mut files } = finished;
    let summary = judge::judge(&mut run);
    let kept = files.finish(&run);
    let written = kept.and_then(|()| output::write_report(files.directory(), &run, &summary));
    let exported = destination.exports().write(&[Report::new(&run, &summary)]);
    let printed = output::show(&run, &summary, &options.output);
    if let Err(error) = written {
        return Err(Refusal::new(
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
        return Err(Refusal::new(Exit::Credentials, lost));
    }
    let exit = session.signal().unwrap_or_else(|| worth::of_run(&summary));
    worth::tell([&summary], exit, options.output.quiet);
    Ok(exit)
}

/// The link of a simulated run. Nothing may have started a thread yet.
fn admit_link(options: &TargetOptions) -> Result<Option<AdmittedLink>, Refusal> {
    let asked = options
        .simulate
        .as_ref()
        .map(|_| options.link.unwrap_or(Link::Auto));
    asked
        .map(AdmittedLink::prepare)
        .transpose()
        .or_exit(Exit::Usage)
}

fn fleet(
    options: &TargetOptions,
    seed: u64,
    link: Option<AdmittedLink>,
) -> Result<Option<FleetProcess>, Refusal> {
    let (Some(region), Some(link)) = (&options.simulate, link) else {
        return Ok(None);
    };
    let selector = options.endpoints.as_deref().unwrap_or(DEFAULT_ENDPOINTS);
    FleetProcess::start(region, selector, seed, link)
        .map(Some)
        .or_exit(Exit::Usage)
}
