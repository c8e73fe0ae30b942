//! What a judgement is worth, as an exit code. What must not be used comes before what is bad, and that before what is open.

use crate::judge::{
    Between, Check, GateOutcome, GateResult, History, HistoryOutcome, Row, Standing, Summary,
    Verdict,
};

use super::diagnostics::say;
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

/// Says in one line what the exit code stands for, where there is something to tell: who reads a log of stderr has no report
/// before them. A quiet command tells of an end that is no success.
pub(super) fn tell<'a>(summaries: impl IntoIterator<Item = &'a Summary>, exit: Exit, quiet: bool) {
    if quiet && exit == Exit::Success {
        return;
    }
    let mut reasons: Vec<String> = summaries.into_iter().flat_map(reasons).collect();
    reasons.dedup();
    if exit != Exit::Success || !reasons.is_empty() {
        say(&line(&reasons, exit));
    }
}

fn line(reasons: &[String], exit: Exit) -> String {
    let code = exit as u8;
    let more = reasons.len().saturating_sub(MOST_REASONS);
    let mut told = reasons
        .iter()
        .take(MOST_REASONS)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    if more > 0 {
        told.push_str(&format!("; and {more} more"));
    }
    match exit {
        Exit::Interrupted | Exit::Terminated if told.is_empty() => {
            format!("cut short (exit code {code})")
        }
        Exit::Interrupted | Exit::Terminated => format!("cut short; {told} (exit code {code})"),
        _ if told.is_empty() => format!("exit code {code}"),
        _ => format!("{told} (exit code {code})"),
    }
}

/// What a run is worth, in words, the gravest first.
fn reasons(summary: &Summary) -> Vec<String> {
    let silent: Vec<String> = summary
        .rows
        .iter()
        .filter(|row| row.service_time.count == 0)
        .map(named)
        .collect();
    let silent = match silent.as_slice() {
        [] => None,
        all if all.len() == summary.rows.len() => Some("no endpoint gave data".to_owned()),
        [only] => Some(format!("no data: {only}")),
        [first, rest @ ..] => Some(format!("no data: {first} and {} more", rest.len())),
    };
    let refused: Vec<String> = summary.refusals().map(Check::title).collect();
    let refused = (!refused.is_empty()).then(|| format!("invalid: {}", refused.join(", ")));
    silent
        .into_iter()
        .chain(refused)
        .chain(gates(&summary.gates))
        .collect()
}

fn named(row: &Row) -> String {
    format!("{} {} {}", row.endpoint, row.operation, row.connection)
}

/// `gates: 4 proven, 8 inconclusive, 1 violated`.
fn gates(gates: &[GateResult]) -> Option<String> {
    let number = |wanted: GateOutcome| gates.iter().filter(|gate| gate.outcome == wanted).count();
    let outcomes = [
        GateOutcome::Proven,
        GateOutcome::Inconclusive,
        GateOutcome::Violated,
        GateOutcome::Invalid,
    ];
    let told: Vec<String> = outcomes
        .into_iter()
        .map(|outcome| (number(outcome), outcome.as_str()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    (!told.is_empty()).then(|| format!("gates: {}", told.join(", ")))
}

/// Reasons that a line has room for; several runs have many.
const MOST_REASONS: usize = 4;

/// Of a run against another.
pub(super) fn of_runs(between: &Between) -> Exit {
    let targets = || {
        between
            .targets
            .iter()
            .map(|target| (target.verdict(), &target.standing))
    };
    let any = |wanted: &[Verdict]| {
        targets().any(|(verdict, _)| verdict.is_some_and(|verdict| wanted.contains(&verdict)))
    };
    let lacking = targets()
        .any(|(_, standing)| matches!(standing, Standing::NoBaseline | Standing::NoCandidate));
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
        HistoryOutcome::TooFewRuns | HistoryOutcome::NoControl | HistoryOutcome::NotMeasured => {
            Exit::Inconclusive
        }
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
    const ORDER: [Exit; 4] = [
        Exit::NoData,
        Exit::Invalid,
        Exit::GateFailed,
        Exit::Inconclusive,
    ];
    let place = |exit: &Exit| {
        ORDER
            .iter()
            .position(|other| other == exit)
            .unwrap_or(ORDER.len())
    };
    exits.into_iter().min_by_key(place).unwrap_or(Exit::Success)
}

#[cfg(test)]
mod tests {
    use crate::judge::fixture::{Fixture, answer, refused};
    use crate::plan::Judging;

    use super::*;

    fn told(fixture: Fixture, gates: &[&str]) -> String {
        let gates = gates.iter().map(|gate| (*gate).to_owned()).collect();
        let summary = fixture
            .judged(Judging {
                gates,
                ..Judging::default()
            })
            .summary();
        line(&reasons(&summary), of_run(&summary))
    }

    #[test]
    fn the_exit_code_is_told_with_its_reason() {
        let steady = || Fixture::small().calls(192, |_, i| answer(30 + u64::from(i % 3)));
        assert_eq!(
            told(steady(), &["p50 < 60ms"]),
            "gates: 1 proven (exit code 0)"
        );
        let gates = ["p50 < 60ms", "p50 < 1ms", "p(99) < 500ms"];
        assert_eq!(
            told(steady(), &gates),
            "gates: 1 proven, 1 inconclusive, 1 violated (exit code 1)"
        );
        let silent = || steady().calls_of("eu-west-1", 192, |_| refused());
        let told_of_silence = told(silent(), &[]);
        assert!(
            told_of_silence.starts_with("no data: eu-west-1 get-caller-identity warm"),
            "{told_of_silence}"
        );
        assert!(
            told_of_silence.ends_with("(exit code 3)"),
            "{told_of_silence}"
        );
        let nothing = told(Fixture::small().calls(9, |_, _| refused()), &[]);
        assert!(
            nothing.starts_with("no endpoint gave data") && nothing.ends_with("(exit code 5)"),
            "{nothing}"
        );
        assert_eq!(line(&[], Exit::Interrupted), "cut short (exit code 130)");
    }

    #[test]
    fn a_refusal_is_named_by_its_check() {
        let mut summary = Fixture::small()
            .calls(192, |_, i| answer(30 + u64::from(i % 3)))
            .summary();
        let stalls = Check::new("stalls", crate::judge::CheckVerdict::Invalid, String::new());
        summary.checks = vec![Check {
            rule: Some("V3".into()),
            ..stalls
        }];
        assert_eq!(
            line(&reasons(&summary), of_run(&summary)),
            "invalid: V3 stalls (exit code 3)"
        );
    }
}
