//! Every format of the same runs: same bytes, same claims, same warnings.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::health::{ClockStep, Clocks, Event, Health, HostShare, Processor, Stalls, WINDOW_STEPS};
use crate::judge::synthetic_run::{Fixture, answer, refused};
use crate::judge::{Summary, summarise, summarise_by};
use crate::parallel::Workers;
use crate::record::{Counts, Histogram};
use crate::results::Run;

/// Every format, by name.
fn every_format(run: &Run) -> Vec<(&'static str, String)> {
    every_format_of(run, &summarise(run))
}

fn every_format_of(run: &Run, summary: &Summary) -> Vec<(&'static str, String)> {
    let report = [Report::new(run, summary)];
    let foreign = Format::ALL
        .into_iter()
        .skip_while(|format| *format != Format::GithubSummary);
    let written = foreign.filter_map(|format| {
        Some((
            format.as_str(),
            render(format, &report, &Look::plain()).ok()?.text,
        ))
    });
    report_formats(run, summary)
        .into_iter()
        .chain(written)
        .collect()
}

/// The formats that are this program's own.
fn report_formats(run: &Run, summary: &Summary) -> Vec<(&'static str, String)> {
    let report = Report::new(run, summary);
    let charts = [ChartLink {
        stem: "endpoints".to_owned(),
        description: "p50 by endpoint".to_owned(),
    }];
    vec![
        ("terminal-100", terminal(&report, Style::Plain, 100)),
        ("terminal-60", terminal(&report, Style::Plain, 60)),
        ("terminal-colour", terminal(&report, Style::Colour, 80)),
        ("markdown", markdown(&report, &charts)),
        ("summary.csv", summary_csv(&report)),
        ("comparison.csv", comparison_csv(&report)),
        ("json", summary_json(&report)),
    ]
}

/// An endpoint with some throttled calls, one without any answer, and three answers of the last.
fn eventful() -> Fixture {
    Fixture::realistic_of("global,eu-central-1,ap-northeast-3,sa-east-1,us-west-2")
}

#[test]
fn every_format_of_a_simulated_run_is_as_reviewed() {
    let run = eventful().simulated_run();
    for (name, text) in report_formats(&run, &summarise(&run)) {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("simulated-{name}"), text) });
    }
}

#[test]
fn the_same_run_gives_the_same_bytes_again_whoever_computes_them() {
    let run = eventful().simulated_run();
    let once = every_format(&run);
    assert!(
        once.iter()
            .any(|(name, text)| *name == "json" && text.contains("block-bootstrap"))
    );
    for threads in [1, 1, 2, 3, 8] {
        assert_eq!(
            every_format_of(&run, &summarise_by(&run, Workers::of(threads))),
            once,
            "{threads} threads"
        );
    }
    let read_back: Run =
        serde_json::from_slice(&crate::results::to_json(&run)).expect("our own form");
    assert_eq!(every_format(&read_back), once);
}

#[test]
fn the_default_run_is_readable_at_a_hundred_columns() {
    let run = Fixture::realistic_of("global,default").run();
    let summary = summarise(&run);
    let text = terminal(&Report::new(&run, &summary), Style::Plain, 100);
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("default-terminal-100", text) });
}

#[test]
fn a_simulated_run_says_so_in_every_format() {
    let sound = || Fixture::realistic_of("global,eu-central-1");
    for (name, text) in every_format(&sound().simulated_run()) {
        // A comment is empty where nothing happened.
        if name == "pr-comment" && text.is_empty() {
            continue;
        }
        let said = [
            "Simulated:",
            "SIMULATED",
            "\"simulated\": true",
            "(simulated)",
        ]
        .iter()
        .any(|words| text.contains(words));
        if let Some(rows) = name.ends_with("csv").then(|| text.lines().skip(1)) {
            assert!(
                rows.clone().count() > 0 && rows.clone().all(|row| row.contains(",true")),
                "{name}"
            );
        } else {
            assert!(said, "{name}");
        }
    }
    for (name, text) in every_format(&sound().run()) {
        assert!(
            !text.contains("SIMULATED")
                && !text.contains("Simulated")
                && !text.contains("(simulated)"),
            "{name}"
        );
        assert!(!text.contains(",true"), "{name}");
    }
}

#[test]
fn every_format_carries_the_certificate_of_the_host_or_says_that_there_is_none() {
    use crate::results::ItemVerdict::{Fail, Pass, Warn};
    let line =
        "FAILED in known-delay, passed 1 of 3, warned of achieved-rate on 2026-11-22T20:00:00Z";
    let words = |name: &str| match name {
        "json" => ["\"certificate\": null", "\"verdict\": \"fail\""],
        "summary.csv" | "comparison.csv" => [",none,", ",fail,"],
        "terminal-60" => ["none for this host;", "FAILED in known-delay, passed"],
        _ => ["none for this host; stsbench selftest makes one", line],
    };
    let mut run = eventful().run();
    for (name, text) in report_formats(&run, &summarise(&run)) {
        assert!(text.contains(words(name)[0]), "{name}: {text}");
    }
    run.conditions.certificate = Some(words::certificate_tests::of([Pass, Warn, Fail]));
    for (name, text) in report_formats(&run, &summarise(&run)) {
        let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(words(name)[1]), "{name}: {text}");
    }
}

#[test]
fn fault_47_no_answer_is_no_data_with_its_reason_and_never_zero() {
    let run = Fixture::small()
        .calls(40, |_, _| answer(20))
        .calls_of("global", 40, |_| refused())
        .run();
    for (name, text) in every_format(&run) {
        let infinite = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| word == "inf");
        assert!(
            !text.contains("NaN") && !text.contains("0 ns"),
            "{name}: {text}"
        );
        assert!(!infinite || name == "hgrm", "{name}: {text}");
        if name.starts_with("terminal") || name == "markdown" || name == "github-summary" {
            assert!(
                text.contains("no data (40 of 40 calls failed: tcp.refused)"),
                "{name}: {text}"
            );
        }
    }
    let summary = summarise(&run);
    let csv = summary_csv(&Report::new(&run, &summary));
    assert!(
        csv.contains("global,aws-global,get-caller-identity,warm,40,0,0,40,0,,,,,"),
        "{csv}"
    );
}

#[test]
fn a_percentile_without_support_says_what_it_needs() {
    let run = Fixture::small()
        .calls(100, |_, _| answer(20))
        .calls_of("global", 20, |_| answer(20))
        .run();
    let summary = summarise(&run);
    let text = terminal(&Report::new(&run, &summary), Style::Plain, 140);
    assert!(
        text.contains("– needs 16 more") && text.contains("– needs 52 more"),
        "{text}"
    );
    assert!(
        text.contains("p99 is left out") && text.contains("needs 368 independent answers"),
        "{text}"
    );
}

#[test]
fn rule_18_and_19_texts_from_a_file_cannot_command_a_terminal_or_a_page() {
    let mut run = Fixture::small()
        .calls(40, |_, i| if i == 0 { refused() } else { answer(20) })
        .run();
    let evil = "::error::x\u{1b}[2J|<script>alert(1)</script>`\n# x ::set-output name=a::b ##[add-mask]y\n::warning::z";
    run.header.vantage.name = evil.to_owned();
    run.header.run_id = evil.to_owned();
    run.header.tool.version = evil.to_owned();
    run.notices.push(crate::results::Notice {
        at_ns: 0,
        text: evil.to_owned(),
    });
    for series in &mut run.measured.series {
        series.served_by = BTreeMap::from([(evil.to_owned(), 9), ("=cmd()".to_owned(), 3)]);
        series.counts.codes = BTreeMap::from([(evil.to_owned(), 1)]);
    }
    for (name, text) in every_format(&run) {
        if name != "terminal-colour" {
            assert!(!text.contains('\u{1b}'), "{name}");
        }
        assert!(!text.contains("\u{1b}[2J"), "{name}");
        assert!(
            !text.lines().any(|line| line.trim_start().starts_with("::")),
            "{name}: {text}"
        );
        assert!(!text.contains("##["), "{name}: {text}");
        let shown_as_html = ["markdown", "github-summary", "junit"].contains(&name);
        assert!(!shown_as_html || !text.contains("<script"), "{text}");
    }
}

fn any_counts() -> impl Strategy<Value = Counts> {
    let number = || prop_oneof![Just(0_u64), 1_u64..1000, any::<u64>()];
    let codes = prop::collection::btree_map("[a-z.]{1,12}", number(), 0..3);
    (
        number(),
        number(),
        number(),
        number(),
        number(),
        number(),
        number(),
        codes,
    )
        .prop_map(
            |(issued, succeeded, faults, failures, redialled, throttled, withheld, codes)| Counts {
                issued,
                succeeded,
                faults,
                failures,
                redialled,
                throttled,
                withheld,
                warmup: withheld,
                warmup_failures: 0,
                codes,
            },
        )
}

fn any_health() -> impl Strategy<Value = Option<Health>> {
    let number = || prop_oneof![Just(0_u64), 1_u64..1000, any::<u64>()];
    let numbers = prop::collection::vec(number(), 8);
    prop::option::of((
        numbers,
        prop::collection::vec(number(), WINDOW_STEPS),
        any::<i64>(),
    ))
    .prop_map(|made_up| {
        let (n, windows, by_ns) = made_up?;
        let event = Event {
            at_ns: n[0],
            length_ns: n[1],
        };
        Some(Health {
            stalls: Stalls {
                heartbeat_ns: n[0],
                number: n[1],
                total_ns: n[2],
                longest_ns: n[3],
                calls: n[4],
                calls_touched: n[5],
                first: vec![event],
            },
            processor: Some(Processor {
                ran_ns: n[2],
                waited_ns: n[3],
                turns: n[4],
                windows,
            }),
            process_cpu_ns: Some(n[5]),
            host: Some(HostShare {
                all_ticks: n[6],
                stolen_ticks: n[7],
            }),
            clocks: Some(Clocks {
                steps: n[6],
                first_steps: vec![ClockStep { at_ns: n[7], by_ns }],
                suspensions: n[7],
                first_suspensions: vec![event],
            }),
        })
    })
}

fn any_times() -> impl Strategy<Value = Histogram> {
    prop::collection::vec(
        prop_oneof![Just(0_u64), 1_u64..10_000_000_000, any::<u64>()],
        0..10,
    )
    .prop_map(|times| {
        let mut histogram = Histogram::default();
        times
            .into_iter()
            .for_each(|ns| histogram.record(Duration::from_nanos(ns)));
        histogram
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_counts_whatever_make_a_nan_in_any_format(
        counts in prop::collection::vec(any_counts(), 2), times in prop::collection::vec(any_times(), 4),
        cpu in prop_oneof![Just(None), any::<f64>().prop_map(Some)], elapsed_ns in any::<u64>(),
        health in any_health()
    ) {
        let mut run = Fixture::small().run();
        run.conditions.measuring_cpu_ratio = cpu;
        run.measured.elapsed_ns = elapsed_ns;
        run.conditions.health = health;
        for (i, (series, counts)) in run.measured.series.iter_mut().zip(counts).enumerate() {
            series.counts = counts;
            series.service_time = times[2 * i].clone();
            series.response_time = times[2 * i].clone();
            series.lateness = times[2 * i + 1].clone();
            series.queued = times[2 * i + 1].clone();
        }
        for (name, text) in every_format(&run) {
            let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let infinite = |word| matches!(word, "inf" | "-inf") && name != "hgrm";
            prop_assert!(!words().any(|word| word == "NaN" || infinite(word)), "{}: {}", name, text);
        }
    }
}

#[test]
fn a_report_by_another_measure_than_the_plans_says_so() {
    let mut run = Fixture::small()
        .calls(192, |_, i| answer(30 + u64::from(i % 3)))
        .run();
    let planned = run.plan.judging.clone();
    let texts = |run: &Run| {
        let summary = summarise(run);
        let report = [Report::new(run, &summary).planned(&planned)];
        [
            Format::Terminal,
            Format::Markdown,
            Format::GithubSummary,
            Format::Junit,
            Format::Slack,
            Format::Json,
        ]
        .map(|format| {
            let document = render(format, &report, &Look::plain());
            document.expect("one run").text
        })
    };
    let told = "judged differently from what was set before the run";
    assert!(texts(&run).iter().all(|text| !text.contains(told)));
    run.plan.judging.margin_ratio = 0.0001;
    for text in texts(&run) {
        assert!(text.contains(told), "{text}");
    }
    let [.., json] = texts(&run);
    let document: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(document["planned_judging"]["margin_ratio"], 0.02);
    let summary = summarise(&run);
    let csv = comparison_csv(&Report::new(&run, &summary).planned(&planned));
    let row = csv.lines().nth(1).expect("a comparison");
    assert!(row.ends_with(",0.950000,0.020000,1000000"), "{csv}");
}
