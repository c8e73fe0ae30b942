//! The server from its start to its end: it waits, measures, and reads its plan again when it is told to.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::FromArgMatches as _;

use super::options::{ServeOptions, refused};
use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::commands::dry_run;
use crate::cli::console::clap_error;
use crate::cli::console::confirm;
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::console::signals::{SignalStage, Signals};
use crate::cli::emulator;
use crate::cli::exit_code::Exit;
use crate::cli::options::command_line::configured::{self, Configured, Unreadable};
use crate::cli::options::endpoints::place;
use crate::cli::options::run::RunOptions;
use crate::load::Epoch;
use crate::place::MeasuringPlace;
use crate::plan::{Plan, Service};
use crate::serve::{Due, HttpServer, Metrics, Pages, Schedule};
use crate::session::{Asked, SimulatedService, Woken, rfc3339};

use super::observer::ServeObserver;
use super::settings::{WindowSettings, no_option};
use super::window::Measurer;

/// Measures and serves until a signal ends it.
pub(crate) fn serve(
    options: ServeOptions,
    command: &clap::Command,
    arguments: &[OsString],
    read: &Configured,
) -> Result<Exit, CommandError> {
    let origin = Origin { command, arguments };
    origin.admit(read)?;
    let (listen, quiet) = (options.listen, options.run.output.quiet);
    let settings = WindowSettings::new(options.run.with_untyped(read.combined.untyped()))?;
    let place = place(&settings.options)?;
    let region = place.region.as_ref();
    let asked = settings.examined(region)?;
    let notices = asked.notices().iter();
    notices.for_each(|notice| warn(&notice.to_string()));
    agreed(&asked, &settings)?;
    let link = emulator::prepare(&settings.options.targets)?;
    let epoch = Epoch::start_checked().or_exit(Exit::Usage)?;
    let signals = Signals::listen_for_server()
        .context("cannot listen for signals")
        .or_exit(Exit::Unexpected)?;
    let stop = signals.stop_switch();
    let process = emulator::start(&settings.options.targets, region, asked.seed(), link, stop)?;
    let vantage = &place.vantage.text;
    let schedule = Schedule::new(vantage, settings.every, epoch.wall(), Duration::ZERO);
    let pages = Pages::default();
    let local = region.map(|region| region.name.as_str());
    let metrics = Metrics::new(vantage, local, &schedule);
    metrics.measures_simulation(asked.service() == Service::Simulated);
    pages.show_metrics(&metrics);
    let server = HttpServer::start(listen, pages.clone()).map_err(listening)?;
    let quiet = Quiet(quiet);
    quiet.say(&at(&server));
    quiet.say(&costs(asked.plan(), asked.service(), settings.every));
    let observer = ServeObserver::new(signals.clone());
    let mut server = Server {
        origin,
        settings,
        schedule,
        epoch,
        quiet,
        windows: Measurer {
            place: &place,
            signals: &signals,
            metrics,
            pages,
            observer,
            number: 0,
            is_kept: true,
        },
    };
    let simulated = || process.as_ref().map(emulator::service);
    let ended = server.run(simulated);
    server.windows.pages.ending();
    let fleet = process.map(emulator::requests_seen).transpose();
    ended?;
    if signals.received().is_none() {
        // Nothing else stops the calls.
        let ended = || anyhow!("the simulated fleet ended");
        return Err(CommandError::new(
            Exit::NoData,
            fleet.err().unwrap_or_else(ended),
        ));
    }
    let ended = format!("ended; windows: {}", server.windows.number);
    server.quiet.say(&ended);
    Ok(Exit::Success)
}

/// Where the options come from, for reading them again.
struct Origin<'a> {
    command: &'a clap::Command,
    arguments: &'a [OsString],
}

impl Origin<'_> {
    /// Refuses what a server does not have, wherever it was given.
    fn admit(&self, read: &Configured) -> Result<(), CommandError> {
        let own = self.command.find_subcommand(NAME);
        let given = read.matches.subcommand_matches(NAME);
        match own.zip(given).and_then(|(own, given)| refused(own, given)) {
            Some(option) => Err(CommandError::usage(anyhow!(no_option(&option)))),
            None => Ok(()),
        }
    }

    /// Reads every option again, from every place.
    fn options(&self) -> Result<ServeOptions, CommandError> {
        let read = configured::read(self.command, self.arguments).map_err(|error| {
            CommandError::usage(anyhow!(match error {
                Unreadable::Words(error) => clap_error::about(&error),
                Unreadable::Place(error) => error,
            }))
        })?;
        self.admit(&read)?;
        let given = read.matches.subcommand_matches(NAME);
        let given =
            given.ok_or_else(|| CommandError::usage(anyhow!("the command line has changed")))?;
        let options = ServeOptions::from_arg_matches(given).or_exit(Exit::Usage)?;
        Ok(ServeOptions {
            run: options.run.with_untyped(read.combined.untyped()),
            ..options
        })
    }
}

const NAME: &str = "serve";

/// Says what is no warning, unless that is unwanted.
#[derive(Clone, Copy)]
struct Quiet(bool);

impl Quiet {
    fn say(self, text: &str) {
        if !self.0 {
            say(text);
        }
    }
}

struct Server<'a> {
    origin: Origin<'a>,
    settings: WindowSettings,
    schedule: Schedule,
    epoch: Epoch,
    quiet: Quiet,
    windows: Measurer<'a>,
}

impl Server<'_> {
    /// Measures window after window until no more calls are to be made.
    fn run(
        &mut self,
        simulated: impl Fn() -> Option<SimulatedService>,
    ) -> Result<(), CommandError> {
        self.windows.signals.enter(SignalStage::Writing);
        self.windows.pages.ready();
        let stop = self.windows.signals.stop_switch();
        let mut due = self.next_due();
        loop {
            let moment = self.epoch.at(due.at);
            let woken = stop
                .wait(moment, self.windows.signals.reload())
                .or_exit(Exit::Unexpected)?;
            match woken {
                Woken::Stopped => return Ok(()),
                Woken::ByEvent => {
                    let before = self.schedule;
                    self.reload();
                    if (self.schedule.every(), self.schedule.offset())
                        != (before.every(), before.offset())
                    {
                        due = self.next_due();
                    }
                }
                Woken::InTime => {
                    let asked = self.settings.next(self.windows.place.region.as_ref());
                    self.windows
                        .measure(&self.settings.options, asked, simulated());
                    if stop.state() == crate::load::Stop::Now {
                        return Ok(());
                    }
                    due = self.next_due();
                }
            }
        }
    }

    /// The next window's time, announced; those that have passed are counted.
    fn next_due(&mut self) -> Due {
        let now = self.epoch.since(Epoch::now());
        let due = self.schedule.due(now);
        if due.missed > 0 {
            self.windows.metrics.skipped(due.missed);
            self.windows.pages.show_metrics(&self.windows.metrics);
            let (windows, their) = match due.missed {
                1 => ("1 window is".to_owned(), "its time"),
                missed => (format!("{missed} windows are"), "their times"),
            };
            warn(&format!(
                "{windows} left out: {their} passed while another one was measured"
            ));
        }
        let left = due.at.saturating_sub(now);
        if left >= Duration::from_secs(2) {
            self.quiet.say(&format!(
                "window {} begins at {}, in {}; {} begins {} after each multiple of {}",
                self.windows.number + 1,
                rfc3339(Epoch::wall_now() + left),
                whole_seconds(left),
                self.windows.place.vantage.text,
                whole_seconds(self.schedule.offset()),
                humantime::format_duration(self.schedule.every())
            ));
        }
        due
    }

    /// Reads the options again. What cannot be used leaves everything as it is.
    fn reload(&mut self) {
        match self.reloaded() {
            Ok(()) => {
                self.windows.metrics.reload_succeeded();
                self.windows.metrics.scheduled(&self.schedule);
                self.quiet.say("the plan was read again");
            }
            Err(error) => {
                self.windows.metrics.reload_failed();
                warn(&format!("the plan stays as it is: {error}"));
            }
        }
        self.windows.pages.show_metrics(&self.windows.metrics);
    }

    fn reloaded(&mut self) -> Result<(), CommandError> {
        let settings = WindowSettings::new(self.origin.options()?.run)?;
        same_place(&self.settings.options, &settings.options)?;
        let place: &MeasuringPlace = self.windows.place;
        settings.examined(place.region.as_ref())?;
        if settings.every != self.settings.every {
            let now = self.epoch.since(Epoch::now());
            self.schedule =
                Schedule::new(&place.vantage.text, settings.every, self.epoch.wall(), now);
        }
        self.settings = settings.following(&self.settings);
        Ok(())
    }
}

/// Refuses a change of what a server has for as long as it lives.
fn same_place(before: &RunOptions, after: &RunOptions) -> Result<(), CommandError> {
    let simulated = before.targets.simulate.is_some();
    let changed = [
        ("vantage", before.caller.vantage != after.caller.vantage),
        ("region", before.caller.region != after.caller.region),
        (
            "simulate",
            before.targets.simulate != after.targets.simulate,
        ),
        (
            "endpoints",
            simulated && before.targets.endpoints != after.targets.endpoints,
        ),
        #[cfg(feature = "simulate")]
        ("link", before.targets.link != after.targets.link),
        #[cfg(feature = "simulate")]
        (
            "emulator",
            before.targets.emulator != after.targets.emulator,
        ),
    ];
    match changed.iter().find(|(_, changed)| *changed) {
        Some((option, _)) => Err(CommandError::usage(anyhow!(
            "--{option} has changed, which takes a restart"
        ))),
        None => Ok(()),
    }
}

/// Asks before a server that makes many calls a day to real endpoints.
fn agreed(asked: &Asked, settings: &WindowSettings) -> Result<(), CommandError> {
    if asked.service() == Service::Simulated {
        return Ok(());
    }
    let calls = calls_of_a_day(asked.plan(), settings.every);
    confirm::large_run(calls, " a day", settings.options.configuration.yes)
}

fn calls_of_a_day(plan: &Plan, every: Duration) -> u64 {
    let windows = 86_400.0 / every.as_secs_f64();
    (dry_run::calls_at_most(plan, None) as f64 * windows).ceil() as u64
}

fn costs(plan: &Plan, service: Service, every: Duration) -> String {
    let calls = dry_run::calls_at_most(plan, None);
    let day = calls_of_a_day(plan, every);
    let events = match service {
        Service::Simulated => "none of them to AWS",
        Service::Shared => "each of them an event in CloudTrail where AWS is called",
    };
    format!("a window makes {calls} calls at most, all windows of a day {day}, {events}")
}

fn at(server: &HttpServer) -> String {
    let address = server.address();
    let reach = if address.ip().is_loopback() {
        ""
    } else {
        ", which other machines can reach"
    };
    format!("serving http://{address}/metrics and /report{reach}")
}

fn listening(error: crate::serve::ServeError) -> CommandError {
    let error = anyhow::Error::new(error).context("--listen");
    CommandError::usage(error)
}

fn whole_seconds(duration: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(duration.as_secs()))
}
