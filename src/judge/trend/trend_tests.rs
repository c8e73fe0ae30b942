//! Runs over time whose truth is known.

use std::collections::BTreeMap;

use crate::judge::synthetic_run::Fixture;
use crate::judge::{BetweenError, HistoryOutcome, Past, against_history};
use crate::results::{Run, moment};

use super::*;

const FOUR: &str = "global,eu-west-1,eu-west-2,eu-west-3";

/// A run of that day: eu-west-3 takes so many milliseconds, the others 100, each with 2 % from run to run.
fn run(day: u32, milliseconds: f64) -> Run {
    let fixture = Fixture::of(FOUR).noisy(32, day.into(), 0.01, |target| {
        let name = target.endpoint.name.as_str();
        let drift = 1.0 + 0.02 * (f64::from(day) * 1.7 + f64::from(name.as_bytes()[5])).sin();
        let usual = match name {
            "eu-west-3" => milliseconds,
            _ => 100.0,
        };
        usual * drift
    });
    let mut run = fixture.run();
    run.header.run_id = format!("day-{day}");
    run.header.started_at = format!("2026-11-{day:02}T06:00:00Z");
    run
}

fn of(runs: &[Run]) -> Trend {
    let latest = runs.last().expect("a run");
    let observed = runs
        .iter()
        .map(|run| Observed::of(run, latest).expect("comparable"));
    trend(observed.collect(), &[]).expect("runs")
}

fn line<'a>(trend: &'a Trend, endpoint: &str) -> &'a TrendLine {
    trend
        .lines
        .iter()
        .find(|line| line.endpoint == endpoint)
        .expect("an endpoint of the runs")
}

#[test]
fn the_latest_point_says_what_compare_with_a_history_says() {
    let runs: Vec<Run> = (1..=16)
        .map(|day| run(day, if day >= 14 { 140.0 } else { 100.0 }))
        .collect();
    let trend = of(&runs);
    let (candidate, before) = runs.split_last().expect("runs");
    let past = before
        .iter()
        .map(|run| Past::of(run, candidate).expect("comparable"));
    let now = moment("2026-12-31T00:00:00Z").expect("a date");
    let history = against_history(candidate, past.collect(), &[], now).expect("judged");
    for (line, known) in trend.lines.iter().zip(&history.lines) {
        let latest = line.latest().expect("a point");
        assert_eq!(line.endpoint, known.endpoint);
        assert_eq!(
            (latest.outcome, latest.change),
            (known.outcome, known.change)
        );
        assert_eq!(line.creep, known.creep);
    }
    let slow = line(&trend, "eu-west-3");
    assert_eq!(
        slow.episodes,
        [Episode {
            first: 13,
            last: 15
        }]
    );
    let outcomes: Vec<HistoryOutcome> = slow.points.iter().map(|point| point.outcome).collect();
    assert_eq!(outcomes[..10], [HistoryOutcome::TooFewRuns; 10]);
    assert_eq!(outcomes[10..13], [HistoryOutcome::Steady; 3]);
    assert_eq!(outcomes[13], HistoryOutcome::BeyondOnce);
    assert_eq!(outcomes[14..], [HistoryOutcome::Slower; 2]);
}

#[test]
fn two_runs_are_described_and_not_judged() {
    let trend = of(&[run(1, 50.0), run(2, 50.0)]);
    assert!(!trend.is_judged());
    let near = line(&trend, "eu-west-3");
    let latest = near.latest().expect("a point");
    let ratio = latest.ratio.expect("compared with the global endpoint");
    assert!((ratio.value / 2.0 - 1.0).abs() < 0.06, "{ratio:?}");
    let p50 = latest.p50.expect("a p50");
    assert!(p50.interval.low < p50.value && p50.value < p50.interval.high);
    assert_eq!(line(&trend, "global").points[0].ratio, None);
}

#[test]
fn what_changed_beside_the_times_is_marked_at_the_run_that_has_it() {
    let mut runs = [run(1, 100.0), run(2, 100.0), run(3, 100.0)];
    let served = |region: &str| BTreeMap::from([(region.to_owned(), 9), ("other".to_owned(), 1)]);
    for (run, region, address) in [
        (0, "us-east-1", "192.0.2.1"),
        (1, "us-east-1", "192.0.2.1"),
        (2, "eu-west-1", "198.51.100.7"),
    ] {
        runs[run].measured.series[0].served_by = served(region);
        runs[run].measured.series[0].remotes = BTreeMap::from([(address.to_owned(), 10)]);
    }
    runs[1].header.tool.version = "9.9.9".to_owned();
    runs[2].header.tool.version = "9.9.9".to_owned();
    let trend = of(&runs);
    let changes: Vec<usize> = trend.runs.iter().map(|run| run.changes.len()).collect();
    assert_eq!(changes, [0, 1, 0]);
    let global = line(&trend, "global");
    assert_eq!(
        global.points[2].changes,
        [
            TargetChange::ServedBy {
                from: "us-east-1".to_owned(),
                to: "eu-west-1".to_owned()
            },
            TargetChange::Addresses
        ]
    );
    assert!(global.points[1].changes.is_empty());
}

#[test]
fn runs_come_in_any_order_and_each_counts_once() {
    let runs = [run(2, 100.0), run(1, 100.0), run(2, 100.0)];
    let latest = &runs[0];
    let observed: Vec<Observed> = runs
        .iter()
        .map(|run| Observed::of(run, latest).expect("comparable"))
        .collect();
    let trend = trend(observed, &[]).expect("runs");
    let ids: Vec<&str> = trend.runs.iter().map(|run| run.run_id.as_str()).collect();
    assert_eq!(ids, ["day-1", "day-2"]);
    assert!(super::trend(Vec::new(), &[]).is_none());
}

#[test]
fn an_endpoint_that_is_gone_keeps_its_line_and_another_vantage_is_refused() {
    let mut gone = run(1, 100.0);
    for target in &mut gone.plan.targets {
        if target.endpoint.name == "eu-west-3" {
            target.endpoint.name = "eu-west-4".to_owned();
        }
    }
    let latest = run(2, 100.0);
    let observed = [&gone, &latest].map(|run| Observed::of(run, &latest).expect("comparable"));
    let trend = trend(observed.to_vec(), &[]).expect("runs");
    let old = line(&trend, "eu-west-4");
    assert!(old.points[0].p50.is_some() && old.points[1].p50.is_none());
    assert_eq!(old.points[1].outcome, HistoryOutcome::NotMeasured);
    assert_eq!(
        line(&trend, "eu-west-3").points[0].outcome,
        HistoryOutcome::NotMeasured
    );
    gone.header.vantage.name = "elsewhere".to_owned();
    assert!(matches!(
        Observed::of(&gone, &latest),
        Err(BetweenError::Vantage { .. })
    ));
}
