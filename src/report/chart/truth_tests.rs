//! A picture claims nothing that its run does not support, and leaves out nothing that was asked for without saying so.

use super::scene_tests::{Scene, forbidding, picture};
use super::*;
use crate::judge::{Check, CheckVerdict, Summary};
use crate::plan::{ConnectionMode, Level};
use crate::report::words::language::Language;
use crate::results::Window;

fn asked_for(endpoints: &[&str]) -> ChartSpec {
    let mut spec = ChartSpec::default();
    let patterns = endpoints.iter().map(|it| it.parse().expect("is a pattern"));
    spec.selection.endpoints = patterns.collect();
    spec
}

fn attribute(element: &str, name: &str) -> f64 {
    let rest = element.split(&format!(" {name}=\"")).nth(1).expect(name);
    rest.split('"').next().expect(name).parse().expect(name)
}

#[test]
fn percentiles_are_of_all_calls_and_named_by_one_that_has_an_interval() {
    let (run, mut summary) = Scene {
        endpoints: "global,eu-central-1",
        rounds: 96,
        ..Scene::default()
    }
    .play();
    let svg = picture(
        "percentiles",
        &(run.clone(), summary.clone()),
        &ChartSpec::default(),
    );
    let svg = svg.expect("draws");
    let has_p99 = |row: &crate::judge::Row| row.service_time.estimate(Level::P99).is_some();
    assert!(!summary.rows.iter().any(has_p99));
    assert!(svg.contains(">p95<") && !svg.contains("p99"), "{svg}");
    let row = summary
        .rows
        .iter()
        .find(|row| row.endpoint == "global")
        .expect("is measured");
    let p95 = row.service_time.percentile(Level::P95).expect("has one");
    let time = crate::report::words::numbers::duration(p95);
    assert!(svg.contains(&format!(">global  {time}<")), "{svg}");
    for row in summary
        .rows
        .iter_mut()
        .filter(|row| row.endpoint == "eu-central-1")
    {
        row.counts.failures = row.service_time.count / 3;
        row.counts.faults = 0;
        for level in [Level::P90, Level::P95] {
            row.service_time.percentiles[level.index()] = Err(crate::judge::NoPercentile::Never);
        }
    }
    let svg = picture("percentiles", &(run, summary), &ChartSpec::default()).expect("draws");
    let label = svg.split(">eu-central-1  ").nth(1).expect("is named");
    let label = label.split('<').next().expect("ends");
    assert!(label.ends_with(" failed"), "{label}");
}

#[test]
fn endpoints_without_a_time_are_named_where_they_have_no_curve() {
    let played = Scene {
        endpoints: "global,eu-central-1,eu-west-2",
        rounds: 48,
        silent: &["eu-west-2"],
        ..Scene::default()
    }
    .play();
    let svg = picture("percentiles", &played, &asked_for(&["*"])).expect("draws");
    assert!(svg.contains("2 of 3 endpoints"), "{svg}");
    assert!(svg.contains("eu-west-2: no data"), "{svg}");
}

#[test]
fn a_picture_of_few_refuses_more_endpoints_than_it_tells_apart() {
    let played = Scene {
        endpoints: "global,eu-*",
        rounds: 48,
        ..Scene::default()
    }
    .play();
    for kind in ["ecdf", "difference"] {
        let refused = picture(kind, &played, &asked_for(&["*"])).expect_err("are too many");
        let says = refused.to_string();
        assert!(says.contains("tells 4 Regional endpoints apart"), "{says}");
        let four = ["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"];
        let svg = picture(kind, &played, &asked_for(&four)).expect("draws");
        assert!(four.iter().all(|name| svg.contains(name)), "{svg}");
    }
}

#[test]
fn every_mark_of_a_difference_stands_nearest_to_its_own_percentile() {
    let played = Scene {
        endpoints: "global,eu-*",
        connections: &[ConnectionMode::Cold],
        ..Scene::default()
    }
    .play();
    let spec = asked_for(&["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"]);
    let svg = picture("difference", &played, &spec).expect("draws");
    let tick = |level: &str| {
        let line = svg
            .lines()
            .find(|line| line.contains(&format!(">{level}</text>")));
        attribute(line.expect(level), "x")
    };
    let ticks = ["p50", "p90", "p95", "p99"].map(tick);
    let half = (ticks[1] - ticks[0]) / 2.0;
    let chart = svg.split("id=\"chart\"").nth(1).expect("has a chart");
    let marks = chart.lines().filter(|line| line.starts_with("<circle"));
    let marks: Vec<f64> = marks.map(|line| attribute(line, "cx")).collect();
    assert!(marks.len() >= 8, "{marks:?}");
    for mark in marks {
        let near = ticks
            .iter()
            .filter(|tick| (mark - **tick).abs() < half * 0.6);
        assert_eq!(near.count(), 1, "{mark} {ticks:?}");
    }
}

#[test]
fn an_interval_without_end_has_an_arrow_and_no_foot() {
    let (run, mut summary) = Scene {
        endpoints: "global,eu-central-1",
        rounds: 48,
        ..Scene::default()
    }
    .play();
    let arrows = |summary: &Summary| {
        let played = (run.clone(), summary.clone());
        let svg = picture("endpoints", &played, &ChartSpec::default()).expect("draws");
        let triangle = |line: &&str| {
            let path = line
                .split(" d=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            path.is_some_and(|path| path.ends_with('Z') && path.matches('L').count() == 2)
        };
        svg.lines().filter(triangle).count()
    };
    assert_eq!(arrows(&summary), 0);
    for row in &mut summary.rows {
        let found = row.service_time.percentiles[Level::P50.index()].as_mut();
        found.expect("has a median").interval.high = f64::INFINITY;
    }
    assert_eq!(arrows(&summary), summary.rows.len());
}

#[test]
fn three_kinds_of_connection_have_a_column_of_times_each() {
    let played = Scene {
        endpoints: "global,eu-central-1",
        connections: &ConnectionMode::ALL,
        rounds: 48,
        ..Scene::default()
    }
    .play();
    let svg = picture("endpoints", &played, &ChartSpec::default()).expect("draws");
    for row in &played.1.rows {
        let time = row.service_time.percentile(Level::P50).expect("has one");
        let time = crate::report::words::numbers::duration(time);
        assert!(svg.contains(&format!(">{time}<")), "{time}");
    }
    assert_eq!(svg.matches(">p50<").count(), 3, "{svg}");
}

#[test]
fn what_some_checks_forbid_in_part_is_not_said_of_all_numbers() {
    let (run, mut summary) = Scene {
        endpoints: "global,eu-central-1,eu-west-1",
        rounds: 48,
        ..Scene::default()
    }
    .play();
    let in_part = forbidding(&summary, "eu-west-1");
    summary.checks.push(in_part);
    let drawn = |summary: &Summary| {
        let played = (run.clone(), summary.clone());
        picture("endpoints", &played, &ChartSpec::default()).expect("draws")
    };
    assert!(drawn(&summary).contains("Do not use what is grey"));
    let of_all = Check::new("error-bias", CheckVerdict::Invalid, String::new());
    summary.checks.push(of_all);
    assert!(drawn(&summary).contains("Do not use these numbers"));
}

#[test]
fn endpoints_that_have_no_time_are_not_called_slower() {
    let played = Scene {
        endpoints: "global,eu-central-1,eu-west-1,eu-west-2,eu-west-3",
        rounds: 48,
        silent: &["eu-west-3"],
        ..Scene::default()
    }
    .play();
    let mut spec = ChartSpec::default();
    spec.selection.top = Some(1);
    let svg = picture("endpoints", &played, &spec).expect("draws");
    assert!(svg.contains("Not shown: 2 slower endpoints, "), "{svg}");
    assert!(svg.contains("; 1 without a time<"), "{svg}");
}

#[test]
fn the_width_that_a_refusal_names_is_enough() {
    let played = Scene {
        endpoints: "eu-*",
        rounds: 24,
        ..Scene::default()
    }
    .play();
    for language in Language::ALL {
        for kind in ["endpoints", "percentiles"] {
            let mut spec = ChartSpec::default();
            (spec.look.width, spec.look.widens) = (240.0, false);
            spec.wording.language = language;
            if let Err(ChartError::TooNarrow { least, .. }) = picture(kind, &played, &spec) {
                spec.look.width = f64::from(least);
                assert!(picture(kind, &played, &spec).is_ok(), "{kind} {least}");
            }
        }
    }
}

#[test]
fn windows_without_the_percentile_are_refused_rather_than_drawn_empty() {
    let (mut run, summary) = Scene {
        endpoints: "global,eu-central-1",
        rounds: 96,
        ..Scene::default()
    }
    .play();
    let half = run.plan.blocks / 2;
    let window = |number: u16| Window {
        run_id: run.header.run_id.clone(),
        started_at: run.header.started_at.clone(),
        elapsed_ns: 1,
        first_block: number * half,
        blocks: half,
    };
    run.measured.windows = vec![window(0), window(1)];
    let mut spec = ChartSpec::default();
    spec.selection.percentile = Some(Level::P99);
    let refused = picture("windows", &(run, summary), &spec);
    assert!(refused.is_err_and(|error| error.is_no_data()));
}
