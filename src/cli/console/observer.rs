//! What a session's progress looks like on stderr, and what it means for signals.

use std::time::Duration;

use crate::cli::options::output::OutputOptions;
use crate::plan::{Cap, Plan};
use crate::sample::Sample;
use crate::session::{
    Part, PartBegun, PilotJudged, SessionNotice, SessionObserver, WindowWait, rfc3339,
};

use super::diagnostics::{say, warn};
use super::headline::headline;
use super::progress::Progress;
use super::signals::{SignalStage, Signals};

/// Says on stderr how a session gets on.
pub(crate) struct ConsoleObserver<'a> {
    options: &'a OutputOptions,
    signals: Signals,
    progress: Option<Progress>,
}

impl<'a> ConsoleObserver<'a> {
    /// Says what `options` ask for, and keeps `signals` posted.
    pub(crate) fn new(options: &'a OutputOptions, signals: Signals) -> Self {
        Self {
            options,
            signals,
            progress: None,
        }
    }

    fn tell(&self, text: &str) {
        if !self.options.quiet {
            say(text);
        }
    }
}

impl SessionObserver for ConsoleObserver<'_> {
    fn notice(&mut self, notice: &SessionNotice) {
        warn(&notice.to_string());
    }

    fn waiting(&mut self, wait: WindowWait) {
        let at = rfc3339(wait.begins_at);
        let left = humantime::format_duration(Duration::from_secs(wait.left.as_secs()));
        self.tell(&format!("{}begins at {at}, in {left}", title(wait.part)));
    }

    fn part_begun(&mut self, begun: PartBegun<'_>) {
        let PartBegun {
            part,
            plan,
            simulated,
        } = begun;
        self.tell(&format!("{}{}", title(part), headline(plan, simulated)));
        self.progress = Some(Progress::of(plan, self.options));
    }

    fn measuring(&mut self) {
        self.signals.enter(SignalStage::Measuring);
    }

    fn sample(&mut self, sample: &Sample) {
        if let Some(progress) = &mut self.progress {
            progress.observe(sample);
        }
    }

    fn part_ended(&mut self) {
        if let Some(progress) = self.progress.take() {
            progress.finish();
        }
    }

    fn writing(&mut self) {
        self.signals.enter(SignalStage::Writing);
    }

    fn pilot_judged(&mut self, judged: PilotJudged<'_>) {
        self.tell(&verdict(judged));
    }
}

/// What a part is called, in front of its line.
fn title(part: Part) -> String {
    match part {
        Part::Whole => String::new(),
        Part::Window { number, of } => format!("window {} of {of}: ", number + 1),
        Part::Pilot => "pilot: ".to_owned(),
        Part::MainStage => "main stage: ".to_owned(),
    }
}

/// What the pilot showed and what follows.
fn verdict(judged: PilotJudged<'_>) -> String {
    let PilotJudged {
        pilot,
        wanted,
        stage,
        cap,
    } = judged;
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
    let rounds = stage.map_or(0, Plan::audit_rounds);
    format!(
        "the pilot asks for {} rounds{}; {rounds} more are measured{limit}",
        wanted.rounds,
        most.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_announced_by_what_it_is() {
        let titles = [
            (Part::Whole, ""),
            (Part::Window { number: 0, of: 3 }, "window 1 of 3: "),
            (Part::Pilot, "pilot: "),
            (Part::MainStage, "main stage: "),
        ];
        for (part, expected) in titles {
            assert_eq!(title(part), expected);
        }
    }
}
