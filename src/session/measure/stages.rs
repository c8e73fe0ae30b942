//! A plan that has to become precise: a pilot, then once, without another look, what the pilot shows to be missing.

use crate::judge::{self, Wanted};
use crate::load::{Epoch, Stop};
use crate::plan::Cap;
use crate::results::{Directory, MergeError, Merger, PrecisionOutcome, Run};
use crate::session::error::SessionError;
use crate::session::finished::Files;
use crate::session::observer::{Part, PilotJudged, SessionObserver};
use crate::session::run::Session;

use super::part::WholeDirectory;

impl Session {
    /// Measures the plan as a pilot and the stage that it asks for, and puts both together as one window.
    pub(super) fn measure_stages(
        &mut self,
        directory: Directory,
        observer: &mut dyn SessionObserver,
    ) -> Result<(Run, Files), SessionError> {
        let mut whole = WholeDirectory::emptied(directory)?;
        let began = Epoch::now();
        let plan = self.settled.plan.clone();
        let Some(pilot) = self.measure_part(Part::Pilot, &plan, &mut whole, observer)? else {
            return Err(whole.without_a_part(SessionError::NoPilot));
        };
        let wanted = judge::wanted_rounds(&pilot).ok_or(SessionError::PilotKind)?;
        let requests = plan.max_requests.saturating_sub(plan.planned_requests());
        let taken = Epoch::now().saturating_duration_since(began);
        let time = self
            .settled
            .max_duration
            .map(|time| time.saturating_sub(taken));
        let (stage, cap) = match self.stop.state() {
            Stop::Now => (None, Some(Cap::Interruption)),
            Stop::AtEnd => plan.main_stage(wanted.rounds, requests, time),
        };
        observer.pilot_judged(PilotJudged {
            pilot: &pilot,
            wanted,
            stage: stage.as_ref(),
            cap,
        });
        let main = match &stage {
            Some(stage) => self.measure_part(Part::MainStage, stage, &mut whole, observer)?,
            None => None,
        };
        let stages = Stages {
            pilot,
            main,
            wanted,
            capped_by: cap,
        };
        let run = stages
            .joined(self.unmeasured.header.run_id.clone())
            .map_err(SessionError::Stages)?;
        let WholeDirectory { directory, failure } = whole;
        Ok((run, Files::OfParts { directory, failure }))
    }
}

/// A pilot, and what was measured of the stage that it asked for.
#[derive(Debug)]
pub(crate) struct Stages {
    /// The pilot's run.
    pub pilot: Run,
    /// The main stage's run, if one was measured.
    pub main: Option<Run>,
    /// How many rounds the pilot asked for.
    pub wanted: Wanted,
    /// Why fewer rounds than wanted were planned.
    pub capped_by: Option<Cap>,
}

impl Stages {
    /// Both as one window, with how its length was chosen.
    ///
    /// # Errors
    /// [`MergeError`] when the two do not go together.
    pub(crate) fn joined(self, run_id: String) -> Result<Run, MergeError> {
        let Self {
            pilot,
            main,
            wanted,
            capped_by,
        } = self;
        let (pilot_plan, main_rounds) = (
            pilot.plan.clone(),
            main.as_ref().map_or(0, |main| main.plan.audit_rounds()),
        );
        let mut merger = Merger::default();
        for run in std::iter::once(pilot).chain(main) {
            merger.add(run)?;
        }
        let (mut whole, stages) = merger.finish_in_one_window(run_id)?;
        let precision = PrecisionOutcome {
            pilot_rounds: pilot_plan.audit_rounds(),
            wanted_rounds: wanted.rounds,
            granted_rounds: pilot_plan.audit_rounds().saturating_add(main_rounds),
            capped_by,
            decided_by: wanted.decided_by,
            reached: Vec::new(),
            stages,
        };
        whole.plan.judging = pilot_plan.judging;
        whole.plan.max_requests = pilot_plan.max_requests;
        whole.measured.precision = Some(precision);
        Ok(whole)
    }
}
