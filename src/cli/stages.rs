//! A plan that has to become precise: a pilot, then once, without another look, what the pilot shows to be missing.

use anyhow::{Context as _, anyhow};

use crate::compare::{self, Wanted};
use crate::load::{Epoch, Stop};
use crate::plan::{Cap, Load, Plan};
use crate::results::{self, Directory, Merger, PartKind, PrecisionOutcome, ResultsError, Run};

use super::exit::{Exit, OrExit as _, Refusal};
use super::session::{Files, Finished, Part, Session};

impl Session<'_> {
    /// Measures `pilot` and the stage that it asks for, and puts both together as one window.
    pub(super) fn measure_stages(&mut self, pilot: &Plan, directory: Directory) -> Result<Finished, Refusal> {
        results::clear(&directory).or_exit(Exit::NotWritten)?;
        let (began, mut failure) = (Epoch::now(), None);
        let part = Part { kind: PartKind::Stage, number: 0, plan: pilot, title: "pilot: ".to_owned() };
        let Some(first) = self.measure_part(&part, &directory, &mut failure)? else {
            let error = failure.map_or_else(|| anyhow!("the pilot could not be measured"), anyhow::Error::new);
            return Err(Refusal::new(Exit::NotWritten, error));
        };
        let wanted = compare::wanted_rounds(&first).context("the pilot is no audit").or_exit(Exit::Unexpected)?;
        let requests = pilot.max_requests.saturating_sub(pilot.planned_requests());
        let taken = Epoch::now().saturating_duration_since(began);
        let time = self.options.judging.max_duration.map(|time| time.saturating_sub(taken));
        let (stage, cap) = match self.signals.asked() {
            Stop::Now => (None, Some(Cap::Interruption)),
            Stop::AtEnd => pilot.main_stage(wanted.rounds, requests, time),
        };
        self.tell(&verdict_of_pilot(&first, &wanted, stage.as_ref(), cap));
        let mut merger = Merger::default();
        let mut add = |run: Run| merger.add(run).or_exit(Exit::Unexpected);
        add(first)?;
        let mut granted = rounds_of(pilot);
        if let Some(stage) = &stage
            && let Some(second) = self.measure_main_stage(stage, &directory, &mut failure)?
        {
            granted = granted.saturating_add(rounds_of(stage));
            add(second)?;
        }
        let (whole, stages) = merger.finish_in_one_window(self.run_id()).or_exit(Exit::Unexpected)?;
        let precision = PrecisionOutcome {
            pilot_rounds: rounds_of(pilot),
            wanted_rounds: wanted.rounds,
            granted_rounds: granted,
            capped_by: cap,
            decided_by: wanted.decided_by,
            reached: Vec::new(),
            stages,
        };
        let plan = Plan { judging: pilot.judging.clone(), max_requests: pilot.max_requests, ..whole.plan };
        let run = Run { plan, precision: Some(precision), ..whole };
        Ok(Finished { run, files: Files::OfParts { directory, failure } })
    }

    fn measure_main_stage(
        &mut self,
        stage: &Plan,
        directory: &Directory,
        failure: &mut Option<ResultsError>,
    ) -> Result<Option<Run>, Refusal> {
        let part = Part { kind: PartKind::Stage, number: 1, plan: stage, title: "main stage: ".to_owned() };
        self.measure_part(&part, directory, failure)
    }
}

/// What the pilot showed and what follows, for the user who waits.
fn verdict_of_pilot(pilot: &Run, wanted: &Wanted, stage: Option<&Plan>, cap: Option<Cap>) -> String {
    let most = wanted.decided_by.map(|target| {
        let target = pilot.plan.target(target);
        format!(", most for {} {} {}", target.endpoint.name, target.call.operation(), target.connection)
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
