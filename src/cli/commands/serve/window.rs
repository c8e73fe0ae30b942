//! One window: measured, judged, counted, shown, and kept where that was asked for.

use std::fmt;
use std::mem;
use std::path::Path;
use std::time::Duration;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::commands::run::{caller, trust};
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::console::signals::{SignalStage, Signals};
use crate::cli::exit_code::Exit;
use crate::cli::options::pictures::report_charts::ReportCharts;
use crate::cli::options::run::RunOptions;
use crate::cli::report_files::write_report;
use crate::cli::state;
use crate::cli::stores::{StorePlace, push_run};
use crate::load::Epoch;
use crate::place::MeasuringPlace;
use crate::report::chart::OperationsShown;
use crate::report::{self, Report};
use crate::results::{self, Directory, Overwrite, ResultsError};
use crate::selftest;
use crate::serve::{Metrics, Pages, WindowEnd, WindowFailure};
use crate::session::{
    self, Asked, ObservedWindow, Session, SessionError, SessionSpec, SimulatedService,
};
use crate::store::Patience;

use super::observer::ServeObserver;

/// Measures windows; what all of them have in common.
pub(super) struct Measurer<'a> {
    pub(super) place: &'a MeasuringPlace,
    pub(super) signals: &'a Signals,
    pub(super) metrics: Metrics,
    pub(super) pages: Pages,
    pub(super) observer: ServeObserver,
    /// How many there were.
    pub(super) number: u64,
    /// Whether everything of the present one could be written and stored.
    pub(super) is_kept: bool,
}

/// Why a window has no run.
enum Lost {
    Session(SessionError),
    Other(CommandError),
}

impl Measurer<'_> {
    /// Measures one window. Whatever goes wrong is said and counted.
    pub(super) fn measure(
        &mut self,
        options: &RunOptions,
        asked: Result<Asked, CommandError>,
        simulated: Option<SimulatedService>,
    ) {
        self.number += 1;
        self.is_kept = true;
        let is_simulated = simulated.is_some();
        let began = Epoch::now();
        self.metrics.window_began();
        self.pages.show_metrics(&self.metrics);
        let observed = asked
            .map_err(Lost::Other)
            .and_then(|asked| self.observe(options, asked, simulated));
        let (calls, to_aws) = self.observer.take_preflight_calls();
        let to_aws = if is_simulated { 0 } else { to_aws };
        self.metrics.asked_who_calls(calls, to_aws);
        match observed {
            Ok(observation) => self.conclude(options, observation),
            Err(lost) => {
                let took = Epoch::now().saturating_duration_since(began);
                self.fail(&lost, took);
            }
        }
        self.pages.show_metrics(&self.metrics);
        self.observer.next_window();
    }

    fn observe(
        &mut self,
        options: &RunOptions,
        asked: Asked,
        simulated: Option<SimulatedService>,
    ) -> Result<ObservedWindow, Lost> {
        let epoch = Epoch::start_checked()
            .map_err(|error| Lost::Other(CommandError::new(Exit::Unexpected, error)))?;
        let run_id = results::run_id(epoch.wall());
        let spec = SessionSpec {
            asked,
            simulated,
            caller: caller(&options.caller, self.place.clone()),
            trust: trust(&options.targets).map_err(Lost::Other)?,
            run_id: run_id.clone(),
            epoch,
        };
        // Nothing is measured yet, so that a signal may end the process at once.
        self.signals.enter(SignalStage::Preparing);
        let stop = self.signals.stop_switch().follower();
        let session = Session::open(spec, stop, &mut self.observer).map_err(Lost::Session)?;
        // From here on a run is kept, even one that a signal cuts short.
        self.signals.enter(SignalStage::Measuring);
        let certificate = state::certificate(&session::this_program(), &selftest::this_host());
        let directory = options
            .output
            .out
            .as_deref()
            .and_then(|out| self.directory(out, &run_id));
        session
            .certified(certificate)
            .measure_window(directory, &mut self.observer)
            .map_err(Lost::Session)
    }

    /// The directory of one run; where there can be none the window is measured all the same.
    fn directory(&mut self, out: &Path, run_id: &str) -> Option<Directory> {
        match Directory::claim(&out.join(run_id), Overwrite::Refuse) {
            Ok(directory) => Some(directory),
            Err(error) => {
                self.not_kept(&error);
                None
            }
        }
    }

    fn not_kept(&mut self, error: &ResultsError) {
        self.lacks("kept whole", error);
    }

    /// Says what the window lacks, and counts the window once, whatever else it lacks.
    fn lacks(&mut self, what: &str, error: &dyn fmt::Display) {
        if mem::replace(&mut self.is_kept, false) {
            self.metrics.not_kept();
        }
        warn(&format!("window {} is not {what}: {error}", self.number));
    }

    fn conclude(&mut self, options: &RunOptions, mut observation: ObservedWindow) {
        let summary = session::judged(&mut observation.run);
        let run = &observation.run;
        let report = Report::new(run, &summary);
        if let Some(error) = &observation.not_kept {
            self.not_kept(error);
        }
        if let Some(files) = &mut observation.files {
            let kept = files.finish(run);
            let charts = ReportCharts {
                kinds: Vec::new(),
                operations: OperationsShown::Foremost,
                are_named: false,
            };
            let written =
                kept.and_then(|()| write_report(files.directory(), &report, Some(&charts)));
            if let Err(error) = written {
                self.not_kept(&error);
            }
        }
        let end = WindowEnd {
            run,
            summary: &summary,
            credentials_lost: observation.lost_credentials.is_some(),
            ended: Epoch::wall_now(),
        };
        self.metrics.window_ended(&end);
        self.pages
            .show_report(report::html_page(std::slice::from_ref(&report)));
        self.pages.show_metrics(&self.metrics);
        if !options.output.quiet {
            let result = end.result().as_str();
            say(&format!(
                "window {}: {result}: {}",
                self.number, report.title
            ));
        }
        if let Some(lost) = &observation.lost_credentials {
            warn(&format!("window {} was cut short: {lost}", self.number));
        }
        // Last, because a store can be away.
        if let Err(error) = self.store(options, &report) {
            self.lacks("stored", &error);
        }
    }

    /// Stores the run that `report` shows, where that is asked for. The next window does not wait for long.
    fn store(&self, options: &RunOptions, report: &Report<'_>) -> Result<(), CommandError> {
        let Some(place) = StorePlace::of(&options.store)? else {
            return Ok(());
        };
        let signals = self.signals.clone();
        let patience = Patience::new(LONGEST_STORING, move || signals.received().is_some());
        let json = results::readable_json(report.run, Path::new(results::RUN_FILE));
        let json = json.or_exit(Exit::NotWritten)?;
        push_run(&place.open_patiently(patience)?, report, json).map(drop)
    }

    fn fail(&self, lost: &Lost, took: Duration) {
        let (failure, error) = match lost {
            Lost::Session(error) => (WindowFailure::of(error), with_causes(error)),
            Lost::Other(error) => (WindowFailure::System, error.to_string()),
        };
        self.metrics.window_failed(failure, took);
        warn(&format!(
            "window {}: failed ({}): {error}",
            self.number,
            failure.as_str()
        ));
    }
}

/// A store that takes longer for one run is given up until the next.
const LONGEST_STORING: Duration = Duration::from_mins(1);

/// The error with what caused it, on one line.
fn with_causes(error: &SessionError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
