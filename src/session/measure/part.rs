//! One part of a run, which is a run of its own: begun, measured, put together.

use std::sync::Arc;
use std::time::SystemTime;

use crate::load::{Engine, Epoch, Stop};
use crate::notice::SessionNotice;
use crate::plan::Plan;
use crate::results::{
    self, Completion, Conditions, Directory, Header, Measured, PartKind, ResultsError, Run, Writer,
    part_name,
};
use crate::session::caller::disclosure::disclosed;
use crate::session::error::SessionError;
use crate::session::header::recorded;
use crate::session::judged::judged;
use crate::session::observer::{Part, PartBegun, SessionObserver};
use crate::session::run::Session;
use crate::session::timestamp::rfc3339;

use super::recording::{Recording, record};

/// The whole run's directory, and the first thing that could not be kept in it.
pub(super) struct WholeDirectory {
    pub(super) directory: Directory,
    pub(super) failure: Option<ResultsError>,
}

impl WholeDirectory {
    /// The directory, without the files of an earlier run.
    pub(super) fn emptied(directory: Directory) -> Result<Self, SessionError> {
        results::clear(&directory)?;
        let failure = None;
        Ok(Self { directory, failure })
    }

    /// Why there is no part: what could not be kept, or else `otherwise`.
    pub(super) fn without_a_part(self, otherwise: SessionError) -> SessionError {
        self.failure.map_or(otherwise, SessionError::Results)
    }
}

impl Session {
    /// Measures a part of the run in its directory within `whole`, and keeps it. Without files nothing is measured, and
    /// there is no part; what cannot be kept later costs the files alone.
    pub(super) fn measure_part(
        &mut self,
        part: Part,
        plan: &Plan,
        whole: &mut WholeDirectory,
        observer: &mut dyn SessionObserver,
    ) -> Result<Option<Run>, SessionError> {
        let (kind, number) = match part {
            Part::Window { number, .. } => (PartKind::Window, number),
            Part::Whole | Part::Pilot => (PartKind::Stage, 0),
            Part::MainStage => (PartKind::Stage, 1),
        };
        let run_id = format!("{}-{}", self.unmeasured.header.run_id, part_name(number));
        let directory = whole.directory.part(kind, number);
        let begun = directory.and_then(|directory| self.begin(plan, run_id, directory));
        let (unmeasured, mut writer) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                whole.failure.get_or_insert(error);
                return Ok(None);
            }
        };
        let mut run = self.carry_out(part, plan, unmeasured, Some(&mut writer), observer)?;
        judged(&mut run);
        if let Err(error) = writer.finish(&run) {
            whole.failure.get_or_insert(error);
        }
        Ok(Some(run))
    }

    /// Begins the files of a run of that plan, which is about to be measured.
    pub(super) fn begin(
        &mut self,
        plan: &Plan,
        run_id: String,
        directory: Directory,
    ) -> Result<(Run, Writer), ResultsError> {
        let run = self.unmeasured_part(plan, run_id);
        let writer = Writer::create(directory, &run)?;
        Ok((run, writer))
    }

    /// A run of that plan as it is before its first request, which is about to be sent: its times are counted from here on.
    pub(super) fn unmeasured_part(&mut self, plan: &Plan, run_id: String) -> Run {
        self.restart_clock_after_the_first_part();
        // Should the run be cut off, this is what tells when it was.
        let started = self.not_before_the_last(self.engine.epoch.wall_at(Epoch::now()));
        let mut run = self.unmeasured.clone();
        run.header.run_id = run_id;
        run.header.started_at = rfc3339(started);
        run.plan = disclosed(plan, self.disclosure);
        run
    }

    /// Only the first part counts from the clock that was read at the start: hours later that reading could be off, and the
    /// machine may have slept.
    fn restart_clock_after_the_first_part(&mut self) {
        if self.ended.is_some() {
            self.engine.epoch = Epoch::start();
            self.caller.set_clock(self.engine.epoch);
        }
    }

    /// A clock that was set back between two parts of a run must not make them seem to be measured at once.
    fn not_before_the_last(&self, moment: SystemTime) -> SystemTime {
        self.ended.map_or(moment, |ended| ended.max(moment))
    }

    /// Carries the plan out, in memory alone where there is no writer. Files that could not be kept are the writer's to
    /// report; the run is whole in memory.
    pub(super) fn carry_out(
        &mut self,
        part: Part,
        plan: &Plan,
        unmeasured: Run,
        writer: Option<&mut Writer>,
        observer: &mut dyn SessionObserver,
    ) -> Result<Run, SessionError> {
        observer.part_begun(PartBegun {
            part,
            plan,
            simulated: unmeasured.header.vantage.simulation.is_some(),
        });
        let engine = Engine {
            epoch: self.engine.epoch.moved_to(Epoch::now()),
            ..self.engine.clone()
        };
        if self.ended.is_none()
            && let Some(notice) = self.caller.keep_fresh(&self.stop)
        {
            observer.notice(&notice);
        }
        observer.measuring();
        let recording = record(
            &engine,
            &Arc::new(plan.clone()),
            &self.stop,
            writer,
            observer,
        )?;
        observer.writing();
        let started = self.not_before_the_last(engine.epoch.wall());
        self.ended = Some(started + recording.ended.elapsed);
        Ok(self.put_together(unmeasured, started, recording))
    }

    fn put_together(&self, unmeasured: Run, started: SystemTime, recording: Recording) -> Run {
        let Recording {
            series,
            signing,
            pace,
            notices,
            ended,
        } = recording;
        let elapsed = ended.elapsed.as_secs_f64();
        let lost = self.caller.lost().reason().map(|lost| lost.to_string());
        let stopped = || self.stop.cause().filter(|_| ended.by == Stop::Now);
        let cut_short = lost
            .or_else(|| stopped().map(str::to_owned))
            .map(|reason| recorded(&SessionNotice::CutShort(reason), ended.elapsed));
        Run {
            header: Header {
                started_at: rfc3339(started),
                ..unmeasured.header
            },
            measured: Measured {
                elapsed_ns: u64::try_from(ended.elapsed.as_nanos()).unwrap_or(u64::MAX),
                completion: match ended.by {
                    Stop::AtEnd => Completion::Complete,
                    Stop::Now => Completion::Interrupted,
                },
                series,
                signing,
                pace,
                ..unmeasured.measured
            },
            conditions: Conditions {
                measuring_cpu_ratio: ended
                    .cpu
                    .filter(|_| elapsed > 0.0)
                    .map(|cpu| cpu.as_secs_f64() / elapsed),
                spin_cpu_ratio: (elapsed > 0.0).then(|| ended.spun.as_secs_f64() / elapsed),
                health: Some(ended.health),
                ..unmeasured.conditions
            },
            notices: unmeasured
                .notices
                .into_iter()
                .chain(notices)
                .chain(cut_short)
                .collect(),
            ..unmeasured
        }
    }
}
