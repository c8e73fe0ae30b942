//! JUnit XML, as Jenkins, GitLab, CodeBuild and the test reporters for GitHub read it: each gate applied to a target is a
//! test case, and so is each check. Without gates the comparisons are test cases; they cannot fail, because no limit was set.
//!
//! Element order and attributes follow Jenkins' schema (junit-4.xsd of its xUnit plugin), where the reason of a skipped case
//! is its text.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::judge::{Check, CheckVerdict, Comparison, GateOutcome, GateResult, Uncompared, Verdict};

use crate::report::escape::xml as clean;
use crate::report::view::claims::finding;
use crate::report::view::exportable;
use crate::report::view::report::Report;
use crate::report::words::checks::reference;
use crate::report::words::names::over;
use crate::report::words::verdicts;
use crate::report::words::{comparisons, gates};

/// The runs, two test suites each.
pub(crate) fn junit(reports: &[Report<'_>]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let suites: Vec<Suite> = reports.iter().flat_map(suites).collect();
    writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .and_then(|()| {
            let count =
                |number: fn(&Suite) -> usize| suites.iter().map(number).sum::<usize>().to_string();
            writer
                .create_element("testsuites")
                .with_attribute(("name", "stsbench"))
                .with_attribute(("tests", count(|suite| suite.cases.len()).as_str()))
                .with_attribute(("failures", count(Suite::failures).as_str()))
                .with_attribute(("errors", count(Suite::errors).as_str()))
                .write_inner_content(|writer| {
                    suites.iter().try_for_each(|suite| suite.write(writer))
                })
        })
        .expect("memory takes any text");
    let text = String::from_utf8(writer.into_inner()).expect("written from strings");
    text + "\n"
}

struct Suite {
    name: String,
    properties: Vec<(&'static str, String)>,
    /// Seconds that the run took.
    time: f64,
    timestamp: String,
    hostname: String,
    cases: Vec<Case>,
}

struct Case {
    class: String,
    name: String,
    end: End,
}

/// How a case ended, with its text.
enum End {
    Passed(String),
    /// The kind of failure and the text.
    Failed(&'static str, String),
    Skipped(String),
    Error(&'static str, String),
}

fn suites(report: &Report<'_>) -> Vec<Suite> {
    let gates: Vec<Case> = report
        .summary
        .gates
        .iter()
        .flat_map(|gate| of_gate(report, gate))
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

fn of_gate(report: &Report<'_>, gate: &GateResult) -> Vec<Case> {
    let vantage = exportable::vantage(report);
    let mut cases: Vec<Case> = Vec::new();
    for claim in &gate.claims {
        let subject = gates::subject(&claim.subject);
        let text = clean(&format!("{subject}: {}", finding(claim, &[report.run])));
        let class = clean(&format!("{vantage}.{subject}"));
        cases.push(Case {
            class,
            name: clean(&gate.gate),
            end: of_outcome(claim.outcome, text),
        });
    }
    if cases.is_empty() {
        let end = of_outcome(
            gate.outcome,
            "the gate applies to no target of this run".to_owned(),
        );
        cases.push(Case {
            class: clean(&vantage),
            name: clean(&gate.gate),
            end,
        });
    }
    cases
}

fn of_outcome(outcome: GateOutcome, text: String) -> End {
    match outcome {
        GateOutcome::Proven => End::Passed(text),
        GateOutcome::Inconclusive => End::Skipped(format!("inconclusive: {text}")),
        GateOutcome::Violated => End::Failed(outcome.as_str(), text),
        GateOutcome::Invalid => End::Error(outcome.as_str(), text),
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
        "{endpoint} {operation} {}: {}; {}",
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
    let text = clean(&sentence(comparison));
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
fn sentence(comparison: &Comparison) -> String {
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
    let details = details.chain(verdicts::by_signs(comparison));
    let details = details.chain(verdicts::lacking(comparison));
    let details = details.chain(comparison.in_general.as_ref().map(verdicts::in_general));
    format!(
        "{endpoint} {operation} {}: {}; {}",
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

impl Suite {
    fn count(&self, of: fn(&End) -> bool) -> usize {
        self.cases.iter().filter(|case| of(&case.end)).count()
    }

    fn failures(&self) -> usize {
        self.count(|end| matches!(end, End::Failed(..)))
    }

    fn errors(&self) -> usize {
        self.count(|end| matches!(end, End::Error(..)))
    }

    fn skipped(&self) -> usize {
        self.count(|end| matches!(end, End::Skipped(_)))
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let attributes = [
            ("name", self.name.clone()),
            ("tests", self.cases.len().to_string()),
            ("failures", self.failures().to_string()),
            ("errors", self.errors().to_string()),
            ("skipped", self.skipped().to_string()),
            ("time", self.time.to_string()),
            ("timestamp", self.timestamp.clone()),
            ("hostname", self.hostname.clone()),
        ];
        writer
            .create_element("testsuite")
            .with_attributes(
                attributes
                    .iter()
                    .map(|(name, value)| (*name, value.as_str())),
            )
            .write_inner_content(|writer| {
                writer
                    .create_element("properties")
                    .write_inner_content(|writer| {
                        self.properties.iter().try_for_each(|(name, value)| {
                            let attributes = [("name", *name), ("value", value.as_str())];
                            writer
                                .create_element("property")
                                .with_attributes(attributes)
                                .write_empty()
                                .map(drop)
                        })
                    })?;
                self.cases.iter().try_for_each(|case| case.write(writer))
            })
            .map(drop)
    }
}

impl Case {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let attributes = [
            ("classname", self.class.as_str()),
            ("name", self.name.as_str()),
            ("time", "0"),
        ];
        writer
            .create_element("testcase")
            .with_attributes(attributes)
            .write_inner_content(|writer| {
                let (element, kind, text) = match &self.end {
                    End::Passed(text) => ("system-out", None, text),
                    End::Failed(kind, text) => ("failure", Some(*kind), text),
                    End::Skipped(text) => ("skipped", None, text),
                    End::Error(kind, text) => ("error", Some(*kind), text),
                };
                let element = writer.create_element(element);
                let element = match kind {
                    Some(kind) => {
                        element.with_attributes([("type", kind), ("message", text.as_str())])
                    }
                    None => element,
                };
                element.write_text_content(BytesText::new(text)).map(drop)
            })
            .map(drop)
    }
}
