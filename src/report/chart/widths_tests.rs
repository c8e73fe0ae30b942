//! At every width a picture is legible, or it is refused with a width that is enough.

use super::kinds_tests::trend;
use super::scene_tests::{Scene, picture};
use super::spec_tests::assert_legible;
use super::*;
use crate::report::words::language::Language;
use crate::results::Window;

/// The kinds whose width depends on what they show.
const KINDS: [&str; 9] = [
    "endpoints",
    "percentiles",
    "phases",
    "timeline",
    "ecdf",
    "difference",
    "savings",
    "windows",
    "trend",
];

fn kind(name: &str) -> ChartKind {
    name.parse().expect("is a kind")
}

#[test]
fn every_kind_is_legible_at_every_width_or_names_one_that_is_enough() {
    let scene = Scene {
        endpoints: "global,eu-central-1,ap-southeast-1,us-west-2",
        rounds: 96,
        silent: &["us-west-2"],
        ..Scene::default()
    };
    let (mut run, summary) = scene.play();
    let half = run.plan.blocks / 2;
    let window = |number: u16| Window {
        run_id: run.header.run_id.clone(),
        started_at: format!("2026-11-22T14:1{number}:00Z"),
        elapsed_ns: 1,
        first_block: number * half,
        blocks: half,
    };
    run.measured.windows = vec![window(0), window(1)];
    let run = (run, summary);
    let trend = trend(&["global", "eu-central-1", "ap-southeast-1"], 13);
    for name in KINDS {
        let draw = |spec: &ChartSpec| match name {
            "trend" => over_time(kind(name), &trend, spec),
            _ => picture(name, &run, spec),
        };
        for (width, language) in [320, 420, 480, 640].into_iter().flat_map(|width| {
            [Language::English, Language::German].map(|language| (width, language))
        }) {
            let mut spec = ChartSpec::default();
            (spec.look.width, spec.look.widens) = (f64::from(width), false);
            spec.wording.language = language;
            let svg = match draw(&spec) {
                Err(ChartError::TooNarrow { least, .. }) => {
                    spec.look.width = f64::from(least);
                    draw(&spec)
                }
                drawn => drawn,
            };
            let label = format!("{name} {width} {language:?}");
            assert_legible(
                &label,
                &svg.unwrap_or_else(|error| panic!("{label}: {error}")),
            );
        }
    }
}
