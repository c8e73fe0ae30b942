//! What a judgement ends with: its grounds, each with the exit code that it asks for and the words for it. The exit code and the
//! line about it are both made of these.

use crate::judge::{
    Between, Check, Design, GateOutcome, GateResult, History, HistoryLine, HistoryOutcome, Matched,
    Row, Standing, Summary, Verdict,
};
use crate::plan::ConnectionMode;
use sts_model::Operation;

use super::exit_code::{Exit, gravest};

/// Why a command ends as it does, the gravest first.
#[derive(Debug)]
pub(crate) struct Ending(Vec<Ground>);

/// One reason.
#[derive(Debug)]
struct Ground {
    exit: Exit,
    what: String,
}

impl Ending {
    fn new<const N: usize>(grounds: [(Exit, Option<String>); N]) -> Self {
        let grounds = grounds.into_iter();
        let there = grounds.filter_map(|(exit, what)| Some(Ground { exit, what: what? }));
        Self(there.collect())
    }

    /// The exit code of it.
    pub(crate) fn exit(&self) -> Exit {
        gravest(self.0.iter().map(|ground| ground.exit))
    }

    /// The reasons in words.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|ground| ground.what.as_str())
    }

    /// Of a run and the gates in its plan.
    ///
    /// Success means that the run has a p50 that may be used. A run with too few calls for a p50 has measured nothing, even if
    /// all of them succeeded, so that its code is not that of a measurement.
    pub(crate) fn of_run(summary: &Summary) -> Self {
        let is_silent = |row: &&Row| row.service_time.count == 0;
        let are_refused = summary.rows.iter().all(is_of_refused_keys);
        let exit = match summary.rows.iter().all(Row::is_lost) {
            true if are_refused && !summary.rows.is_empty() => Exit::Credentials,
            true => Exit::NoData,
            false => Exit::Invalid,
        };
        let silent = if summary.rows.iter().all(|row| is_silent(&row)) {
            Some("no endpoint gave data".to_owned())
        } else {
            first_of("no data", summary.rows.iter().filter(is_silent))
        };
        let rows = || summary.rows.iter().filter(|row| row.service_time.count > 0);
        let lost = first_of(
            if are_refused {
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
        Self::new([
            (exit, silent),
            (exit, lost),
            (Exit::Invalid, few),
            (Exit::Invalid, refused),
            gates(&summary.gates),
        ])
    }

    /// Of a run against another.
    pub(crate) fn of_runs(between: &Between) -> Self {
        if between.design == Design::Described {
            return Self(Vec::new());
        }
        let targets = || between.targets.iter();
        let of = |what: &str, wanted: Verdict| {
            let found = targets().filter(|target| target.verdict() == Some(wanted));
            first_name(what, found.map(name_of_matched))
        };
        let standing = |what: &str, is_so: fn(&Standing) -> bool| {
            let found = targets().filter(|target| is_so(&target.standing));
            first_name(what, found.map(name_of_matched))
        };
        let failing = targets().filter(|target| between.design.decides() && target.fails_more);
        let fails_more = first_name("fails more often", failing.map(name_of_matched));
        // Without gates an open verdict decides: one that is slightly slower may be slower by more than the margin. With gates,
        // they decide.
        let open = |what: &str, wanted: Verdict| {
            let decides = between.gates.is_empty();
            decides.then(|| of(what, wanted)).flatten()
        };
        Self::new([
            (Exit::Invalid, of("invalid", Verdict::Invalid)),
            (Exit::Invalid, of("no data", Verdict::NoData)),
            (Exit::GateFailed, of("slower", Verdict::Slower)),
            (Exit::GateFailed, fails_more),
            (
                Exit::Inconclusive,
                open(
                    "slower by an amount that is not proven",
                    Verdict::SlightlySlower,
                ),
            ),
            (
                Exit::Inconclusive,
                open("inconclusive", Verdict::Inconclusive),
            ),
            (
                Exit::Inconclusive,
                standing(
                    "measured one after the other, so that nothing is decided",
                    |standing| matches!(standing, Standing::Changed { .. }),
                ),
            ),
            (
                Exit::Inconclusive,
                standing("only in the candidate", |standing| {
                    matches!(standing, Standing::NoBaseline)
                }),
            ),
            (
                Exit::Inconclusive,
                standing("only in the baseline", |standing| {
                    matches!(standing, Standing::NoCandidate)
                }),
            ),
            gates(&between.gates),
        ])
    }

    /// Of a run against those before it.
    pub(crate) fn of_history(history: &History) -> Self {
        if history.lines.is_empty() {
            let nothing = "the run has no target".to_owned();
            return Self::new([(Exit::Inconclusive, Some(nothing))]);
        }
        let names = |is_so: &dyn Fn(&HistoryLine) -> bool| -> Vec<String> {
            let found = history.lines.iter().filter(|line| is_so(line));
            found
                .map(|line| target_name(&line.endpoint, line.operation, line.connection))
                .collect()
        };
        let of = |what: &str, wanted: HistoryOutcome| {
            first_name(what, names(&|line| line.outcome == wanted).into_iter())
        };
        let fails_more = names(&|line| line.fails_more()).into_iter();
        let few_runs = format!("fewer than {} earlier runs with a p50", History::LEAST_RUNS);
        let few_endpoints = format!(
            "fewer than {} endpoints to tell one from the vantage",
            History::LEAST_ENDPOINTS
        );
        Self::new([
            (Exit::Invalid, of("no p50", HistoryOutcome::NoData)),
            (
                Exit::GateFailed,
                of("has become slower", HistoryOutcome::Slower),
            ),
            (Exit::GateFailed, first_name("fails more often", fails_more)),
            (
                Exit::Inconclusive,
                of(&few_endpoints, HistoryOutcome::NoControl),
            ),
            (
                Exit::Inconclusive,
                of(&few_runs, HistoryOutcome::TooFewRuns),
            ),
            (
                Exit::Inconclusive,
                of("not measured this time", HistoryOutcome::NotMeasured),
            ),
        ])
    }
}

/// Whether most of the failed calls failed because the key was not accepted: the credentials were lost during the run.
fn is_of_refused_keys(row: &Row) -> bool {
    let failed = row.counts.failed();
    failed > 0 && row.counts.refused_keys() * 2 > failed
}

fn of_gates(gates: &[GateResult]) -> Exit {
    gravest(gates.iter().map(|gate| match gate.outcome {
        GateOutcome::Proven => Exit::Success,
        GateOutcome::Inconclusive => Exit::Inconclusive,
        GateOutcome::Violated => Exit::GateFailed,
        GateOutcome::Invalid => Exit::Invalid,
    }))
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

/// `gates: 4 proven, 8 inconclusive, 1 violated`, and what they ask for.
fn gates(gates: &[GateResult]) -> (Exit, Option<String>) {
    let number = |wanted: GateOutcome| gates.iter().filter(|gate| gate.outcome == wanted).count();
    let outcomes = [
        GateOutcome::Proven,
        GateOutcome::Inconclusive,
        GateOutcome::Violated,
        GateOutcome::Invalid,
    ];
    let outcomes_said: Vec<String> = outcomes
        .into_iter()
        .map(|outcome| (number(outcome), outcome.as_str()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    let outcomes_said =
        (!outcomes_said.is_empty()).then(|| format!("gates: {}", outcomes_said.join(", ")));
    (of_gates(gates), outcomes_said)
}

#[cfg(test)]
#[path = "ending_tests.rs"]
mod tests;
