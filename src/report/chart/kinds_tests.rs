//! The kinds `difference`, `ecdf`, `savings` and those of several runs, drawn from synthetic runs.

use super::scene_tests::Scene;
use super::*;
use crate::judge::{Check, CheckVerdict, Summary};
use crate::judge::{
    Episode, HistoryOutcome, Interval, Method, Percentile, Place, RunChange, Trend, TrendLine,
    TrendPoint, TrendRun,
};
use crate::plan::{ConnectionMode, Level};
use crate::report::words::language::Language;
use crate::report::words::numbers;
use crate::results::{Run, Window, moment};
use sts_model::Operation;

const OF_ONE: [&str; 3] = ["difference", "ecdf", "savings"];

fn picture(
    kind: &str,
    (run, summary): &(Run, Summary),
    spec: impl Into<ChartSpec>,
) -> Result<String, ChartError> {
    let kind: ChartKind = kind.parse().expect("is a kind");
    kind.svg(&[RunShown { run, summary }], &spec.into())
}

/// The texts of a picture: what each says, and where it begins and ends, px.
fn texts(svg: &str) -> Vec<(String, f64, f64)> {
    let attribute = |text: &str, name: &str| -> Option<f64> {
        let rest = text.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next()?.parse().ok()
    };
    let text = |line: &str| {
        let (x, length) = (attribute(line, "x")?, attribute(line, "textLength")?);
        let left = match line {
            middle if middle.contains("text-anchor=\"middle\"") => x - length / 2.0,
            end if end.contains("text-anchor=\"end\"") => x - length,
            _ => x,
        };
        let said = line.split('>').nth(1)?.split('<').next()?;
        Some((said.to_owned(), left, left + length))
    };
    let lines = svg.lines().filter(|line| line.starts_with("<text"));
    lines.filter_map(text).collect()
}

pub(super) fn assert_inside(name: &str, svg: &str) {
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    let width: f64 = svg
        .split("width=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next()?.parse().ok())
        .expect("says its width");
    for (text, left, right) in texts(svg) {
        assert!(
            left >= 0.0 && right <= width,
            "{name}: {text:?} from {left} to {right} of {width}"
        );
    }
}

#[test]
fn nothing_leaves_the_picture_whatever_its_width_its_language_and_the_number_of_endpoints() {
    let one = &ConnectionMode::ALL[..1];
    for (endpoints, connections, width, language) in [
        (
            "global,eu-central-1",
            &ConnectionMode::ALL[..],
            480.0,
            Language::German,
        ),
        ("global,default,opt-in", one, 800.0, Language::English),
    ] {
        let scene = Scene {
            endpoints,
            connections,
            rounds: 24,
            silent: &["eu-west-2"],
        };
        let played = scene.play();
        let mut spec = ChartSpec::from(Theme::Light);
        spec.look.width = width;
        spec.wording.language = language;
        for kind in OF_ONE {
            let svg = picture(kind, &played, spec.clone()).expect("draws");
            assert_inside(&format!("{kind} of {endpoints} at {width}"), &svg);
            let again = picture(kind, &played, spec.clone());
            assert_eq!(again.as_ref(), Ok(&svg), "the same bytes");
        }
    }
}

#[test]
fn a_difference_is_that_of_the_comparisons_with_their_intervals() {
    let played = Scene::default().play();
    let svg = picture("difference", &played, Theme::Light).expect("draws");
    let (_, summary) = &played;
    let is_shown = |row: &&crate::judge::Row| row.endpoint == "eu-central-1";
    for row in summary.rows.iter().filter(is_shown) {
        let found = summary.picked(row.target).expect("is compared");
        let interval = found.difference.interval.expect("has one");
        let (value, span) =
            numbers::time_with_span(found.difference.value, interval.low, interval.high);
        assert!(svg.contains(&format!(">{value}<")), "{value}");
        assert!(svg.contains(&format!(">{span}<")), "{span}");
    }
    assert!(svg.contains("<title>eu-central-1 saves "), "{svg}");
    assert!(svg.contains("95 % interval of "), "{svg}");
}

#[test]
fn savings_are_in_order_and_those_of_far_endpoints_are_negative() {
    let (run, summary) = Scene::default().play();
    let svg = picture("savings", &(run, summary), Theme::Dark).expect("draws");
    let place = |name: &str| svg.find(&format!("id=\"savings-{name}\"")).expect(name);
    assert!(place("eu-central-1") < place("us-east-2"));
    assert!(place("us-east-2") < place("ap-southeast-2"));
    assert!(svg.contains(">−"), "a negative number");
    assert!(svg.contains(">global is faster<") && svg.contains(">Regional is faster<"));
}

#[test]
fn a_curve_with_failed_calls_ends_below_all_calls_and_says_how_many_failed() {
    let (run, mut summary) = Scene::default().play();
    for row in &mut summary.rows {
        row.counts.failures = row.counts.succeeded / 3;
        row.counts.faults = 0;
        row.counts.issued = row.counts.succeeded + row.counts.failures;
    }
    let svg = picture("ecdf", &(run, summary), Theme::Light).expect("draws");
    let failed = |text: &(String, f64, f64)| text.0.ends_with(" failed");
    assert!(texts(&svg).iter().any(failed), "{svg}");
    assert!(svg.contains("stroke-dasharray"));
}

#[test]
fn the_label_of_zero_covers_no_mark_of_a_difference() {
    let attribute = |element: &str, name: &str| -> f64 {
        let rest = element.split(&format!(" {name}=\"")).nth(1).expect(name);
        rest.split('"').next().expect(name).parse().expect(name)
    };
    for endpoints in [
        "global,us-east-1,us-east-2",
        "global,us-east-1",
        "global,eu-west-1",
    ] {
        let (run, mut summary) = Scene {
            endpoints,
            ..Scene::default()
        }
        .play();
        let forbids = Check::new("clock-jump", CheckVerdict::Invalid, String::new());
        summary.checks.push(forbids);
        let svg = picture("difference", &(run, summary), Theme::Light).expect("draws");
        let marks: Vec<(f64, f64)> = svg
            .lines()
            .filter(|line| line.starts_with("<circle"))
            .map(|line| (attribute(line, "cx"), attribute(line, "cy")))
            .collect();
        let labels = svg
            .lines()
            .filter(|line| line.contains(">as fast as global<"));
        for label in labels {
            let (left, baseline) = (attribute(label, "x"), attribute(label, "y"));
            let right = left + attribute(label, "textLength");
            let covers = |&&(x, y): &&(f64, f64)| {
                (left - 3.0..=right + 3.0).contains(&x)
                    && (baseline - 12.0..=baseline + 4.0).contains(&y)
            };
            let covered = marks.iter().find(covers);
            assert!(
                marks.len() > 3 && covered.is_none(),
                "{endpoints}: {covered:?}"
            );
        }
    }
}

#[test]
fn what_a_check_forbids_is_grey_and_no_title_claims_it() {
    let (run, mut summary) = Scene::default().play();
    let grey = |svg: &str| svg.contains("grey: a check forbids it");
    let sound = (run.clone(), summary.clone());
    for kind in OF_ONE {
        assert!(!grey(&picture(kind, &sound, Theme::Light).expect("draws")));
    }
    let forbids = Check::new("clock-jump", CheckVerdict::Invalid, String::new());
    summary.checks.push(forbids);
    let forbidden = (run, summary);
    for kind in OF_ONE {
        let svg = picture(kind, &forbidden, Theme::Light).expect("draws");
        let title = svg.split("</title>").next().expect("begins so");
        assert!(grey(&svg) && title.ends_with('?'), "{kind}: {title}");
    }
}

#[test]
fn without_a_global_endpoint_nothing_is_saved_and_calls_are_still_answered() {
    let scene = Scene {
        endpoints: "eu-*",
        rounds: 40,
        ..Scene::default()
    };
    let played = scene.play();
    for kind in ["difference", "savings"] {
        let error = picture(kind, &played, Theme::Light).expect_err("nothing to compare");
        assert!(error.is_no_data(), "{error}");
    }
    let svg = picture("ecdf", &played, Theme::Light).expect("draws");
    assert!(svg.contains("<title>eu-central-1 answers half of the calls within "));
}

#[test]
fn hostile_names_are_text_and_stay_inside_the_picture() {
    let (run, mut summary) = Scene::default().play();
    let evil = format!(
        "<script>alert('1')</script>\u{7}\u{202E}{}",
        "w".repeat(300)
    );
    for row in &mut summary.rows {
        if row.region == "eu-central-1" {
            row.endpoint.clone_from(&evil);
        }
    }
    let played = (run, summary);
    for kind in OF_ONE {
        let svg = picture(kind, &played, Theme::Print).expect("draws");
        assert!(!svg.contains("<script") && !svg.contains('\u{7}'), "{kind}");
        assert!(!svg.contains('\u{202E}'), "{kind}");
        assert_inside(kind, &svg);
    }
}

/// Divides the run into three windows.
pub(super) fn windows(run: &mut Run) {
    let blocks = run.plan.blocks / 3;
    run.measured.windows = (0..3)
        .map(|number| Window {
            run_id: format!("w{number}"),
            started_at: format!("2026-11-22T{:02}:30:00Z", 9 + number),
            elapsed_ns: 20_000_000_000,
            first_block: number * blocks,
            blocks,
        })
        .collect();
}

#[test]
fn a_run_of_several_windows_has_a_strip_for_each_endpoint_and_one_of_one_window_has_none() {
    let (mut run, summary) = Scene {
        endpoints: "global,eu-central-1,eu-west-1",
        ..Scene::default()
    }
    .play();
    let error = picture("windows", &(run.clone(), summary.clone()), Theme::Light);
    assert!(
        error
            .expect_err("one window")
            .to_string()
            .contains("--windows N")
    );
    windows(&mut run);
    let svg = picture("windows", &(run, summary), Theme::Light).expect("draws");
    for name in ["global", "eu-central-1", "eu-west-1"] {
        assert!(svg.contains(&format!("id=\"windows-{name}\"")), "{name}");
    }
    assert!(svg.contains(">11-22 09:30<") && svg.contains("3 windows"));
    assert_inside("windows", &svg);
}

#[test]
fn two_runs_one_after_the_other_stand_side_by_side_and_no_word_is_said() {
    let before = Scene::default().play();
    let mut after = Scene {
        rounds: 192,
        silent: &["sa-east-1"],
        ..Scene::default()
    }
    .play();
    after.0.header.run_id = "20261123-093000-0badcaff".to_owned();
    after.0.header.started_at = "2026-11-23T09:30:00Z".to_owned();
    let kind: ChartKind = "compare".parse().expect("is a kind");
    let shown = [&before, &after].map(|(run, summary)| RunShown { run, summary });
    let svg = kind.svg(&shown, &Theme::Light.into()).expect("draws");
    assert!(svg.contains("<title>The medians of two runs side by side</title>"));
    assert!(svg.contains("nothing is decided") && svg.contains("20261122-093000-0badcafe"));
    assert!(!svg.contains("faster than before") && !svg.contains("significant"));
    assert_inside("compare", &svg);
    let same = kind.svg(&[shown[0], shown[0]], &Theme::Light.into());
    let error = same.expect_err("one run twice").to_string();
    assert!(error.contains("are the same run"), "{error}");
}

/// Runs over time with an endpoint that was slower for a while.
pub(super) fn trend(names: &[&str], runs: usize) -> Trend {
    let started = |number: usize| {
        format!(
            "2026-{:02}-{:02}T09:30:00Z",
            number / 28 + 1,
            number % 28 + 1
        )
    };
    let point = |number: usize| {
        let value = if (4..8).contains(&number) { 30e6 } else { 20e6 } + number as f64 * 1e4;
        TrendPoint {
            p50: (number != 2).then_some(Percentile {
                value,
                interval: Interval {
                    low: value - 4e5,
                    high: value + 5e5,
                    confidence: 0.95,
                },
                method: Method::OrderStatistics,
                effective: 96.0,
                support: 96.0,
            }),
            ratio: None,
            change: None,
            outcome: if (4..8).contains(&number) {
                HistoryOutcome::Slower
            } else {
                HistoryOutcome::Steady
            },
            changes: Vec::new(),
        }
    };
    let line = |name: &&str| TrendLine {
        endpoint: (*name).to_owned(),
        operation: Operation::GetCallerIdentity,
        connection: ConnectionMode::Cold,
        place: if *name == "global" {
            Place::Global
        } else {
            Place::Regional
        },
        points: (0..runs).map(point).collect(),
        episodes: (runs > 8)
            .then_some(Episode { first: 4, last: 7 })
            .into_iter()
            .collect(),
        creep: None,
        failures: None,
    };
    Trend {
        vantage: "workbench".to_owned(),
        simulation: None,
        answered_here: false,
        runs: (0..runs)
            .map(|number| TrendRun {
                run_id: format!("run-{number}"),
                started: moment(&started(number)).expect("is a moment"),
                started_at: started(number),
                version: "0.1.0".to_owned(),
                shifts: Vec::new(),
                changes: (number % 3 == 1)
                    .then(|| RunChange::Version {
                        from: "0.1.0".to_owned(),
                        to: "0.2.0".to_owned(),
                    })
                    .into_iter()
                    .collect(),
            })
            .collect(),
        lines: names.iter().map(line).collect(),
    }
}

#[test]
fn a_trend_has_a_strip_for_each_endpoint_and_stays_inside_with_few_and_with_many_runs() {
    let kind: ChartKind = "trend".parse().expect("is a kind");
    let evil = format!("<script>\u{7}{}", "w".repeat(200));
    let names = ["global", "eu-central-1", evil.as_str()];
    for runs in [2, 12, 92] {
        for width in [480.0, 800.0] {
            let mut spec = ChartSpec::from(Theme::Dark);
            spec.look.width = width;
            let trend = trend(&names, runs);
            let svg = over_time(kind, &trend, &spec).expect("draws");
            assert_inside(&format!("trend of {runs} runs"), &svg);
            assert!(svg.contains("id=\"trend-eu-central-1\"") && !svg.contains("<script"));
            assert!(svg.contains(">slower than before<") == (runs > 4), "{runs}");
            assert!(svg.contains(&format!("{runs} runs")));
            assert_eq!(over_time(kind, &trend, &spec), Ok(svg), "the same bytes");
        }
    }
}

#[test]
fn far_endpoints_are_folded_in_savings_windows_and_trends_and_top_says_how_many_have_a_row() {
    let mut played = Scene {
        endpoints: "global,default,opt-in",
        connections: &ConnectionMode::ALL[..1],
        rounds: 24,
        ..Scene::default()
    }
    .play();
    windows(&mut played.0);
    let endpoints: Vec<String> = played
        .1
        .rows
        .iter()
        .map(|row| row.endpoint.clone())
        .collect();
    let names: Vec<&str> = endpoints.iter().map(String::as_str).collect();
    let many = trend(&names, 3);
    for (name, usual) in [("savings", 18), ("windows", 10), ("trend", 10)] {
        let kind: ChartKind = name.parse().expect("is a kind");
        let drawn = |top: Option<usize>| {
            let mut spec = ChartSpec::from(Theme::Light);
            spec.selection.top = top;
            match kind.runs {
                RunsShown::OverTime => over_time(kind, &many, &spec),
                _ => picture(name, &played, spec),
            }
            .expect("draws")
        };
        let rows = |svg: &str| svg.matches(&format!("<g id=\"{name}-")).count();
        let global = usize::from(name != "savings");
        let regional = names.len() - 1;
        let usual_picture = drawn(None);
        assert_eq!(rows(&usual_picture), usual + global, "{name}");
        let said = format!("Not shown: {} ", regional - usual);
        assert!(usual_picture.contains(&said), "{name}: {said}");
        assert_inside(name, &usual_picture);
        assert_eq!(rows(&drawn(Some(3))), 3 + global, "{name}");
        assert!(
            drawn(Some(regional - 1)).contains("Not shown: 1 "),
            "{name}"
        );
        let whole = drawn(Some(regional));
        assert!(!whole.contains("Not shown"), "{name}");
        assert_eq!(rows(&whole), regional + global, "{name}");
    }
}

#[test]
fn an_endpoint_that_became_slower_has_a_strip_however_far_it_is() {
    let kind: ChartKind = "trend".parse().expect("is a kind");
    let names: Vec<String> = (0..30).map(|number| format!("e{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut trend = trend(&names, 3);
    let slower = trend.lines[29].points.last_mut().expect("a run");
    slower.outcome = HistoryOutcome::Slower;
    let svg = over_time(kind, &trend, &Theme::Light.into()).expect("draws");
    assert!(svg.contains("id=\"trend-e29\"") && !svg.contains("id=\"trend-e28\""));
    let mut spec = ChartSpec::from(Theme::Light);
    spec.selection.top = Some(5);
    let svg = over_time(kind, &trend, &spec).expect("draws");
    assert!(!svg.contains("id=\"trend-e29\""), "--top is exact");
}

#[test]
fn a_trend_refuses_what_it_does_not_have() {
    let kind: ChartKind = "trend".parse().expect("is a kind");
    let trend = trend(&["global"], 3);
    let mut spec = ChartSpec::from(Theme::Light);
    spec.selection.connection = Some(ConnectionMode::Warm);
    let error = over_time(kind, &trend, &spec).expect_err("none is warm");
    assert!(
        error.to_string().contains("get-caller-identity cold"),
        "{error}"
    );
    spec.selection.connection = None;
    spec.selection.percentile = Some(Level::P90);
    let error = over_time(kind, &trend, &spec).expect_err("no such option");
    assert!(
        error.to_string().contains("--percentile has no effect"),
        "{error}"
    );
    let other: ChartKind = "ecdf".parse().expect("is a kind");
    let error = over_time(other, &trend, &Theme::Light.into());
    assert!(matches!(error, Err(ChartError::Runs { .. })));
}
