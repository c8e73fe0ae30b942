//! What a picture says is about what it shows: its title, its key, its warning, and its widths.

use super::saving::Effect;
use super::scene_tests::{Scene, forbidding, picture, played};
use super::spec_tests::assert_legible;
use super::*;
use crate::judge::synthetic_run::{Fixture, answer, refused};
use crate::judge::{Verdict, summarise};
use crate::plan::ConnectionMode;
use crate::report::words::chart::kinds::savings;
use crate::report::words::language::Language;
use sts_model::Operation;

const OF_ONE_RUN: [&str; 7] = [
    "endpoints",
    "percentiles",
    "phases",
    "timeline",
    "ecdf",
    "difference",
    "savings",
];

fn kind(name: &str) -> ChartKind {
    name.parse().expect("is a kind")
}

fn asked_for(endpoints: &[&str], connection: Option<ConnectionMode>) -> ChartSpec {
    let mut spec = ChartSpec::default();
    let patterns = endpoints.iter().map(|it| it.parse().expect("is a pattern"));
    spec.selection.endpoints = patterns.collect();
    spec.selection.connection = connection;
    spec
}

fn title(svg: &str) -> &str {
    let rest = svg.split("<title>").nth(1).expect("has a title");
    rest.split('<').next().expect("ends")
}

#[test]
fn a_title_names_an_endpoint_and_a_connection_that_are_drawn() {
    let endpoints = ["eu-central-1", "eu-west-1", "us-west-2"];
    let with = played("global,eu-central-1,eu-west-1,us-west-2", 96);
    let without = played("eu-central-1,eu-west-1,us-west-2", 96);
    for (run, global) in [(&with, true), (&without, false)] {
        for shown in endpoints {
            for connection in [None, Some(ConnectionMode::Cold), Some(ConnectionMode::Warm)] {
                let asked = [&["global"][..usize::from(global)], &[shown]].concat();
                let svg = picture("endpoints", run, &asked_for(&asked, connection));
                let svg = svg.expect("draws");
                let title = title(&svg);
                let other = endpoints
                    .iter()
                    .find(|it| **it != shown && title.contains(**it));
                assert_eq!(other, None, "{shown}: {title}");
                assert!(!title.contains("fastest"), "{title}");
                if connection == Some(ConnectionMode::Warm) {
                    assert!(!title.contains("new connection"), "{title}");
                }
            }
        }
    }
}

#[test]
fn no_title_speaks_for_the_time_of_what_fails_more_over_a_kind_that_is_shown() {
    let run = |failing: Option<ConnectionMode>| {
        let kinds = [ConnectionMode::Cold, ConnectionMode::Warm];
        let operations = [Operation::GetCallerIdentity];
        let fixture = Fixture::planned("global,eu-central-1", None, &operations, &kinds);
        let fixture = fixture.calls(192, |target, i| {
            let near = target.endpoint.name == "eu-central-1";
            match failing {
                Some(over) if near && over == target.connection && i % 3 == 0 => refused(),
                _ => answer(if near { 30 } else { 90 }),
            }
        });
        let run = fixture.run();
        let summary = summarise(&run);
        (run, summary)
    };
    let (sound, cold, warm) = (
        run(None),
        run(Some(ConnectionMode::Cold)),
        run(Some(ConnectionMode::Warm)),
    );
    for kind in ["endpoints", "savings", "difference"] {
        for language in Language::ALL {
            let of = |played| {
                let mut spec = ChartSpec::default();
                spec.wording.language = language;
                let svg = picture(kind, played, &spec).expect("draws");
                title(&svg).to_owned()
            };
            assert!(of(&sound).contains("eu-central-1"), "{kind} {language:?}");
            for failing in [&cold, &warm] {
                let title = of(failing);
                assert!(!title.contains("eu-central-1"), "{kind}: {title}");
            }
        }
    }
}

#[test]
fn rows_of_marks_are_legible_at_every_width_that_is_taken() {
    let endpoints = "global,eu-central-1,eu-west-3";
    let before = played(endpoints, 192);
    let scene = Scene {
        endpoints,
        silent: &["eu-west-3"],
        ..Scene::default()
    };
    let mut after = scene.play();
    after.0.header.run_id = "20261123-093000-0badcaff".to_owned();
    after.0.header.started_at = "2026-11-23T09:30:00Z".to_owned();
    let both = [&before, &after].map(|(run, summary)| RunShown { run, summary });
    for (name, runs) in [("savings", &both[..1]), ("compare", &both[..])] {
        let mut refused = 0;
        for width in (320..=740).step_by(84) {
            let mut spec = ChartSpec::default();
            (spec.look.width, spec.look.widens) = (f64::from(width), false);
            match kind(name).svg(runs, &spec) {
                Ok(svg) => assert_legible(&format!("{name} {width}"), &svg),
                Err(ChartError::TooNarrow { least, .. }) => {
                    refused += 1;
                    spec.look.width = f64::from(least);
                    assert!(kind(name).svg(runs, &spec).is_ok(), "{name} {width}");
                }
                Err(error) => panic!("{name} {width}: {error}"),
            }
        }
        assert!(refused > 0, "{name}");
    }
}

#[test]
fn a_picture_of_endpoints_that_is_wide_enough_stays_so_when_it_is_wider() {
    let run = played("global,eu-*", 24);
    let mut was_drawn = false;
    for width in (320..=800).step_by(8) {
        let mut spec = ChartSpec::default();
        (spec.look.width, spec.look.widens) = (f64::from(width), false);
        let is_drawn = picture("endpoints", &run, &spec).is_ok();
        assert!(is_drawn || !was_drawn, "{width}");
        was_drawn = is_drawn;
    }
    assert!(was_drawn);
}

#[test]
fn what_does_not_matter_and_what_is_not_decided_differ_in_word_and_colour() {
    assert_ne!(
        Effect::of(Some(Verdict::Equivalent)),
        Effect::of(Some(Verdict::Inconclusive))
    );
    for theme in Theme::ALL {
        let colours = Effect::ALL.map(|effect| effect.colour(theme.palette()).to_string());
        let mut distinct = colours.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), colours.len(), "{theme:?}");
    }
    for language in Language::ALL {
        let words = savings::words(language);
        assert_ne!(words.same, words.unclear);
        let of_all = crate::report::words::chart::words(language);
        assert!(of_all.same_means.starts_with(of_all.same), "{language:?}");
    }
}

#[test]
fn marks_whose_intervals_overlap_stand_one_above_the_other() {
    let (run, mut summary) = played("global,eu-central-1", 24);
    let rows = summary.rows.clone();
    for row in &mut summary.rows {
        let mut cold = rows
            .iter()
            .filter(|it| it.connection == ConnectionMode::Cold);
        let cold = cold
            .find(|it| it.endpoint == row.endpoint)
            .expect("is measured");
        row.service_time = cold.service_time.clone();
    }
    let svg = picture("endpoints", &(run, summary), &ChartSpec::default()).expect("draws");
    let row = svg
        .split("id=\"row-eu-central-1\"")
        .nth(1)
        .expect("has a row");
    let row = row.split("</g>").next().expect("ends");
    let heights = row.split(" cy=\"").skip(1);
    let mut heights: Vec<&str> = heights.filter_map(|it| it.split('"').next()).collect();
    heights.sort_unstable();
    heights.dedup();
    assert_eq!(heights.len(), 2, "{row}");
    assert_legible("overlapping", &svg);
}

#[test]
fn a_timeline_says_how_many_endpoints_it_shows_and_shows_those_that_failed() {
    let (silent, endpoints) = ("eu-west-3", "global,eu-*");
    let scene = Scene {
        endpoints,
        rounds: 48,
        silent: &[silent],
        ..Scene::default()
    };
    let played = scene.play();
    let svg = picture("timeline", &played, &ChartSpec::default()).expect("draws");
    let all = played.1.rows.iter().map(|row| row.endpoint.as_str());
    let all: std::collections::BTreeSet<&str> = all.collect();
    assert!(
        svg.contains(&format!("4 of {} endpoints", all.len())),
        "{svg}"
    );
    assert!(svg.contains(silent), "{svg}");
}

#[test]
fn one_label_stands_for_neighbouring_percentiles_that_nothing_has() {
    let run = played("global,eu-central-1", 24);
    for width in [480.0, 800.0, 1200.0] {
        let mut spec = ChartSpec::default();
        spec.look.width = width;
        let svg = picture("difference", &run, &spec).expect("draws");
        assert_eq!(svg.matches(">not compared<").count(), 2, "{width}: {svg}");
        assert_legible("difference", &svg);
    }
}

#[test]
fn a_document_is_refused_for_the_reason_of_the_picture() {
    let (run, summary) = played("eu-central-1,eu-west-1", 24);
    let runs = [RunShown {
        run: &run,
        summary: &summary,
    }];
    for name in ["savings", "difference"] {
        let spec = ChartSpec::default();
        let [drawn, data] = [
            kind(name).svg(&runs, &spec),
            kind(name).vega_lite(&runs, &spec),
        ];
        assert_eq!(drawn, data, "{name}");
        assert!(drawn.is_err_and(|error| error.to_string().contains("compared")));
    }
}

#[test]
fn a_warning_of_what_is_grey_stands_where_something_is() {
    let (run, mut summary) = played("global,eu-central-1,eu-west-1", 96);
    let check = forbidding(&summary, "eu-west-1");
    summary.checks.push(check);
    let played = (run, summary);
    for name in OF_ONE_RUN {
        let drawn = |endpoints: &[&str]| {
            let svg = picture(name, &played, &asked_for(endpoints, None)).expect("draws");
            svg.contains("Do not use")
        };
        assert!(!drawn(&["global", "eu-central-1"]), "{name}");
        assert!(drawn(&["global", "eu-central-1", "eu-west-1"]), "{name}");
    }
}

#[test]
fn curves_that_a_check_forbids_are_told_apart_by_their_strokes() {
    let endpoints = ["eu-central-1", "eu-west-1", "eu-west-3", "us-west-2"];
    let (run, mut summary) = played("global,eu-central-1,eu-west-1,eu-west-3,us-west-2", 96);
    for endpoint in endpoints {
        let check = forbidding(&summary, endpoint);
        summary.checks.push(check);
    }
    let spec = asked_for(&[&["global"][..], &endpoints].concat(), None);
    let svg = picture("ecdf", &(run, summary), &spec).expect("draws");
    for pattern in ["7 3", "2 3", "9 3 2 3", "14 5"] {
        let strokes = format!("stroke-dasharray=\"{pattern}\"");
        // Two panels and the key.
        assert_eq!(svg.matches(&strokes).count(), 3, "{pattern}");
    }
    assert!(svg.contains("grey: a check forbids it"), "{svg}");
}
