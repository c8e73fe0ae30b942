//! What lasts while a plan is measured, be it once, in several windows of time, or in two stages: who calls, how, and what the
//! run says of itself.

use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context as _;

use crate::judge;
use crate::load::{Epoch, Skew, Stop};
use crate::plan::{Plan, Windows};
use crate::record::Histogram;
use crate::results::{
    self, Certificate, Completion, Directory, Notice, PartKind, ResultsError, Run, Vantage, Writer,
    part_name,
};
use crate::selftest;
use crate::transport::Trust;
use sts_emulator::EmulatorProcess;

use crate::cli::caller::{self, Caller};
use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::commands::dry_run;
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::console::progress::Progress;
use crate::cli::console::signals::{Signals, Stage};
use crate::cli::course::Course;
use crate::cli::draft::is_local;
use crate::cli::exit_code::Exit;
use crate::cli::fleet;
use crate::cli::measure::{Measured, PreflightCalls, Sender};
use crate::cli::options::run::{RunOptions, TargetOptions};
use crate::cli::parameters;
use crate::cli::state;
use crate::cli::text_file;

/// What lasts while a plan is measured, be it once or several times.
pub(crate) struct Session<'a> {
    pub(crate) options: &'a RunOptions,
    pub(crate) signals: Signals,
    plan: Plan,
    caller: Caller,
    sender: Sender,
    preflight: PreflightCalls,
    /// The run as it is before its first request.
    header: Run,
    /// When the last measuring ended, by the wall clock.
    ended: Option<SystemTime>,
}

/// A run that was measured, and where its files are.
pub(crate) struct Finished {
    pub(crate) run: Run,
    pub(crate) files: Files,
}

/// The files of a run that is about to be finished.
pub(crate) enum Files {
    /// Its own, kept while it was measured.
    Own(Box<Writer>),
    /// Those of its parts, in directories of their own below this one.
    OfParts {
        /// The whole run's directory.
        directory: Directory,
        /// The first thing that could not be kept.
        failure: Option<ResultsError>,
    },
}

/// A part of a run, which is to be a run of its own.
pub(crate) struct Part<'a> {
    pub(crate) kind: PartKind,
    /// From 0.
    pub(crate) number: u16,
    pub(crate) plan: &'a Plan,
    /// What it is, for the user who waits.
    pub(crate) title: String,
}

impl<'a> Session<'a> {
    /// Finds out who calls and what of the plan that leaves.
    pub(crate) fn open(
        options: &'a RunOptions,
        mut course: Course,
        fleet: Option<&EmulatorProcess>,
        signals: Signals,
        epoch: Epoch,
        run_id: String,
    ) -> Result<Self, CommandError> {
        let trust = trust(&options.targets, fleet)?;
        let mut secrets = fleet
            .map(|fleet| course.call_fleet(fleet))
            .transpose()?
            .unwrap_or_default();
        let exposed = parameters::read_secrets(course.plan(), &mut secrets)?;
        course.note(exposed);
        let caller = Caller::of(&course, fleet, &options.caller, epoch)?;
        course.note(caller.notices(course.length(), epoch.wall()));
        course.note(ignored_variables());
        if caller.is_temporary() {
            course.leave_out_for_temporary_credentials()?;
        }
        let user_agent = format!("stsbench/{} run/{run_id}", env!("CARGO_PKG_VERSION"));
        let sender = Sender {
            trust,
            signer: caller.signer(user_agent).with_secrets(secrets),
            epoch,
        };
        let (identified, preflight) = match caller.is_anonymous() {
            true => (None, PreflightCalls::default()),
            false => sender.preflight(course.plan())?,
        };
        if let Some(identified) = &identified {
            course.leave_out_for(identified, caller.is_temporary())?;
        }
        course.note(caller.doubts(identified.as_ref()));
        let (plan, notices) = course.finish();
        notices.iter().for_each(|text| warn(text));
        let simulation = fleet.map(fleet::simulation);
        let header = Run {
            schema_version: results::SCHEMA_VERSION,
            run_id,
            tool: state::tool(),
            vantage: Vantage {
                name: vantage(options, simulation.as_ref().map(|s| s.region.as_str())),
                simulation,
            },
            caller: identified
                .as_ref()
                .and_then(|found| caller.describe(found, options.caller.show_identity)),
            started_at: caller::rfc3339(epoch.wall()),
            elapsed_ns: 0,
            completion: Completion::Recovered,
            plan: caller::disclosed(&plan, options.caller.show_identity),
            series: Vec::new(),
            signing: Histogram::default(),
            pace: None,
            measuring_cpu_ratio: None,
            spin_cpu_ratio: None,
            health: None,
            certificate: state::certificate(&state::tool(), &selftest::this_host())
                .map(Certificate::within_run),
            service_clock_ahead_seconds: identified
                .as_ref()
                .and_then(|found| found.skew)
                .map(Skew::ahead_seconds),
            windows: Vec::new(),
            precision: None,
            checks: Vec::new(),
            notices: notices
                .into_iter()
                .map(|text| Notice { at_ns: 0, text })
                .collect(),
        };
        Ok(Self {
            options,
            signals,
            plan,
            caller,
            sender,
            preflight,
            header,
            ended: None,
        })
    }

    /// Carries the plan out in the way that was asked for, into `directory`.
    pub(crate) fn measure_as_asked(
        &mut self,
        windows: Option<Windows>,
        directory: Directory,
    ) -> Result<Finished, CommandError> {
        let plan = self.plan.clone();
        match windows {
            Some(windows) => self.measure_windows(&plan, windows, directory),
            None if plan.judging.precision.is_some() => self.measure_stages(&plan, directory),
            None => {
                let (header, mut writer) = self
                    .begin(&plan, self.run_id(), directory)
                    .or_exit(Exit::NotWritten)?;
                let run = self.carry_out(&plan, header, &mut writer, "")?;
                Ok(Finished {
                    run,
                    files: Files::Own(Box::new(writer)),
                })
            }
        }
    }

    /// Measures a part of the run in its directory within `whole`, and keeps it. Without files nothing is measured, and
    /// there is no part; what cannot be kept later costs the files alone. `failure` remembers the first of either.
    pub(crate) fn measure_part(
        &mut self,
        part: &Part<'_>,
        whole: &Directory,
        failure: &mut Option<ResultsError>,
    ) -> Result<Option<Run>, CommandError> {
        let run_id = format!("{}-{}", self.run_id(), part_name(part.number));
        let directory = whole.part(part.kind, part.number);
        let (header, mut writer) =
            match directory.and_then(|directory| self.begin(part.plan, run_id, directory)) {
                Ok(begun) => begun,
                Err(error) => {
                    failure.get_or_insert(error);
                    return Ok(None);
                }
            };
        let mut run = self.carry_out(part.plan, header, &mut writer, &part.title)?;
        judge::judge(&mut run);
        if let Err(error) = writer.finish(&run) {
            failure.get_or_insert(error);
        }
        Ok(Some(run))
    }

    /// The whole run's id.
    pub(crate) fn run_id(&self) -> String {
        self.header.run_id.clone()
    }

    /// Of all `requests` that the fleet saw those of the run, which made so many calls.
    pub(crate) fn without_preflight(&self, requests: u64, made: u64) -> u64 {
        self.preflight.taken_off(requests, made)
    }

    /// Why the credentials were lost, if they were.
    pub(crate) fn lost_credentials(&self) -> Option<anyhow::Error> {
        self.caller.lost()
    }

    /// The exit code of the signal that cut the run short.
    pub(crate) fn signal(&self) -> Option<Exit> {
        self.signals.received()
    }

    /// Says something to the user who waits.
    pub(crate) fn tell(&self, text: &str) {
        if !self.options.output.quiet {
            say(text);
        }
    }

    /// Begins the files of a run of that plan, which is about to be measured. Only the first counts from the clock that was
    /// read at the start: hours later that reading could be off, and the machine may have slept.
    fn begin(
        &mut self,
        plan: &Plan,
        run_id: String,
        directory: Directory,
    ) -> Result<(Run, Writer), ResultsError> {
        if self.ended.is_some() {
            self.sender.epoch = Epoch::start();
            self.caller.set_clock(self.sender.epoch);
        }
        let plan = caller::disclosed(plan, self.options.caller.show_identity);
        // Should the run be cut off, this is what tells when it was.
        let started_at =
            caller::rfc3339(self.not_before_the_last(self.sender.epoch.wall_at(Epoch::now())));
        let header = Run {
            run_id,
            started_at,
            plan,
            ..self.header.clone()
        };
        let writer = Writer::create(directory, &header)?;
        Ok((header, writer))
    }

    /// A clock that was set back between two parts of a run must not make them seem to be measured at once.
    fn not_before_the_last(&self, moment: SystemTime) -> SystemTime {
        self.ended.map_or(moment, |ended| ended.max(moment))
    }

    /// Carries the plan out. Files that could not be kept are the writer's to report; the run is whole in memory.
    fn carry_out(
        &mut self,
        plan: &Plan,
        header: Run,
        writer: &mut Writer,
        title: &str,
    ) -> Result<Run, CommandError> {
        self.tell(&format!(
            "{title}{}",
            dry_run::headline(plan, header.vantage.simulation.is_some())
        ));
        let progress = Progress::of(plan, &self.options.output);
        let sender = Sender {
            epoch: self.sender.epoch.moved_to(Epoch::now()),
            ..self.sender.clone()
        };
        if self.ended.is_none() {
            self.caller.keep_fresh(&self.signals);
        }
        self.signals.enter(Stage::Measuring);
        let measured = sender.measure(&Arc::new(plan.clone()), &self.signals, writer, progress)?;
        self.signals.enter(Stage::Writing);
        let Measured {
            series,
            signing,
            pace,
            notices,
            ended,
        } = measured;
        let elapsed = ended.elapsed.as_secs_f64();
        let lost = self.caller.lost_notice(ended.elapsed);
        let started = self.not_before_the_last(sender.epoch.wall());
        self.ended = Some(started + ended.elapsed);
        Ok(Run {
            started_at: caller::rfc3339(started),
            elapsed_ns: u64::try_from(ended.elapsed.as_nanos()).unwrap_or(u64::MAX),
            completion: match ended.by {
                Stop::AtEnd => Completion::Complete,
                Stop::Now => Completion::Interrupted,
            },
            series,
            signing,
            pace,
            measuring_cpu_ratio: ended
                .cpu
                .filter(|_| elapsed > 0.0)
                .map(|cpu| cpu.as_secs_f64() / elapsed),
            spin_cpu_ratio: (elapsed > 0.0).then(|| ended.spun.as_secs_f64() / elapsed),
            health: Some(ended.health),
            notices: header
                .notices
                .iter()
                .cloned()
                .chain(notices)
                .chain(lost)
                .collect(),
            ..header
        })
    }
}

impl Files {
    /// Puts the finished run beside what was kept on the way.
    pub(crate) fn finish(&mut self, run: &Run) -> Result<(), ResultsError> {
        match self {
            Self::Own(writer) => writer.finish(run),
            Self::OfParts { directory, failure } => {
                let written = results::write(directory, run);
                failure.take().map_or(written, Err)
            }
        }
    }

    /// Where the report goes.
    pub(crate) fn directory(&self) -> &Directory {
        match self {
            Self::Own(writer) => writer.directory(),
            Self::OfParts { directory, .. } => directory,
        }
    }
}

fn trust(options: &TargetOptions, fleet: Option<&EmulatorProcess>) -> Result<Trust, CommandError> {
    let mut trust = Trust::public();
    if let Some(fleet) = fleet {
        trust = trust
            .with_authority(fleet.announcement().ca_pem.as_bytes())
            .or_exit(Exit::NoData)?
            .with_fleet(fleet.addresses());
    }
    if let Some(path) = &options.ca_file {
        let pem = text_file::read(path)
            .context("--ca-file")
            .or_exit(Exit::Usage)?;
        trust = trust
            .with_authority(pem.as_bytes())
            .with_context(|| format!("--ca-file {}", path.display()))
            .or_exit(Exit::Usage)?;
        if is_local(options.resolver.unwrap_or_default()) {
            trust = trust.with_local_names();
        }
    }
    Ok(options
        .allow_host
        .iter()
        .fold(trust, |trust, host| trust.with_host(host)))
}

/// Variables that would lead other programs astray on the way to STS, and that this one does not follow.
fn ignored_variables() -> Option<String> {
    const PROXIES: [&str; 6] = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let set: Vec<_> = PROXIES
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
        .collect();
    (!set.is_empty()).then(|| {
        format!(
            "{} set and ignored: STS is called without a proxy",
            set.join(", ")
        )
    })
}

fn vantage(options: &RunOptions, simulated: Option<&str>) -> String {
    let host = || {
        rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned()
    };
    let name = options
        .caller
        .vantage
        .clone()
        .or_else(|| simulated.map(str::to_owned))
        .unwrap_or_else(host);
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}
