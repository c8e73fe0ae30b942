//! A plan that has to become precise: a pilot, then once, without another look, what the pilot shows to be missing.

use anyhow::{Context as _, anyhow};

use crate::judge::{self, Wanted};
use crate::load::{Epoch, Stop};
use crate::plan::{Cap, Load, Plan};
use crate::results::{
    self, Directory, MergeError, Merger, PartKind, PrecisionOutcome, ResultsError, Run,
};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::session::{Files, Finished, Part, Session};

impl Session<'_> {
    /// Measures `pilot` and the stage that it asks for, and puts both together as one window.
    pub(crate) fn measure_stages(
        &mut self,
        pilot: &Plan,
        directory: Directory,
    ) -> Result<Finished, CommandError> {
        results::clear(&directory).or_exit(Exit::NotWritten)?;
        let (began, mut failure) = (Epoch::now(), None);
        let part = Part {
            kind: PartKind::Stage,
            number: 0,
            plan: pilot,
            title: "pilot: ".to_owned(),
        };
        let Some(first) = self.measure_part(&part, &directory, &mut failure)? else {
            let error = failure.map_or_else(
                || anyhow!("the pilot could not be measured"),
                anyhow::Error::new,
            );
            return Err(CommandError::new(Exit::NotWritten, error));
        };
        let wanted = judge::wanted_rounds(&first)
            .context("the pilot is no audit")
            .or_exit(Exit::Unexpected)?;
        let requests = pilot.max_requests.saturating_sub(pilot.planned_requests());
        let taken = Epoch::now().saturating_duration_since(began);
        let time = self
            .options
            .judging
            .max_duration
            .map(|time| time.saturating_sub(taken));
        let (stage, cap) = match self.signals.asked() {
            Stop::Now => (None, Some(Cap::Interruption)),
            Stop::AtEnd => pilot.main_stage(wanted.rounds, requests, time),
        };
        self.tell(&verdict_of_pilot(&first, &wanted, stage.as_ref(), cap));
        let main = match &stage {
            Some(stage) => self.measure_main_stage(stage, &directory, &mut failure)?,
            None => None,
        };
        let run = Stages {
            pilot: first,
            main,
            wanted,
            capped_by: cap,
        }
        .joined(self.run_id())
        .or_exit(Exit::Unexpected)?;
        Ok(Finished {
            run,
            files: Files::OfParts { directory, failure },
        })
    }

    fn measure_main_stage(
        &mut self,
        stage: &Plan,
        directory: &Directory,
        failure: &mut Option<ResultsError>,
    ) -> Result<Option<Run>, CommandError> {
        let part = Part {
            kind: PartKind::Stage,
            number: 1,
            plan: stage,
            title: "main stage: ".to_owned(),
        };
        self.measure_part(&part, directory, failure)
    }
}

/// A pilot, and what was measured of the stage that it asked for.
pub(crate) struct Stages {
    pub pilot: Run,
    pub main: Option<Run>,
    pub wanted: Wanted,
    /// Why fewer rounds than wanted were planned.
    pub capped_by: Option<Cap>,
}

impl Stages {
    /// Both as one window, with how its length was chosen.
    pub(crate) fn joined(self, run_id: String) -> Result<Run, MergeError> {
        let Self {
            pilot,
            main,
            wanted,
            capped_by,
        } = self;
        let (pilot_plan, main_rounds) = (
            pilot.plan.clone(),
            main.as_ref().map_or(0, |main| rounds_of(&main.plan)),
        );
        let mut merger = Merger::default();
        for run in std::iter::once(pilot).chain(main) {
            merger.add(run)?;
        }
        let (whole, stages) = merger.finish_in_one_window(run_id)?;
        let precision = PrecisionOutcome {
            pilot_rounds: rounds_of(&pilot_plan),
            wanted_rounds: wanted.rounds,
            granted_rounds: rounds_of(&pilot_plan).saturating_add(main_rounds),
            capped_by,
            decided_by: wanted.decided_by,
            reached: Vec::new(),
            stages,
        };
        let plan = Plan {
            judging: pilot_plan.judging,
            max_requests: pilot_plan.max_requests,
            ..whole.plan
        };
        Ok(Run {
            plan,
            precision: Some(precision),
            ..whole
        })
    }
}

/// What the pilot showed and what follows, for the user who waits.
fn verdict_of_pilot(
    pilot: &Run,
    wanted: &Wanted,
    stage: Option<&Plan>,
    cap: Option<Cap>,
) -> String {
    let most = wanted.decided_by.map(|target| {
        let target = pilot.plan.target(target);
        format!(
            ", most for {} {} {}",
            target.endpoint.name,
            target.call.operation(),
            target.connection
        )
    });
    let limit = match cap {
        None => "",
        Some(Cap::MaxRequests) => ", as many as --max-requests leaves",
        Some(Cap::MaxDuration) => ", as many as --max-duration leaves time for",
        Some(Cap::Length) => {
            ", as many as a run with blocks of this length can have; a longer pilot (--rounds) has longer ones"
        }
        Some(Cap::Interruption) => ", because the run was cut short",
    };
    let rounds = stage.map_or(0, rounds_of);
    format!(
        "the pilot asks for {} rounds{}; {rounds} more are measured{limit}",
        wanted.rounds,
        most.unwrap_or_default()
    )
}

fn rounds_of(plan: &Plan) -> u32 {
    match plan.load {
        Load::Audit { rounds, .. } => rounds,
        Load::Open { .. } | Load::Closed { .. } => 0,
    }
}
