//! Every format of comparisons whose truth is known.

use std::time::Duration;

use time::OffsetDateTime;

use crate::judge::synthetic_run::{Fixture, answer, answer_after};
use crate::judge::{Gate, Past, RunNotice, Side, against_history, between};
use crate::results::{Run, moment};

use super::*;
use crate::report::Style;

fn now() -> OffsetDateTime {
    moment("2026-12-01T00:00:00Z").expect("a date")
}

/// Every format, by name.
fn every_format(compared: Compared<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("terminal", compared_terminal(compared, Style::Plain, 110)),
        ("colour", compared_terminal(compared, Style::Colour, 110)),
        (
            "markdown",
            compared_in(ComparisonFormat::Markdown, compared),
        ),
        ("csv", compared_in(ComparisonFormat::Csv, compared)),
        ("json", compared_in(ComparisonFormat::Json, compared)),
    ]
}

/// Two runs in which one endpoint became slower, one stayed, and each run lacks one.
fn two() -> [Run; 2] {
    let run = |endpoints: &str, id: &str, seed: u64, slow: f64| {
        let fixture = Fixture::of(endpoints).noisy(192, seed, 0.1, |target| {
            match target.endpoint.name.as_str() {
                "eu-west-1" => slow,
                _ => 30.0,
            }
        });
        let mut run = fixture.simulated_run();
        run.header.run_id = format!("20261122-141500-{id}");
        run
    };
    [
        run("eu-west-1,eu-west-2,eu-north-1", "0000000a", 1, 20.0),
        run("eu-west-1,eu-west-2,sa-east-1", "0000000b", 2, 25.0),
    ]
}

fn with_two(look: impl Fn(Compared<'_>)) {
    let [baseline, candidate] = two();
    let gates = [Gate::parse("p50(candidate) <= 1.05 * p50(baseline)").expect("a gate")];
    let between = between(&baseline, &candidate, &gates, now()).expect("they can be compared");
    look(Compared::Runs {
        baseline: &baseline,
        candidate: &candidate,
        between: &between,
    });
}

/// A run after eleven others, of which the last was as slow at one endpoint.
fn with_history(runs: u32, look: impl Fn(Compared<'_>)) {
    let run = |day: u32, slow: u64| {
        let wobble = |i: u32| u64::from((i * 7 + day * 3) % 3);
        let fixture = Fixture::of("eu-west-1,eu-west-2,eu-north-1").calls(32, |target, i| {
            answer(
                if target.endpoint.name == "eu-west-2" {
                    slow
                } else {
                    50
                } + wobble(i),
            )
        });
        let started_at = format!("2026-11-{day:02}T06:00:00Z");
        let mut run = fixture.run();
        run.header.run_id = format!("202611{day:02}-060000-00000000");
        run.header.started_at = started_at;
        run
    };
    let candidate = run(28, 70);
    let past = (1..=runs).map(|day| run(day, if day == runs { 70 } else { 50 }));
    let past = past
        .map(|run| Past::of(&run, &candidate).expect("comparable"))
        .collect();
    let history = against_history(&candidate, past, &[], now()).expect("judged");
    look(Compared::History {
        trend: None,
        candidate: &candidate,
        history: &history,
        left_out: &[],
    });
}

/// A run after forty-one others, at whose second endpoint everything took a quarter of a per cent longer each day.
fn with_creep(look: impl Fn(Compared<'_>)) {
    let run = |day: u32| {
        let fixture = Fixture::of("eu-west-1,eu-west-2,eu-north-1").calls(32, |target, i| {
            let wobble = u64::from((i * 7 + day * 3) % 3);
            let crept = if target.endpoint.name == "eu-west-2" {
                u64::from(day) * 125
            } else {
                0
            };
            answer_after(Duration::from_micros(50_000 + wobble * 1_000 + crept))
        });
        let date = if day > 30 {
            format!("12-{:02}", day - 30)
        } else {
            format!("11-{day:02}")
        };
        let mut run = fixture.run();
        run.header.run_id = format!("2025{}-060000-00000000", date.replace('-', ""));
        run.header.started_at = format!("2025-{date}T06:00:00Z");
        run
    };
    let candidate = run(42);
    let past = (1..42).map(|day| Past::of(&run(day), &candidate).expect("comparable"));
    let history = against_history(&candidate, past.collect(), &[], now()).expect("judged");
    look(Compared::History {
        trend: None,
        candidate: &candidate,
        history: &history,
        left_out: &[],
    });
}

/// The same of two days, so that nothing is decided.
fn with_two_days(look: impl Fn(Compared<'_>)) {
    let run = |seed: u64, day: &str, own: f64| {
        let fixture =
            Fixture::of("eu-west-1,eu-west-2,eu-north-1").noisy(192, seed, 0.1, |target| {
                match target.endpoint.name.as_str() {
                    "eu-west-1" => own,
                    _ => 30.0 + 3.0 * seed as f64,
                }
            });
        let mut run = fixture.simulated_run();
        run.header.run_id = format!("202611{day}-141500-0000000{seed}");
        run.header.started_at = format!("2026-11-{day}T14:15:00Z");
        run
    };
    let [baseline, candidate] = [run(1, "21", 20.0), run(2, "22", 40.0)];
    let between = between(&baseline, &candidate, &[], now()).expect("a common control");
    look(Compared::Runs {
        baseline: &baseline,
        candidate: &candidate,
        between: &between,
    });
}

#[test]
fn every_format_of_runs_one_after_the_other_has_numbers_and_no_word() {
    with_two_days(|compared| {
        for (name, text) in every_format(compared) {
            for word in ["faster", "slower", "equivalent", "inconclusive"] {
                assert!(!text.contains(word), "{name}: {text}");
            }
            let said = if name == "csv" {
                "no verdict"
            } else {
                "No verdict: the runs were measured one after the other"
            };
            assert!(text.contains(said), "{name}: {text}");
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("sequential-{name}"), text) });
        }
    });
}

#[test]
fn every_format_of_two_runs_is_as_reviewed() {
    with_two(|compared| {
        for (name, text) in every_format(compared) {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("runs-{name}"), text) });
        }
    });
}

#[test]
fn every_format_of_a_history_is_as_reviewed() {
    with_history(12, |compared| {
        for (name, text) in every_format(compared) {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("history-{name}"), text) });
        }
    });
}

#[test]
fn every_format_of_a_history_says_that_an_endpoint_creeps_as_reviewed() {
    with_creep(|compared| {
        for (name, text) in every_format(compared) {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("creep-{name}"), text) });
        }
        let text = compared_terminal(compared, Style::Plain, 400);
        assert!(
            text.contains(
                "eu-west-2 (GetCallerIdentity, kept open): has become slower little by little"
            ),
            "{text}"
        );
    });
}

#[test]
fn a_short_history_says_that_only_gates_within_a_run_apply() {
    with_history(3, |compared| {
        let text = compared_terminal(compared, Style::Plain, 200);
        assert!(
            text.starts_with(
                "nothing could be decided from a history of 3 runs; until there are 10"
            ),
            "{text}"
        );
        assert!(
            text.contains("has a p50 in 3 of the 10 runs that it takes"),
            "{text}"
        );
    });
}

#[test]
fn a_simulated_comparison_says_so_in_every_format() {
    with_two(|compared| {
        for (name, text) in every_format(compared) {
            assert!(text.to_lowercase().contains("simulated"), "{name}: {text}");
            let rows: Vec<&str> = text.lines().skip(1).collect();
            assert!(
                name != "csv" || rows.iter().all(|row| row.ends_with(",true")),
                "{text}"
            );
        }
    });
    with_history(12, |compared| {
        for (name, text) in every_format(compared) {
            assert!(
                !text.contains("SIMULATED")
                    && !text.contains(",true")
                    && !text.contains("\"simulated\": true"),
                "{name}"
            );
        }
    });
}

#[test]
fn rule_18_and_19_texts_from_a_file_command_neither_a_terminal_nor_a_page() {
    let evil = "::error::x\u{1b}[2J|<script>alert(1)</script>`=cmd()";
    let [mut baseline, mut candidate] = two();
    for run in [&mut baseline, &mut candidate] {
        run.header.vantage.name = evil.to_owned();
        run.header.started_at = "2026-11-22T14:15:00Z".to_owned();
    }
    let mut between = between(&baseline, &candidate, &[], now()).expect("they can be compared");
    between.notices.push(RunNotice::DatedInFuture {
        side: Side::Candidate,
        run_id: evil.to_owned(),
        started_at: evil.to_owned(),
    });
    between.targets[0].endpoint = evil.to_owned();
    let compared = Compared::Runs {
        baseline: &baseline,
        candidate: &candidate,
        between: &between,
    };
    for (name, text) in every_format(compared) {
        assert!(!text.contains("\u{1b}[2J"), "{name}: {text}");
        assert!(
            name == "json" || !text.lines().any(|line| line.trim_start().starts_with("::")),
            "{name}: {text}"
        );
        assert!(name != "markdown" || !text.contains("<script"), "{text}");
    }
}
