//! Every finding has a sentence: what was seen, how much, and what to do.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::Value;

use super::examples_tests::{Example, examples};
use super::sentence::sentence;
use crate::judge::synthetic_run::{Fixture, answer};
use crate::plan::TargetId;
use crate::results::CheckVerdict::{Unknown, Warn};
use crate::results::finding::{Finding, PrecisionFinding};
use crate::results::{Certificate, Check, Host, Item, ItemVerdict, Run, Subject, Tool};

/// A run of two targets with a certificate.
fn run() -> Run {
    let item = Item {
        name: "known-delay".into(),
        verdict: ItemVerdict::Pass,
        subject: Subject::Simulation,
        times_ns: [].into(),
        numbers: [].into(),
        threshold: "p50 at most 750 µs".into(),
        text: "measured minus injected p50 400 µs".into(),
    };
    let certificate = Certificate {
        schema_version: 1,
        tool: Tool {
            name: "stsbench".into(),
            version: "0.1.0".into(),
        },
        host: Host {
            name: "here".into(),
            kernel: "Linux".into(),
            cpu: "a processor".into(),
            cores: 2,
        },
        measured_at: "2026-11-22T12:00:00Z".into(),
        link: "kernel".into(),
        items: vec![item],
    };
    let mut run = Fixture::small().calls(3, |_, _| answer(1)).run();
    run.conditions.certificate = Some(certificate);
    run
}

fn check((finding, verdict, _): &Example) -> Check {
    Check {
        finding: Some(finding.clone()),
        ..Check::new("a-check", *verdict, String::new())
    }
}

/// `subject found` of the finding, as in files.
fn kind(finding: &Finding) -> String {
    let value = serde_json::to_value(finding).expect("a finding has a JSON form");
    let tag = |name: &str| value[name].as_str().expect("a tag").to_owned();
    format!("{} {}", tag("subject"), tag("found"))
}

/// Every kind that the sources declare.
fn declared() -> BTreeSet<String> {
    let sources = [
        (
            "answers",
            include_str!("../../../results/finding/answers.rs"),
        ),
        ("load", include_str!("../../../results/finding/load.rs")),
        (
            "machine",
            include_str!("../../../results/finding/machine.rs"),
        ),
        (
            "service",
            include_str!("../../../results/finding/service.rs"),
        ),
        (
            "connections",
            include_str!("../../../results/finding/connections.rs"),
        ),
        (
            "instrument",
            include_str!("../../../results/finding/instrument.rs"),
        ),
        (
            "precision",
            include_str!("../../../results/finding/precision.rs"),
        ),
    ];
    sources
        .iter()
        .flat_map(|(subject, source)| {
            variants(source).map(move |found| format!("{subject} {found}"))
        })
        .collect()
}

/// The variants of the file's first enum, in kebab case.
fn variants(source: &str) -> impl Iterator<Item = String> {
    let (_, body) = source
        .split_once("Finding {\n")
        .expect("an enum of findings");
    let (body, _) = body.split_once("\n}\n").expect("its end");
    body.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        let name: String = name
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        name.starts_with(|c: char| c.is_ascii_uppercase())
            .then(|| kebab(&name))
    })
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[test]
fn every_finding_is_among_the_examples() {
    let shown: BTreeSet<String> = examples()
        .iter()
        .map(|(finding, ..)| kind(finding))
        .collect();
    assert_eq!(shown, declared());
    assert!(shown.len() > 60, "{}", shown.len());
}

#[test]
fn every_sentence_is_as_reviewed() {
    let run = run();
    let sentences: Vec<String> = examples()
        .iter()
        .map(|example| {
            let word = format!("{:?}", example.1).to_lowercase();
            format!(
                "{} ({word}): {}",
                kind(&example.0),
                sentence(&check(example), &run)
            )
        })
        .collect();
    insta::assert_snapshot!("sentences", sentences.join("\n"));
}

/// What a reader is asked to do or to conclude.
const ADVICE: [&str; 17] = [
    "compare",
    "do not",
    "fix",
    "ignore",
    "let",
    "look",
    "lower",
    "measure",
    "raise",
    "read",
    "repeat",
    "see",
    "set",
    "stop",
    "take",
    "tell why",
    "not measurements of AWS",
];

#[test]
fn every_sentence_is_short_has_its_number_and_says_what_to_do() {
    let run = run();
    for example in examples() {
        let text = sentence(&check(&example), &run);
        let (_, verdict, number) = example;
        assert!((10..700).contains(&text.len()), "{text}");
        assert!(text.contains(number), "{number} in {text}");
        assert!(
            !text.ends_with(['.', ' ', ';', ':']) && !text.contains("  "),
            "{text}"
        );
        let advised = ADVICE.iter().any(|word| text.contains(word));
        assert!(advised || verdict <= Unknown, "{text}");
    }
}

#[test]
fn findings_survive_a_file_and_unknown_ones_leave_the_text() {
    let run = run();
    for example in examples() {
        let check = Check {
            text: "as it was written".into(),
            ..check(&example)
        };
        let mut value = serde_json::to_value(&check).expect("a check has a JSON form");
        let read = |value: &Value| Check::deserialize(value).expect("a check");
        assert_eq!(read(&value), check);
        value["finding"]["found"] = "from-a-later-version".into();
        let unknown = read(&value);
        assert_eq!(unknown.finding, None);
        assert_eq!(sentence(&unknown, &run), "as it was written");
    }
}

#[test]
fn a_target_that_is_not_planned_is_no_panic() {
    let thin = PrecisionFinding::ThinTail {
        percentile: 0.95,
        answers: 15.0,
        wanted_answers: 30.0,
        worst: TargetId(999),
        times_as_long: 2,
    };
    let text = sentence(&check(&(thin.into(), Warn, "")), &run());
    assert!(text.contains("at target 999 (30 wanted)"), "{text}");
}
