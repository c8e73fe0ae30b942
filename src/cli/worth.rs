//! What a judgement is worth, as an exit code. What must not be used comes before what is bad, and that before what is open.

use crate::compare::{Between, GateOutcome, GateResult, History, HistoryOutcome, Row, Standing, Summary, Verdict};

use super::exit::Exit;

/// Of a run and the gates in its plan.
pub(super) fn of_run(summary: &Summary) -> Exit {
    let silent = |row: &Row| row.service_time.count == 0;
    if summary.rows.iter().all(silent) {
        Exit::NoData
    } else if summary.rows.iter().any(silent) || summary.refusals().next().is_some() {
        Exit::Invalid
    } else {
        of_gates(&summary.gates)
    }
}

/// Of a run against another.
pub(super) fn of_runs(between: &Between) -> Exit {
    let targets = || between.targets.iter().map(|target| (target.verdict(), &target.standing));
    let any =
        |wanted: &[Verdict]| targets().any(|(verdict, _)| verdict.is_some_and(|verdict| wanted.contains(&verdict)));
    let lacking = targets().any(|(_, standing)| matches!(standing, Standing::NoBaseline | Standing::NoCandidate));
    // Slightly slower may be slower by more than the margin. Whoever names conditions asks for those.
    let open = between.gates.is_empty() && any(&[Verdict::Inconclusive, Verdict::SlightlySlower]);
    let verdicts = if any(&[Verdict::Invalid, Verdict::NoData]) {
        Exit::Invalid
    } else if any(&[Verdict::Slower]) {
        Exit::GateFailed
    } else if lacking || open {
        Exit::Inconclusive
    } else {
        Exit::Success
    };
    gravest([verdicts, of_gates(&between.gates)])
}

/// Of a run against those before it.
pub(super) fn of_history(history: &History) -> Exit {
    if history.lines.is_empty() {
        return Exit::Inconclusive;
    }
    gravest(history.lines.iter().map(|line| match line.outcome {
        HistoryOutcome::Steady | HistoryOutcome::BeyondOnce => Exit::Success,
        HistoryOutcome::Slower => Exit::GateFailed,
        HistoryOutcome::TooFewRuns | HistoryOutcome::NoControl | HistoryOutcome::NotMeasured => Exit::Inconclusive,
        HistoryOutcome::NoData => Exit::Invalid,
    }))
}

fn of_gates(gates: &[GateResult]) -> Exit {
    gravest(gates.iter().map(|gate| match gate.outcome {
        GateOutcome::Proven => Exit::Success,
        GateOutcome::Inconclusive => Exit::Inconclusive,
        GateOutcome::Violated => Exit::GateFailed,
        GateOutcome::Invalid => Exit::Invalid,
    }))
}

/// The one that a caller has to know of several.
pub(super) fn gravest(exits: impl IntoIterator<Item = Exit>) -> Exit {
    const ORDER: [Exit; 4] = [Exit::NoData, Exit::Invalid, Exit::GateFailed, Exit::Inconclusive];
    let place = |exit: &Exit| ORDER.iter().position(|other| other == exit).unwrap_or(ORDER.len());
    exits.into_iter().min_by_key(place).unwrap_or(Exit::Success)
}
