//! Runs over time in every format: a screen's size, hostile texts, and the texts as they were reviewed.

use std::collections::BTreeMap;

use crate::judge::synthetic_run::Fixture;
use crate::judge::{Observed, Trend, trend};
use crate::report::Style;
use crate::results::Run;

use super::*;

/// A run of that day. From the 12th on eu-west-3 takes 30 % more.
fn run(day: u32) -> Run {
    let fixture = Fixture::of(ENDPOINTS).noisy(32, day.into(), 0.01, |target| {
        let name = target.endpoint.name.as_str();
        let drift = 1.0 + 0.02 * (f64::from(day) * 1.7 + f64::from(name.as_bytes()[5])).sin();
        let usual = match name {
            "global" => 110.0,
            "eu-west-3" if day >= 12 => 39.0,
            _ => 30.0,
        };
        usual * drift
    });
    let mut run = fixture.simulated_run();
    run.header.run_id = format!("202611{day:02}-060000-000000{day:02}");
    run.header.started_at = format!("2026-11-{day:02}T06:00:00Z");
    run
}

const ENDPOINTS: &str = "global,eu-west-1,eu-west-2,eu-west-3,eu-north-1,eu-south-1,eu-south-2,eu-central-1,eu-central-2,\
                         us-east-2,us-west-1,us-west-2,ca-central-1";

fn of(runs: &[Run]) -> Trend {
    let latest = runs.last().expect("a run");
    let observed = runs
        .iter()
        .map(|run| Observed::of(run, latest).expect("comparable"));
    trend(observed.collect(), &[]).expect("runs")
}

pub(crate) fn two_weeks() -> Trend {
    let mut runs: Vec<Run> = (1..=14).map(run).collect();
    for (at, run) in runs.iter_mut().enumerate() {
        let (version, region) = if at < 9 {
            ("0.1.0", "us-east-1")
        } else {
            ("0.2.0", "eu-west-1")
        };
        run.header.tool.version = version.to_owned();
        run.measured.series[0].served_by = BTreeMap::from([(region.to_owned(), 32)]);
    }
    of(&runs)
}

fn every_format(trend: &Trend) -> Vec<(&'static str, String)> {
    let left_out = ["1 of the runs left out: invalid by the check load".to_owned()];
    let screen = ShownTrend::new(trend, &left_out, TrendDetail::Screen);
    let full = ShownTrend::new(trend, &left_out, TrendDetail::Full);
    vec![
        (
            "screen",
            trend_terminal(&screen, TrendDetail::Screen, Style::Plain, 80),
        ),
        (
            "full",
            trend_terminal(&full, TrendDetail::Full, Style::Colour, 110),
        ),
        ("markdown", trend_markdown(&full)),
        ("csv", trend_csv(trend)),
        ("json", trend_json(trend, &left_out)),
    ]
}

#[test]
fn every_format_of_a_trend_is_as_reviewed_and_says_that_it_is_simulated() {
    for (name, text) in every_format(&two_weeks()) {
        assert!(
            text.to_lowercase().contains("simulated") || name == "csv",
            "{name}: {text}"
        );
        assert!(name != "csv" || text.lines().skip(1).all(|row| row.ends_with(",true")));
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("trend-{name}"), text) });
    }
}

#[test]
fn a_trend_fits_on_one_screen_and_says_how_many_endpoints_it_leaves_out() {
    let trend = two_weeks();
    let shown = ShownTrend::new(&trend, &[], TrendDetail::Screen);
    for width in [40, 60, 80, 200] {
        let text = trend_terminal(&shown, TrendDetail::Screen, Style::Plain, width);
        assert!(width < 60 || text.lines().count() <= 24, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= width),
            "{text}"
        );
        assert!(
            text.contains("… 4 more endpoints; --full shows all"),
            "{text}"
        );
        assert!(
            text.contains("eu-west-3"),
            "what is slower is never left out: {text}"
        );
    }
}

#[test]
fn two_runs_are_described_and_a_flat_line_is_drawn_low() {
    let text = |runs: &[Run]| {
        let trend = of(runs);
        let shown = ShownTrend::new(&trend, &[], TrendDetail::Screen);
        trend_terminal(&shown, TrendDetail::Screen, Style::Plain, 80)
    };
    let two = text(&[run(1), run(2)]);
    assert!(
        two.starts_with("2 runs side by side; from 11 on each is judged"),
        "{two}"
    );
    for word in ["slower", "faster"] {
        assert!(!two.contains(word), "{two}");
    }
    let mut same = run(1);
    same.header.run_id = "again".to_owned();
    let same = text(&[run(1), same]);
    assert!(same.contains("▁▁") && !same.contains('█'), "{same}");
}

#[test]
fn texts_from_a_file_command_neither_a_terminal_nor_a_page() {
    let evil = "::error::x##vso[y]\u{1b}[2J|<script>alert(1)</script>`=cmd()";
    let mut trend = two_weeks();
    trend.vantage = evil.to_owned();
    for line in &mut trend.lines {
        line.endpoint = evil.to_owned();
    }
    for run in &mut trend.runs {
        run.run_id = evil.to_owned();
        run.started_at = evil.to_owned();
        run.version = evil.to_owned();
    }
    for (name, text) in every_format(&trend) {
        assert!(!text.contains("\u{1b}[2J"), "{name}: {text}");
        assert!(
            name == "json" || !text.lines().any(|line| line.trim_start().starts_with("::")),
            "{name}: {text}"
        );
        assert!(name != "markdown" || !text.contains("<script"), "{text}");
        assert!(name != "json" || !text.contains("##"), "{text}");
    }
}
