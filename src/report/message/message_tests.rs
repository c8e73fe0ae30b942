//! Messages about runs whose truth is known, within the limits of those who show them.

use serde_json::Value;
use time::OffsetDateTime;

use crate::judge::synthetic_run::Fixture;
use crate::judge::{Check, CheckVerdict, between, summarise};
use crate::plan::Judging;
use crate::report::comparison::Compared;
use crate::report::view::report::Report;
use crate::report::words::simulation::NotOfAws;
use crate::results::{Run, moment};

use super::pr_comment::MARKER;
use super::value::{Brief, Mood};
use super::*;

fn now() -> OffsetDateTime {
    moment("2026-12-01T00:00:00Z").expect("a date")
}

fn run(id: &str, seed: u64, slow: f64, gates: &[&str]) -> Run {
    let fixture = Fixture::of("global,eu-west-1,eu-west-2").noisy(192, seed, 0.02, |target| {
        match target.endpoint.name.as_str() {
            "global" => 90.0,
            "eu-west-1" => slow,
            _ => 30.0,
        }
    });
    let judging = Judging {
        gates: gates.iter().map(|&gate| gate.to_owned()).collect(),
        ..Judging::default()
    };
    let mut run = fixture.judged(judging).simulated_run();
    run.header.run_id = format!("20261122-141500-0000000{id}");
    run
}

fn with_message(run: &Run, look: impl Fn(&Brief)) {
    let summary = summarise(run);
    look(&of_report(&Report::new(run, &summary)));
}

fn compared(slow: f64, look: impl Fn(&Brief)) {
    let [baseline, candidate] = [run("a", 1, 30.0, &[]), run("b", 2, slow, &[])];
    let between = between(&baseline, &candidate, &[], now()).expect("comparable");
    look(&of_comparison(Compared::Runs {
        baseline: &baseline,
        candidate: &candidate,
        between: &between,
    }));
}

#[test]
fn violated_gates_come_first_and_the_worst_of_them_before_the_others() {
    let gates = [
        "p50(eu-west-2) < 90ms",
        "p50(eu-west-1) < 10ms",
        "p50(global) < 500ms",
    ];
    with_message(&run("a", 1, 30.0, &gates), |message| {
        assert_eq!(message.headline, "❌ 1 of 3 gates violated");
        assert_eq!(message.mood, Mood::Bad);
        assert!(message.is_news && message.not_of_aws == Some(NotOfAws::Simulated));
        assert!(
            message.lines[0].starts_with("violated p50(eu-west-1) < 10ms: eu-west-1"),
            "{:?}",
            message.lines
        );
        let comment = pr_comment(message);
        assert!(comment.starts_with(MARKER), "{comment}");
        assert!(comment.contains("Simulated"), "{comment}");
    });
}

#[test]
fn a_comment_is_empty_when_nothing_changed_and_names_what_did() {
    compared(30.0, |message| {
        assert_eq!(pr_comment(message), "");
        assert_eq!(
            (message.mood, message.short.as_str()),
            (Mood::Good, "nothing slower")
        );
    });
    compared(60.0, |message| {
        assert_eq!(
            (message.mood, message.short.as_str()),
            (Mood::Bad, "1 slower")
        );
        let comment = pr_comment(message);
        assert!(
            comment.contains("eu-west-1 (GetCallerIdentity, kept open): "),
            "{comment}"
        );
        assert!(comment.contains("slower"), "{comment}");
    });
    with_message(&run("a", 1, 30.0, &["p50(eu-west-1) < 90ms"]), |message| {
        assert_eq!(pr_comment(message), "");
    });
}

#[test]
fn an_invalid_run_says_so_first_and_its_finding_after_that() {
    let run = run("a", 1, 30.0, &[]);
    let mut summary = summarise(&run);
    let check = Check::new(
        "clock-jump",
        CheckVerdict::Invalid,
        "the clock jumped".to_owned(),
    );
    summary.checks.push(check);
    let report = Report::new(&run, &summary);
    let message = of_report(&report);
    assert_eq!(message.headline, "⚠️ invalid: clock-jump");
    assert_eq!(message.lines[0], report.title);
    let comment = pr_comment(&message);
    assert!(
        comment.contains("### ⚠️ invalid: clock-jump\n"),
        "{comment}"
    );
    assert!(slack(&message).contains("invalid: clock-jump"));
}

#[test]
fn a_gate_is_told_by_its_worst_target_and_how_many_more_there_are() {
    let gate = "p50(regional) < 10ms";
    with_message(&run("a", 1, 60.0, &[gate]), |message| {
        let line = &message.lines[0];
        assert!(line.starts_with(&format!("violated {gate}: ")), "{line}");
        assert!(
            line.contains("eu-west-1") && !line.contains("eu-west-2"),
            "{line}"
        );
        assert!(line.contains(" and 1 more: "), "{line}");
    });
}

#[test]
fn a_badge_has_the_four_fields_of_shields_schema() {
    let read = |message: &Brief| -> Value { serde_json::from_str(&badge(message)).expect("JSON") };
    with_message(&run("a", 1, 30.0, &[]), |message| {
        let badge = read(message);
        assert_eq!(badge["schemaVersion"], 1);
        assert_eq!(badge["label"], "STS (simulated)");
        assert_eq!(badge["color"], "blue");
        let text = badge["message"].as_str().expect("a text");
        assert!(text.contains(" ms warm"), "{text}");
    });
    with_message(&run("a", 1, 30.0, &["p50(eu-west-1) < 90ms"]), |message| {
        let badge = read(message);
        assert_eq!(badge["color"], "brightgreen");
        assert_eq!(badge["message"], "1 of 1 gate proven");
    });
}

#[test]
fn what_this_machine_answered_for_aws_is_said_as_loudly_as_what_was_simulated() {
    let found = |not_of_aws| Brief {
        mood: Mood::Open,
        short: "2 undecided".to_owned(),
        headline: "nothing is decided".to_owned(),
        lines: Vec::new(),
        context: "a run".to_owned(),
        not_of_aws,
        is_news: true,
    };
    for is in [NotOfAws::Simulated, NotOfAws::AnsweredHere] {
        for render in [slack, pr_comment, badge] {
            let word = is.label().to_lowercase();
            let text = render(&found(Some(is))).to_lowercase();
            assert!(text.contains(&word), "{text}");
            let text = render(&found(None)).to_lowercase();
            assert!(!text.contains(&word), "{text}");
        }
    }
}

#[test]
fn a_message_for_slack_stays_within_its_limits_whatever_it_says() {
    let evil = "<!channel> *bold* & `code` \u{1b}[2J".repeat(40);
    let message = Brief {
        mood: Mood::Open,
        short: evil.clone(),
        headline: evil.clone(),
        lines: vec![evil.clone(); 50],
        context: evil.clone(),
        not_of_aws: Some(NotOfAws::Simulated),
        is_news: true,
    };
    let text = slack(&message);
    assert!(!text.contains('\u{1b}'), "{text}");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    let blocks = body["blocks"].as_array().expect("blocks");
    assert!(blocks.len() <= 50);
    let header = blocks[0]["text"]["text"].as_str().expect("a header");
    assert!(
        header.chars().count() <= 150 && header.contains("SIMULATED"),
        "{header}"
    );
    let section = blocks[1]["text"]["text"].as_str().expect("a section");
    assert!(section.chars().count() <= 3000, "{}", section.len());
    assert!(
        section.contains(" more") && !section.contains("<!"),
        "{section}"
    );
    assert!(!body["text"].to_string().contains("<!"), "{body}");
    assert!(badge(&message).len() < 500);
}
