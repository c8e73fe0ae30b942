//! The registry, driven by synthetic runs and a schedule without a clock.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::*;
use crate::judge::synthetic_run::{Fixture, answer, answer_after, denied};
use crate::judge::{Summary, summarise};
use crate::plan::{Judging, Level};
use crate::results::{Completion, Run};
use crate::serve::METRICS;
use crate::serve::metrics::targets::BOUNDS;
use std::time::UNIX_EPOCH;

const QUARTER: Duration = Duration::from_secs(900);

fn metrics() -> Metrics {
    Metrics::new("place", Some("eu-central-1"), &schedule())
}

fn schedule() -> Schedule {
    Schedule::new("place", QUARTER, UNIX_EPOCH, Duration::ZERO)
}

fn end<'a>(run: &'a Run, summary: &'a Summary) -> WindowEnd<'a> {
    WindowEnd {
        run,
        summary,
        credentials_lost: false,
        ended: at(1_700_000_000),
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The value of the line that begins so in the text format.
fn value(text: &str, begins: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(begins))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn of(metrics: &Metrics, begins: &str) -> f64 {
    let text = metrics.prometheus_text();
    value(&text, begins).unwrap_or_else(|| panic!("no {begins} in:\n{text}"))
}

fn judged(run: &Run) -> Summary {
    summarise(run)
}

/// Two endpoints with p50s of 100 and 20 ms, a gate, a failure.
fn run() -> Run {
    let judging = Judging {
        gates: vec!["p50(regional) <= 0.8 * p50(global)".to_owned()],
        ..Judging::default()
    };
    Fixture::small()
        .judged(judging)
        .calls(320, |target, number| match target.endpoint.name.as_str() {
            "global" if number == 7 => denied(),
            "global" => answer_after(Duration::from_micros(100_000 + 40 * spread(number))),
            _ => answer_after(Duration::from_micros(20_000 + 10 * spread(number))),
        })
        .run()
}

/// The numbers below 320, in an order without a trend.
fn spread(number: u32) -> u64 {
    u64::from(number) * 7919 % 320
}

#[test]
fn the_registry_has_every_metric_of_the_catalogue_and_no_other() {
    let (mut metrics, run) = (metrics(), run());
    metrics.window_ended(&end(&run, &judged(&run)));
    let text = metrics.prometheus_text();
    let declared: BTreeSet<(String, String)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split_once(' '))
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect();
    let catalogue: BTreeSet<(String, String)> = METRICS
        .iter()
        .map(|facts| {
            // The older format has no kind for information.
            let kind = facts.kind.as_str().replace("info", "gauge");
            (facts.name.to_owned(), kind)
        })
        .collect();
    assert_eq!(declared, catalogue);
    for facts in METRICS {
        let line = text
            .lines()
            .find(|line| {
                line.strip_prefix(facts.name)
                    .is_some_and(|rest| rest.starts_with('{') || rest.starts_with("_bucket{"))
            })
            .unwrap_or_else(|| panic!("no sample of {}", facts.name));
        assert!(line.contains("vantage=\"place\""), "{line}");
        for label in facts.labels {
            assert!(line.contains(&format!("{label}=\"")), "{label}: {line}");
        }
        if let Some(unit) = facts.unit {
            assert!(facts.name.ends_with(unit), "{}", facts.name);
        }
    }
    let open = metrics.open_metrics();
    assert!(open.ends_with("# EOF\n") && open.contains("# UNIT stsbench_saved_seconds seconds"));
}

#[test]
fn the_numbers_of_a_window_are_those_of_its_run() {
    let (mut metrics, run) = (metrics(), run());
    let summary = judged(&run);
    metrics.window_ended(&end(&run, &summary));
    let text = metrics.prometheus_text();
    for row in &summary.rows {
        let target = run.plan.target(row.target);
        let labels = format!(
            "{{vantage=\"place\",endpoint=\"{}\",operation=\"get-caller-identity\",connection=\"warm\"",
            target.endpoint.name
        );
        let counted = value(
            &text,
            &format!("stsbench_request_duration_seconds_count{labels}"),
        );
        assert_eq!(counted, Some(row.service_time.count as f64));
        let p50 = row.service_time.percentile(Level::P50).expect("enough") / 1e9;
        let below = |bound: f64| {
            let begins = format!("stsbench_request_duration_seconds_bucket{labels},le=\"{bound}\"");
            value(&text, &begins).expect("a bucket")
        };
        let half = row.service_time.count as f64 / 2.0;
        let place = BOUNDS
            .iter()
            .position(|bound| p50 <= *bound)
            .expect("within");
        assert!(below(BOUNDS[place]) >= half, "p50 {p50} lies in its bucket");
        assert!(below(BOUNDS[place - 1]) <= half, "and in none before");
    }
    let regional = "{vantage=\"place\",endpoint=\"eu-west-1\"";
    let picked = summary
        .rows
        .iter()
        .find_map(|row| summary.picked(row.target))
        .expect("compared");
    let ratio = |name: &str| of(&metrics, &format!("{name}{regional}"));
    let interval = picked.ratio.interval.expect("there");
    assert_eq!(ratio("stsbench_speedup_ratio"), picked.ratio.value);
    assert_eq!(ratio("stsbench_speedup_lower_ratio"), interval.low);
    assert_eq!(ratio("stsbench_speedup_upper_ratio"), interval.high);
    let saved = ratio("stsbench_saved_seconds");
    assert!((saved - picked.difference.value / 1e9).abs() < 1e-12 && saved > 0.07);
    let gate = "stsbench_gate_state{vantage=\"place\",gate=\"p50(regional) <= 0.8 * p50(global)\"";
    assert_eq!(of(&metrics, &format!("{gate},state=\"proven\"")), 1.0);
    assert_eq!(of(&metrics, &format!("{gate},state=\"violated\"")), 0.0);
}

#[test]
fn calls_failures_and_events_are_counted_over_all_windows() {
    let (mut metrics, run) = (metrics(), run());
    let summary = judged(&run);
    for _ in 0..3 {
        metrics.asked_who_calls(2, 1);
        metrics.window_ended(&end(&run, &summary));
    }
    // Calls are made for a window that fails too.
    metrics.asked_who_calls(2, 2);
    metrics.window_failed(WindowFailure::Refused, Duration::from_secs(1));
    let calls = |name: &str| {
        of(
            &metrics,
            &format!("{name}{{vantage=\"place\",endpoint=\"global\""),
        )
    };
    assert_eq!(calls("stsbench_request_failures_total"), 3.0);
    let made: u64 = run
        .measured
        .series
        .iter()
        .map(|series| series.counts.issued + series.counts.warmup)
        .sum();
    let events = of(&metrics, "stsbench_cloudtrail_events_total{");
    assert_eq!(
        events,
        (3 * (made + 1) + 2) as f64,
        "both endpoints are AWS's"
    );
    assert_eq!(of(&metrics, "stsbench_preflight_requests_total{"), 8.0);
}

#[test]
fn windows_are_counted_by_what_became_of_them() {
    let mut metrics = metrics();
    let windows = |metrics: &Metrics, result: &str| {
        let begins = format!("stsbench_windows_total{{vantage=\"place\",result=\"{result}\"");
        of(metrics, &begins)
    };
    let since = |metrics: &Metrics| of(metrics, "stsbench_windows_since_success{");
    metrics.window_began();
    assert_eq!(of(&metrics, "stsbench_window_running{"), 1.0);
    metrics.window_failed(WindowFailure::Unreachable, Duration::from_secs(9));
    metrics.skipped(2);
    assert_eq!((windows(&metrics, "failed"), since(&metrics)), (1.0, 3.0));
    let refused = Fixture::small().calls(64, |_, _| denied()).run();
    metrics.window_ended(&end(&refused, &judged(&refused)));
    let kind = "stsbench_window_failures_total{vantage=\"place\",kind=\"no-data\"";
    assert_eq!(
        (windows(&metrics, "failed"), of(&metrics, kind)),
        (2.0, 1.0)
    );
    assert_eq!(
        of(&metrics, "stsbench_window_last_success_timestamp_seconds{"),
        0.0
    );
    let mut run = run();
    let summary = judged(&run);
    metrics.window_ended(&end(&run, &summary));
    assert_eq!((windows(&metrics, "success"), since(&metrics)), (1.0, 0.0));
    let last = "stsbench_window_last_success_timestamp_seconds{";
    assert_eq!(of(&metrics, last), 1_700_000_000.0);
    run.measured.completion = Completion::Interrupted;
    metrics.window_ended(&end(&run, &summary));
    assert_eq!(
        (windows(&metrics, "interrupted"), since(&metrics)),
        (1.0, 1.0)
    );
    let lost = WindowEnd {
        credentials_lost: true,
        ..end(&run, &summary)
    };
    metrics.window_ended(&lost);
    let kind = "stsbench_window_failures_total{vantage=\"place\",kind=\"credentials\"";
    assert_eq!(of(&metrics, kind), 1.0);
    assert_eq!(of(&metrics, "stsbench_window_running{"), 0.0);
}

#[test]
fn targets_that_a_new_plan_does_not_call_go_and_counters_of_windows_stay() {
    let (mut metrics, first) = (metrics(), run());
    metrics.window_ended(&end(&first, &judged(&first)));
    let second = Fixture::of("global,us-west-2")
        .calls(64, |_, _| answer(50))
        .run();
    metrics.window_ended(&end(&second, &judged(&second)));
    let text = metrics.prometheus_text();
    assert!(!text.contains("eu-west-1") && text.contains("us-west-2"));
    assert_eq!(
        of(
            &metrics,
            "stsbench_windows_total{vantage=\"place\",result=\"success\""
        ),
        2.0
    );
}

/// Ten thousand windows of a quarter of an hour are a hundred days.
#[test]
fn ten_thousand_windows_take_no_more_room_than_a_hundred() {
    let (mut metrics, mut schedule) = (metrics(), schedule());
    let plans = ["eu-west-1", "global,eu-west-1", "us-west-2"];
    let runs = plans.map(|selector| Fixture::of(selector).calls(16, |_, _| answer(20)).run());
    let summaries = runs.each_ref().map(judged);
    let (mut now, mut skipped, mut after_a_hundred) = (Duration::ZERO, 0, (0, 0));
    for number in 0..10_000_usize {
        let due = schedule.due(now);
        assert!(due.at >= now, "windows never overlap");
        metrics.skipped(due.missed);
        skipped += due.missed;
        // A window that hangs now and then, and a plan that is exchanged every ten windows.
        let took = if number % 100 == 7 { 2000 } else { 300 };
        now = due.at + Duration::from_secs(took);
        let at = number / 10 % plans.len();
        let mut run = runs[at].clone();
        // What a hostile service makes up is always new.
        let codes = &mut run.measured.series[0].counts.codes;
        codes.insert(format!("aws.MadeUp{number}"), 1);
        metrics.window_began();
        metrics.window_ended(&end(&run, &summaries[at]));
        if number == 119 {
            let text = metrics.open_metrics();
            after_a_hundred = (text.lines().count(), text.len());
        }
    }
    let text = metrics.open_metrics();
    assert_eq!(
        of(&metrics, "stsbench_windows_skipped_total{"),
        skipped as f64
    );
    assert_eq!(skipped, 200, "each that hangs costs two");
    let (lines, bytes) = after_a_hundred;
    assert!(
        text.lines().count() <= lines + 1,
        "{} lines",
        text.lines().count()
    );
    assert!(
        text.len() <= bytes + 8 * lines,
        "numbers get longer, nothing else"
    );
}
