//! JUnit XML: suites, their cases, and how each ended. Element order and attributes follow Jenkins' schema (junit-4.xsd of its
//! xUnit plugin), where the reason of a skipped case is its text.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::judge::{GateOutcome, GateResult};
use crate::report::escape::xml as clean;
use crate::report::view::claims::finding;
use crate::report::words::gates;
use crate::results::Run;

/// The suites as one document, with a line end.
pub(crate) fn document(suites: &[Suite]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
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

/// One suite. Texts are escaped already.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) properties: Vec<(&'static str, String)>,
    /// Seconds that the run took.
    pub(crate) time: f64,
    pub(crate) timestamp: String,
    pub(crate) hostname: String,
    pub(crate) cases: Vec<Case>,
}

/// One test case.
pub(crate) struct Case {
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) end: End,
}

/// How a case ended, with its text.
pub(crate) enum End {
    Passed(String),
    /// The kind of failure and the text.
    Failed(&'static str, String),
    Skipped(String),
    Error(&'static str, String),
}

/// A gate as cases, one for each of its claims; `runs` are those that the checks behind it are of.
pub(crate) fn of_gate(vantage: &str, gate: &GateResult, runs: &[&Run]) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for claim in &gate.claims {
        let subject = gates::subject(&claim.subject);
        let text = clean(&format!("{subject}: {}", finding(claim, runs)));
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
            class: clean(vantage),
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
