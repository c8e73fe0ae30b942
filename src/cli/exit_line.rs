//! One line on stderr that gives the exit code and its reasons.

use crate::judge::{
    Between, Check, Design, GateOutcome, GateResult, History, HistoryOutcome, Matched, Row,
    Standing, Summary, Verdict,
};
use crate::plan::ConnectionMode;
use sts_model::Operation;

use super::console::diagnostics::say;
use super::exit_code::{Exit, is_of_refused_keys};

/// Says in one line what the exit code stands for, where there is something to tell: who reads a log of stderr has no report
/// before them. A quiet command tells of an end that is no success.
pub(crate) fn tell<'a>(summaries: impl IntoIterator<Item = &'a Summary>, exit: Exit, quiet: bool) {
    if quiet && exit == Exit::Success {
        return;
    }
    let mut reasons: Vec<String> = summaries.into_iter().flat_map(reasons).collect();
    reasons.dedup();
    say_unless_plain(&reasons, exit);
}

/// The same of a run against another.
pub(crate) fn tell_of_runs(between: &Between, exit: Exit) {
    say_unless_plain(&reasons_of_runs(between), exit);
}

/// The same of a run against those before it.
pub(crate) fn tell_of_history(history: &History, exit: Exit) {
    say_unless_plain(&reasons_of_history(history), exit);
}

fn say_unless_plain(reasons: &[String], exit: Exit) {
    if exit != Exit::Success || !reasons.is_empty() {
        say(&line(reasons, exit));
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
    let is_silent = |row: &&Row| row.service_time.count == 0;
    let silent = if summary.rows.iter().all(|row| is_silent(&row)) {
        Some("no endpoint gave data".to_owned())
    } else {
        first_of("no data", summary.rows.iter().filter(is_silent))
    };
    let rows = || summary.rows.iter().filter(|row| row.service_time.count > 0);
    let lost = first_of(
        if summary.rows.iter().all(is_of_refused_keys) {
            "the credentials were refused during the run"
        } else {
            "most calls failed or were withheld"
        },
        rows().filter(|row| row.is_lost()),
    );
    let few = first_of(
        "no p50",
        summary
            .without_median()
            .filter(|row| row.service_time.count > 0 && !row.is_lost()),
    );
    let refused: Vec<String> = summary.refusals().map(Check::title).collect();
    let refused = names_in_a_line("invalid", &refused);
    silent
        .into_iter()
        .chain(lost)
        .chain(few)
        .chain(refused)
        .chain(gates(&summary.gates))
        .collect()
}

/// What became of the targets of two runs, the gravest first.
fn reasons_of_runs(between: &Between) -> Vec<String> {
    if between.design == Design::Described {
        return Vec::new();
    }
    let targets = || between.targets.iter();
    let has = |target: &&Matched, wanted: &[Verdict]| {
        target
            .verdict()
            .is_some_and(|verdict| wanted.contains(&verdict))
    };
    let of = |what: &str, wanted: &[Verdict]| {
        let found = targets().filter(|target| has(target, wanted));
        first_name(what, found.map(name_of_matched))
    };
    let standing = |what: &str, is_so: fn(&Standing) -> bool| {
        let found = targets().filter(|target| is_so(&target.standing));
        first_name(what, found.map(name_of_matched))
    };
    let failing = targets().filter(|target| between.design.decides() && target.fails_more);
    let fails_more = first_name("fails more often", failing.map(name_of_matched));
    // Conditions that are named decide instead.
    let open = between.gates.is_empty();
    let open = |what: &str, wanted: &[Verdict]| open.then(|| of(what, wanted)).flatten();
    [
        of("invalid", &[Verdict::Invalid]),
        of("no data", &[Verdict::NoData]),
        of("slower", &[Verdict::Slower]),
        fails_more,
        open(
            "slower by an amount that is not proven",
            &[Verdict::SlightlySlower],
        ),
        open("inconclusive", &[Verdict::Inconclusive]),
        standing(
            "measured one after the other, so that nothing is decided",
            |standing| matches!(standing, Standing::Changed { .. }),
        ),
        standing("only in the candidate", |standing| {
            matches!(standing, Standing::NoBaseline)
        }),
        standing("only in the baseline", |standing| {
            matches!(standing, Standing::NoCandidate)
        }),
        gates(&between.gates),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What became of the targets of a run against those before it, the gravest first.
fn reasons_of_history(history: &History) -> Vec<String> {
    if history.lines.is_empty() {
        return vec!["the run has no target".to_owned()];
    }
    let of = |what: &str, wanted: HistoryOutcome| {
        let found = history.lines.iter().filter(|line| line.outcome == wanted);
        let names = found.map(|line| target_name(&line.endpoint, line.operation, line.connection));
        first_name(what, names)
    };
    let failing = history.lines.iter().filter(|line| line.fails_more());
    let failing = failing.map(|line| target_name(&line.endpoint, line.operation, line.connection));
    let fails_more = first_name("fails more often", failing);
    let few_runs = format!("fewer than {} earlier runs with a p50", History::LEAST_RUNS);
    let few_endpoints = format!(
        "fewer than {} endpoints to tell one from the vantage",
        History::LEAST_ENDPOINTS
    );
    [
        of("no p50", HistoryOutcome::NoData),
        of("has become slower", HistoryOutcome::Slower),
        fails_more,
        of(&few_endpoints, HistoryOutcome::NoControl),
        of(&few_runs, HistoryOutcome::TooFewRuns),
        of("not measured this time", HistoryOutcome::NotMeasured),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn name_of_matched(target: &Matched) -> String {
    target_name(&target.endpoint, target.operation, target.connection)
}

fn target_name(endpoint: &str, operation: Operation, connection: ConnectionMode) -> String {
    format!("{endpoint} {operation} {connection}")
}

/// What is so, and of which target first; nothing where it is of none.
fn first_of<'a>(what: &str, rows: impl Iterator<Item = &'a Row>) -> Option<String> {
    first_name(
        what,
        rows.map(|row| target_name(&row.endpoint, row.operation, row.connection)),
    )
}

/// What is so, and of what, as far as a line has room for the names.
fn names_in_a_line(what: &str, names: &[String]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let mut text = format!("{what}: {first}");
    for (at, name) in rest.iter().enumerate() {
        let more = rest.len() - at;
        if text.len() + ", ".len() + name.len() > MOST_OF_A_LINE {
            return Some(format!("{text} and {more} more"));
        }
        text = format!("{text}, {name}");
    }
    Some(text)
}

/// Characters that one reason may take, so that it and the exit code fit a terminal of 80 columns.
const MOST_OF_A_LINE: usize = 54;

fn first_name(what: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("{what}: {only}")),
        [first, rest @ ..] => Some(format!("{what}: {first} and {} more", rest.len())),
    }
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

#[cfg(test)]
mod tests {
    use crate::cli::exit_code::of_run;
    use crate::judge::synthetic_run::{Fixture, answer, refused};
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
        let few = told(Fixture::of("eu-west-1").calls(4, |_, _| answer(30)), &[]);
        assert_eq!(
            few,
            "no p50: eu-west-1 get-caller-identity warm (exit code 3)"
        );
        let call = |i: u32| if i < 5 { answer(30) } else { refused() };
        let lost = told(Fixture::of("eu-west-1").calls(96, |_, i| call(i)), &[]);
        assert_eq!(
            lost,
            "most calls failed or were withheld: eu-west-1 get-caller-identity warm; invalid: V10 error-bias (exit code 5)"
        );
        assert_eq!(line(&[], Exit::Interrupted), "cut short (exit code 130)");
    }

    #[test]
    fn many_refusals_fit_into_a_line() {
        let names: Vec<String> = (1..=9).map(|at| format!("V{at} a-check")).collect();
        let told = names_in_a_line("invalid", &names).expect("some");
        assert_eq!(
            told,
            "invalid: V1 a-check, V2 a-check, V3 a-check, V4 a-check and 5 more"
        );
        assert!(line(&[told], Exit::Success).len() <= 80);
        assert_eq!(names_in_a_line("invalid", &[]), None);
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
