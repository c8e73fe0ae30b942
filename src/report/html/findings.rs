//! Gates with their evidence, and checks with what to do about them.

use crate::judge::{CheckVerdict, GateOutcome, GateResult};
use crate::report::view::claims::{claims_to_show, sentence};
use crate::report::view::report::Report;
use crate::report::words::checks;
use crate::results::{Check, Run};

/// A finding with its word and its evidence.
pub(crate) struct FindingItem {
    /// `good`, `bad` or nothing, by which it is coloured beside its word.
    pub(crate) class: &'static str,
    pub(crate) word: &'static str,
    pub(crate) title: String,
    /// Sentences of evidence.
    pub(crate) evidence: Vec<String>,
    /// The section of the reference about it.
    pub(crate) reference: Option<Reference>,
}

/// A section of the reference.
pub(crate) struct Reference {
    /// Where it is, below the project's root.
    pub(crate) place: String,
    /// The question that the check asks.
    pub(crate) question: String,
    /// What it says of each thing: when it warns, what to do.
    pub(crate) parts: Vec<(String, String)>,
}

/// The checks of a run.
pub(crate) struct Checks {
    /// Those that warn or refuse, the most serious first.
    pub(crate) found: Vec<FindingItem>,
    /// The names of those that passed.
    pub(crate) passed: Vec<String>,
    /// The names of those that could not be made.
    pub(crate) unknown: Vec<String>,
}

/// Gates with the claims that decided them.
pub(crate) fn gates(gates: &[GateResult], runs: &[&Run]) -> Vec<FindingItem> {
    let finding = |gate: &GateResult| FindingItem {
        class: match gate.outcome {
            GateOutcome::Proven => "good",
            GateOutcome::Violated | GateOutcome::Invalid => "bad",
            _ => "",
        },
        word: gate.outcome.as_str(),
        title: gate.gate.clone(),
        evidence: claims_to_show(gate)
            .map(|claim| sentence(claim, runs))
            .collect(),
        reference: None,
    };
    gates.iter().map(finding).collect()
}

/// The checks of the report's run.
pub(crate) fn run_checks(report: &Report<'_>) -> Checks {
    let of = |verdict: CheckVerdict| {
        let all = report.checks().into_iter();
        all.filter(move |check| check.verdict == verdict)
            .map(Check::title)
            .collect()
    };
    let doubted = report
        .checks()
        .into_iter()
        .filter(|check| matches!(check.verdict, CheckVerdict::Warn | CheckVerdict::Invalid));
    Checks {
        found: doubted.map(|check| doubt(report, check)).collect(),
        passed: of(CheckVerdict::Ok),
        unknown: of(CheckVerdict::Unknown),
    }
}

fn doubt(report: &Report<'_>, check: &Check) -> FindingItem {
    let (class, word) = match check.verdict {
        CheckVerdict::Invalid => ("bad", "INVALID"),
        _ => ("", "Warning"),
    };
    FindingItem {
        class,
        word,
        title: check.title(),
        evidence: vec![report.sentence(check)],
        reference: checks::reference(check).map(|place| section(&check.name, place)),
    }
}

/// The section about the check of that name.
fn section(name: &str, place: String) -> Reference {
    let heading = format!("\n## {name}\n");
    let text = CHECKS.split_once(&heading).map_or("", |(_, rest)| rest);
    let text = text.split("\n## ").next().unwrap_or_default();
    let mut question = String::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for paragraph in text.split("\n\n").filter(|text| !text.trim().is_empty()) {
        for item in paragraph.trim().split("\n- ") {
            let item = item
                .trim_start_matches("- ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let part = item
                .strip_prefix('*')
                .and_then(|rest| rest.split_once("*: "))
                .or_else(|| item.split_once(": `"));
            match part {
                Some((name, rest)) => parts.push((name.to_owned(), plain(rest))),
                None if question.is_empty() => question = plain(&item),
                None => parts.push(("Note".to_owned(), plain(&item))),
            }
        }
    }
    Reference {
        place,
        question,
        parts,
    }
}

/// A line of the reference without the marks of Markdown.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    // A link shows its text.
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.replace(['`', '*', '['], "").trim().to_owned()
}

/// The reference of all checks.
const CHECKS: &str = include_str!("../../../docs/reference/checks.md");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_of_the_reference_says_what_to_do() {
        let names: Vec<&str> = CHECKS
            .split("\n## ")
            .skip(1)
            .filter_map(|section| section.lines().next())
            .filter(|name| !name.contains(' '))
            .collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            let reference = section(name, String::new());
            assert!(
                reference.question.ends_with(['?', '.']),
                "{name}: {}",
                reference.question
            );
            let has = |wanted: &str| reference.parts.iter().any(|(part, _)| part == wanted);
            assert!(
                has("Formula") && has("Limits"),
                "{name}: {:?}",
                reference.parts
            );
        }
    }
}
