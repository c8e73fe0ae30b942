//! JUnit XML, as Jenkins, GitLab, CodeBuild and the test reporters for GitHub read it: each gate applied to a target is a
//! test case, and so is each check. Without gates the comparisons are test cases; they cannot fail, because no limit was set.

use crate::advice::FailsMore;
use crate::judge::{Check, CheckVerdict, Comparison, Uncompared, Verdict};

use crate::report::escape::xml as clean;
use crate::report::view::exportable;
use crate::report::view::report::Report;
use crate::report::words::advice::fails_more;
use crate::report::words::checks::reference;
use crate::report::words::names::over;
use crate::report::words::side_by_side::comparisons;
use crate::report::words::verdicts;

use super::junit_suite::{Case, End, Suite, document, of_gate};

/// The runs, two test suites each.
pub(crate) fn junit(reports: &[Report<'_>]) -> String {
    document(&reports.iter().flat_map(suites).collect::<Vec<_>>())
}

fn suites(report: &Report<'_>) -> Vec<Suite> {
    let gates: Vec<Case> = report
        .summary
        .gates
        .iter()
        .flat_map(|gate| of_gate(&exportable::vantage(report), gate, &[report.run]))
        .collect();
    let (what, judged) = match gates.is_empty() {
        false => ("gates", gates),
        true => ("comparisons", comparisons(report)),
    };
    vec![
        suite(report, what, judged),
        suite(report, "checks", checks(report)),
    ]
}

fn suite(report: &Report<'_>, what: &str, cases: Vec<Case>) -> Suite {
    let run = report.run;
    let simulated = if report.simulation.is_some() {
        " (simulated)"
    } else {
        ""
    };
    let mut properties = vec![
        ("simulated", report.simulation.is_some().to_string()),
        ("run_id", clean(&run.header.run_id)),
        ("vantage", clean(&run.header.vantage.name)),
        ("version", clean(&run.header.tool.version)),
        ("seed", run.plan.seed.to_string()),
    ];
    properties.extend(
        report
            .simulation
            .iter()
            .map(|simulation| ("simulation", clean(simulation))),
    );
    properties.extend(report.judged_anew().map(|told| ("judging", clean(&told))));
    Suite {
        name: format!(
            "stsbench {what}, {}{simulated}",
            clean(&run.header.vantage.name)
        ),
        properties,
        time: exportable::seconds(run.measured.elapsed_ns as f64),
        // The schema allows no time zone.
        timestamp: clean(run.header.started_at.trim_end_matches('Z')),
        hostname: clean(&run.header.vantage.name),
        cases,
    }
}

fn comparisons(report: &Report<'_>) -> Vec<Case> {
    let compared = report
        .summary
        .comparisons
        .iter()
        .map(|comparison| of_comparison(report, comparison));
    compared
        .chain(
            report
                .summary
                .uncompared
                .iter()
                .map(|pair| of_uncompared(report, pair)),
        )
        .collect()
}

fn of_uncompared(report: &Report<'_>, pair: &Uncompared) -> Case {
    let Uncompared {
        endpoint,
        operation,
        connection,
        level,
        verdict,
        ..
    } = pair;
    let baseline = &report.run.plan.target(pair.baseline).endpoint.name;
    let text = clean(&format!(
        "{endpoint} {} {}: {}; {}",
        operation.api_name(),
        over(*connection),
        verdict.as_str(),
        comparisons::obstacle(&pair.reason)
    ));
    Case {
        class: clean(&format!("{}.{endpoint}", exportable::vantage(report))),
        name: clean(&format!(
            "{level} {operation} {connection} against {baseline}"
        )),
        end: of_verdict(*verdict, text),
    }
}

fn of_verdict(verdict: Verdict, text: String) -> End {
    match verdict {
        Verdict::Invalid => End::Error("invalid", text),
        Verdict::NoData | Verdict::Inconclusive => End::Skipped(text),
        Verdict::Faster
        | Verdict::SlightlyFaster
        | Verdict::Equivalent
        | Verdict::SlightlySlower
        | Verdict::Slower => End::Passed(text),
    }
}

fn of_comparison(report: &Report<'_>, comparison: &Comparison) -> Case {
    let Comparison {
        operation,
        connection,
        level,
        verdict,
        ..
    } = comparison;
    let baseline = &report.run.plan.target(comparison.baseline).endpoint.name;
    let text = clean(&sentence(report, comparison));
    Case {
        class: clean(&format!(
            "{}.{}",
            exportable::vantage(report),
            comparison.endpoint
        )),
        name: clean(&format!(
            "{level} {operation} {connection} against {baseline}"
        )),
        end: of_verdict(*verdict, text),
    }
}

/// The verdict with its numbers and what would decide it.
fn sentence(report: &Report<'_>, comparison: &Comparison) -> String {
    let Comparison {
        endpoint,
        operation,
        connection,
        verdict,
        ..
    } = comparison;
    let shown = !matches!(verdict, Verdict::Invalid | Verdict::NoData);
    let details = comparison.reason.iter().map(comparisons::obstacle);
    let details = details
        .chain(shown.then(|| format!("difference {}", verdicts::saved(comparison.difference))));
    let row = |target| {
        let mut rows = report.summary.rows.iter();
        rows.find(|row| row.target == target)
    };
    let more_failures = row(comparison.candidate)
        .zip(row(comparison.baseline))
        .and_then(|(row, other)| FailsMore::between(row, other));
    let details = details.chain(more_failures.as_ref().map(fails_more));
    let details = details.chain(verdicts::by_signs(comparison));
    let details = details.chain(verdicts::lacking(comparison));
    let details = details.chain(comparison.in_general.as_ref().map(verdicts::in_general));
    format!(
        "{endpoint} {} {}: {}; {}",
        operation.api_name(),
        over(*connection),
        verdicts::verdict_cell(comparison),
        details.collect::<Vec<_>>().join("; ")
    )
}

fn checks(report: &Report<'_>) -> Vec<Case> {
    let vantage = exportable::vantage(report);
    let case = |check: &Check| {
        let sentence = report.sentence(check);
        let text = clean(&match reference(check) {
            Some(section) => format!("{sentence} ({section})"),
            None => sentence,
        });
        let end = match check.verdict {
            CheckVerdict::Ok => End::Passed(text),
            CheckVerdict::Warn => End::Passed(format!("warning: {text}")),
            CheckVerdict::Unknown => End::Skipped(format!("not available: {text}")),
            CheckVerdict::Invalid => End::Error("invalid", text),
        };
        Case {
            class: clean(&format!("{vantage}.checks")),
            name: clean(&check.title()),
            end,
        }
    };
    report.summary.checks.iter().map(case).collect()
}
