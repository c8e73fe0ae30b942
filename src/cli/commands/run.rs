//! `stsbench run`: options → session → report.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::commands::dry_run;
use crate::cli::console::charset::displayable;
use crate::cli::console::confirm;
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::console::headline::minutes;
use crate::cli::console::observer::ConsoleObserver;
use crate::cli::console::signals::Signals;
use crate::cli::console::stdout::print;
use crate::cli::emulator;
use crate::cli::ending::Ending;
use crate::cli::exit_code::Exit;
use crate::cli::exit_line;
use crate::cli::options::draft::draft;
use crate::cli::options::endpoints::{explained, place};
use crate::cli::options::layers::plan_file;
use crate::cli::options::names::InconclusiveName;
use crate::cli::options::run::{CREDENTIAL_TIMEOUT, CallerOptions, RunOptions, TargetOptions};
use crate::cli::output_dir::OutputDir;
use crate::cli::rendering::{files_line, show};
use crate::cli::report_files::write_report;
use crate::cli::state;
use crate::cli::stores::{StorePlace, push_run};
use crate::cli::text_file;
use crate::load::Epoch;
use crate::place::MeasuringPlace;
use crate::plan::Service;
use crate::report::{Format, Report};
use crate::results::{self, Directory, MAX_RUN_BYTES, RUN_FILE, ResultsError};
use crate::selftest;
use crate::session::{
    self, Asked, Authority, CallerSpec, CredentialSource, Finished, Session, SessionError,
    SessionNotice, SessionSpec, TrustSpec,
};
use crate::store::Patience;

/// Measures, writes and prints.
pub(crate) fn run(
    mut options: RunOptions,
    configured: Option<&SessionNotice>,
) -> Result<Exit, CommandError> {
    if let (Some(notice), false) = (configured, options.output.quiet) {
        say(&notice.to_string());
    }
    if let Some(path) = options.targets.plan.clone() {
        plan_file::fill(&path, &mut options).or_exit(Exit::Usage)?;
    }
    let place = place(&options)?;
    let region = place.region.as_ref();
    let profile = options.caller.profile.as_deref();
    let draft = draft(&options, region).map_err(|error| explained(error, &place, profile))?;
    let asked = Asked::new(draft)?;
    session::make_room(asked.plan()).or_exit(Exit::Usage)?;
    let store = StorePlace::of(&options.store)?;
    let trust = trust(&options.targets)?;
    if options.load.dry_run {
        return describe(&asked, &place, &options);
    }
    agreed(&asked, &options)?;
    if let Some(place) = &store {
        place.open()?;
    }
    let link = emulator::prepare(&options.targets)?;
    let epoch = Epoch::start_checked().or_exit(Exit::Usage)?;
    let run_id = results::run_id(epoch.wall());
    let signals = Signals::listen()
        .context("cannot listen for signals")
        .or_exit(Exit::Unexpected)?;
    let (mut output_dir, directory) = OutputDir::prepare(&options.output, &run_id)?;
    signals.clears(output_dir.made());
    let stop = signals.stop_switch();
    let process = emulator::start(&options.targets, region, asked.seed(), link, stop)?;
    let spec = SessionSpec {
        asked,
        simulated: process.as_ref().map(emulator::service),
        caller: caller(&options.caller, place),
        trust,
        run_id,
        epoch,
    };
    let mut observer = ConsoleObserver::new(&options.output, signals.clone());
    let measured = Session::open(spec, signals.stop_switch(), &mut observer).and_then(|session| {
        let certificate = state::certificate(&session::this_program(), &selftest::this_host());
        session
            .certified(certificate)
            .measure(directory, &mut observer)
    });
    let (seen, fleet) = match process.map(emulator::requests_seen).transpose() {
        Ok(seen) => (seen.flatten(), Ok(())),
        Err(error) => (None, Err(CommandError::new(Exit::NoData, error))),
    };
    match measured {
        Ok(mut finished) => {
            finished.count_seen(seen);
            finished.note(configured);
            let store = store.as_ref();
            conclude(&options, finished, fleet, store, &mut output_dir, &signals)
        }
        // A fleet that is gone is why nothing could be measured.
        Err(error) => Err(fleet.err().unwrap_or_else(|| error.into())),
    }
}

/// Who calls, from where.
pub(crate) fn caller(options: &CallerOptions, place: MeasuringPlace) -> CallerSpec {
    CallerSpec {
        credentials: CredentialSource::Chain {
            profile: options.profile.clone(),
            process_limit: options.credential_timeout.unwrap_or(CREDENTIAL_TIMEOUT),
        },
        place,
        show_identity: options.show_identity,
    }
}

/// Prints what would be done, and what would be printed and written.
fn describe(
    asked: &Asked,
    place: &MeasuringPlace,
    options: &RunOptions,
) -> Result<Exit, CommandError> {
    emulator::examine(&options.targets, place.region.as_ref())?;
    OutputDir::examine(&options.output)?;
    let of_place = session::fips_name(place);
    let notices = asked.notices().iter().chain(&of_place);
    notices.for_each(|notice| warn(&notice.to_string()));
    let mut text = dry_run::describe(asked.plan(), asked.service(), asked.windows());
    text.push_str(&dry_run::describe_output(&options.output));
    if let Some(store) = &options.store.store {
        text.push_str(&format!("store         {store}\n"));
    }
    print(displayable(text).as_bytes())
}

/// Asks before a run that makes many calls to real endpoints.
fn agreed(asked: &Asked, options: &RunOptions) -> Result<(), CommandError> {
    if asked.service() == Service::Simulated {
        return Ok(());
    }
    let plan = asked.plan();
    let calls = dry_run::calls_at_most(plan, asked.windows());
    let takes = match plan.judging.precision {
        Some(_) => String::new(),
        None => {
            let length = asked
                .windows()
                .map_or_else(|| plan.length(), |windows| windows.length(plan));
            format!(", in about {}", minutes(length))
        }
    };
    confirm::large_run(calls, &takes, options.configuration.yes)
}

/// Writes and prints the report, and tells by the exit code what it is worth.
fn conclude(
    options: &RunOptions,
    mut finished: Finished,
    fleet: Result<(), CommandError>,
    store: Option<&StorePlace>,
    output_dir: &mut OutputDir,
    signals: &Signals,
) -> Result<Exit, CommandError> {
    let summary = session::judged(&mut finished.run);
    let Finished { run, files, .. } = &mut finished;
    let kept = files.finish(run);
    let reports = [Report::new(run, &summary)];
    let [report] = &reports;
    let recovery = files.can_be_recovered();
    // Nobody would see the files of a directory that goes.
    let written = kept.and_then(|()| match output_dir.kept_at() {
        Some(_) => write_report(files.directory(), report, options.output.charts.as_ref()),
        None => Ok(()),
    });
    let exported = output_dir.exports().write(&reports);
    // Other formats have no line for it.
    let on_screen = options
        .output
        .format
        .is_none_or(|format| format == Format::Terminal)
        && !options.output.look.full;
    let shown_at = output_dir
        .kept_at()
        .filter(|_| written.is_ok())
        .map(|path| files_line(path, options.output.charts.as_ref()));
    let printed = show(&reports, &options.output, shown_at);
    if let Err(error) = written {
        return Err(not_saved(error, files.directory(), recovery.as_deref()));
    }
    let stored = store.map_or(Ok(()), |place| {
        keep(place, report, files.directory(), output_dir, signals)
    });
    if !options.output.quiet && !on_screen {
        if std::io::stdout().is_terminal() {
            // The report has scrolled away above; its first line is what the reader came for.
            say(&format!("\n{}", report.title));
        }
        if let Some(advice) = report.advice() {
            say(&advice);
        }
        if let Some(path) = output_dir.kept_at() {
            say(&format!("results in {}", path.display()));
        }
    }
    exported?;
    printed?;
    stored?;
    if let Some(reason) = finished.lost_credentials() {
        return Err(SessionError::CredentialsLost(reason).into());
    }
    let ending = Ending::of_run(&summary);
    // A signal that is sent to a group of processes ends the fleet too.
    let exit = match signals.received() {
        Some(exit) => exit,
        None => InconclusiveName::settle(
            options.judging.measure.inconclusive,
            fleet.map(|()| ending.exit())?,
        ),
    };
    exit_line::tell(&[ending], exit, options.output.quiet);
    Ok(exit)
}

fn not_saved(error: ResultsError, directory: &Directory, recovery: Option<&Path>) -> CommandError {
    let context = match recovery {
        Some(path) => format!(
            "the run is not saved; `stsbench recover {}` restores what is on disk",
            path.display()
        ),
        None if !directory.contains(RUN_FILE).unwrap_or_default() => {
            "the run is not saved, and nothing of it is on disk".to_owned()
        }
        None => match error {
            ResultsError::Removed { .. } => "the run is saved without all of its files".to_owned(),
            _ => "the report is incomplete".to_owned(),
        },
    };
    CommandError::new(Exit::NotWritten, anyhow::Error::new(error).context(context))
}

/// Stores the run; after a signal it is waited for only a little longer. When it fails the run's directory stays, even one that
/// was to go.
fn keep(
    place: &StorePlace,
    report: &Report<'_>,
    directory: &Directory,
    output_dir: &mut OutputDir,
    signals: &Signals,
) -> Result<(), CommandError> {
    let signals = signals.clone();
    let patience = Patience::new(Duration::MAX, move || signals.received().is_some());
    let json = directory
        .read(RUN_FILE, MAX_RUN_BYTES)
        .or_exit(Exit::NotWritten);
    let pushed = json.and_then(|json| push_run(&place.open_patiently(patience)?, report, json));
    pushed.map(drop).map_err(|error| {
        output_dir.stays();
        let path = output_dir.path();
        let context = format!(
            "the run is not stored; it is in {}, and `{}` stores it later",
            path.display(),
            place.push_command(path)
        );
        CommandError::new(error.exit, error.error.context(context))
    })
}

/// Whom the options trust.
pub(crate) fn trust(options: &TargetOptions) -> Result<TrustSpec, CommandError> {
    Ok(TrustSpec {
        authority: options.ca_file.as_deref().map(authority).transpose()?,
        local_names: options.resolver.unwrap_or_default().is_local(),
        hosts: options.allow_host.clone(),
        plaintext_hosts: options.insecure_http.clone(),
        plaintext_secrets: options.yes_send_signed_requests_in_plaintext,
    })
}

fn authority(path: &Path) -> Result<Authority, CommandError> {
    let pem = text_file::read(path)
        .context("--ca-file")
        .or_exit(Exit::Usage)?;
    Ok(Authority {
        path: path.to_owned(),
        pem,
    })
}
