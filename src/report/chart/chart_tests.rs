//! Every chart of synthetic runs.

use super::scene_tests::Scene;
use super::*;
use crate::judge::Summary;
use crate::judge::{Check, CheckVerdict};
use crate::plan::ConnectionMode;
use crate::results::{Run, Vantage};
use sts_model::Operation;

const OPERATION: Operation = Operation::GetCallerIdentity;

/// Every picture of a run.
fn drawn(run: &Run, summary: &Summary) -> Vec<Picture> {
    draw(RunShown { run, summary }, &four(), OperationsShown::All).drawn
}

/// The four charts that every report had from the beginning.
fn four() -> Vec<ChartKind> {
    let names = ["endpoints", "percentiles", "phases", "timeline"];
    names.map(|name| name.parse().expect("is a kind")).to_vec()
}

/// One picture.
fn picture(
    kind: &str,
    run: &Run,
    summary: &Summary,
    spec: impl Into<ChartSpec>,
) -> Result<String, ChartError> {
    let kind: ChartKind = kind.parse().expect("is a kind");
    kind.svg(&[RunShown { run, summary }], &spec.into())
}

/// The pictures of a scene; written down for the eye when `STSBENCH_PICTURES` names a folder.
fn pictures(name: &str, scene: &Scene<'_>) -> Vec<Picture> {
    let (run, summary) = scene.play();
    let pictures = drawn(&run, &summary);
    if let Some(folder) = std::env::var_os("STSBENCH_PICTURES") {
        let folder = std::path::Path::new(&folder).join(name);
        std::fs::create_dir_all(&folder).expect("can be made");
        for picture in &pictures {
            std::fs::write(
                folder
                    .join(format!("{}-{}", picture.stem, picture.theme.as_str()))
                    .with_extension("svg"),
                &picture.svg,
            )
            .expect("can be written");
            let png = raster::png(&picture.svg, raster::SCALE).expect("draws");
            std::fs::write(
                folder
                    .join(format!("{}-{}", picture.stem, picture.theme.as_str()))
                    .with_extension("png"),
                png,
            )
            .expect("can be written");
        }
    }
    pictures
}

#[test]
fn every_chart_is_drawn_in_both_themes_and_always_with_the_same_bytes() {
    let first = pictures("default", &Scene::default());
    let stems: Vec<&str> = first.iter().map(|picture| picture.stem.as_str()).collect();
    assert_eq!(stems.len(), 8);
    assert_eq!(
        stems[..4],
        ["endpoints", "endpoints", "percentiles", "percentiles"]
    );
    let (run, summary) = Scene::default().play();
    assert_eq!(first, drawn(&run, &summary));
}

#[test]
fn charts_stand_up_to_few_and_many_endpoints_and_one_kind_of_connection() {
    let one = &[ConnectionMode::Warm];
    let scenes = [
        (
            "one",
            Scene {
                endpoints: "global",
                ..Scene::default()
            },
        ),
        (
            "two",
            Scene {
                endpoints: "global,eu-central-1",
                rounds: 6,
                ..Scene::default()
            },
        ),
        (
            "many",
            Scene {
                endpoints: "global,default,opt-in",
                rounds: 24,
                ..Scene::default()
            },
        ),
        (
            "regional",
            Scene {
                endpoints: "eu-*",
                connections: one,
                rounds: 2000,
                ..Scene::default()
            },
        ),
        (
            "three",
            Scene {
                endpoints: "global,default",
                connections: &ConnectionMode::ALL,
                ..Scene::default()
            },
        ),
        (
            "silent",
            Scene {
                silent: &["eu-west-1", "sa-east-1"],
                ..Scene::default()
            },
        ),
        (
            "no-global-answer",
            Scene {
                silent: &["global"],
                connections: one,
                ..Scene::default()
            },
        ),
    ];
    for (name, scene) in scenes {
        let drawn = pictures(name, &scene);
        assert!(drawn.len() >= 8, "{name}");
        for picture in drawn {
            assert!(
                !picture.svg.contains("NaN") && !picture.svg.contains("inf"),
                "{name} {}",
                picture.stem
            );
        }
    }
}

#[test]
fn a_simulated_run_says_so_in_every_picture_and_a_real_one_does_not() {
    let (mut run, summary) = Scene {
        rounds: 12,
        ..Scene::default()
    }
    .play();
    for picture in drawn(&run, &summary) {
        assert!(
            picture.svg.contains("SIMULATED") && picture.svg.contains("simulated, not AWS"),
            "{}",
            picture.stem
        );
    }
    run.header.vantage.simulation = None;
    for picture in drawn(&run, &summary) {
        assert!(
            !picture.svg.to_lowercase().contains("simulated"),
            "{}",
            picture.stem
        );
        assert!(picture.svg.contains("from workbench"), "{}", picture.stem);
    }
}

#[test]
fn the_title_claims_nothing_that_a_check_forbids() {
    let (run, mut summary) = Scene {
        rounds: 16,
        ..Scene::default()
    }
    .play();
    let dumbbell =
        |summary: &Summary| picture("endpoints", &run, summary, Theme::Light).expect("draws");
    let title = dumbbell(&summary)
        .split("</title>")
        .next()
        .expect("begins so")
        .to_owned();
    assert!(
        title.contains("<title>eu-central-1 answers GetCallerIdentity "),
        "{title}"
    );
    assert!(
        title.ends_with("× faster than the global endpoint on a new connection"),
        "as the headline: {title}"
    );
    summary.checks.push(Check::new(
        "schedule-slip",
        CheckVerdict::Warn,
        String::new(),
    ));
    assert!(dumbbell(&summary).contains("1 warning, see the report"));
    summary.checks.push(Check::new(
        "clock-jump",
        CheckVerdict::Invalid,
        String::new(),
    ));
    let svg = dumbbell(&summary);
    assert!(svg.contains("<title>Regional endpoints against the global one</title>"));
    assert!(svg.contains("Do not use these numbers; failed checks: clock-jump"));
}

#[test]
fn without_a_global_endpoint_no_ratio_is_drawn() {
    let (run, summary) = Scene {
        endpoints: "eu-*",
        rounds: 12,
        ..Scene::default()
    }
    .play();
    let svg = picture("endpoints", &run, &summary, Theme::Light).expect("draws");
    assert!(
        svg.contains("eu-central-1 answers GetCallerIdentity ")
            && svg.contains(" of 8 endpoints on a new")
    );
    assert!(!svg.contains('×') && !svg.contains("global"));
}

#[test]
fn nothing_is_the_fastest_of_one_or_while_it_shares_its_rank() {
    let (run, mut summary) = Scene {
        endpoints: "eu-central-1",
        rounds: 24,
        ..Scene::default()
    }
    .play();
    let svg = picture("endpoints", &run, &summary, Theme::Light).expect("draws");
    assert!(
        svg.contains("<title>eu-central-1 answers GetCallerIdentity in ")
            && !svg.contains("fastest")
    );
    summary = Scene {
        endpoints: "eu-central-1,eu-west-1",
        rounds: 24,
        ..Scene::default()
    }
    .play()
    .1;
    summary
        .rows
        .iter_mut()
        .for_each(|row| row.rank = Some(crate::judge::RankRange { low: 1, high: 2 }));
    let (run, _) = Scene {
        endpoints: "eu-central-1,eu-west-1",
        rounds: 24,
        ..Scene::default()
    }
    .play();
    let svg = picture("endpoints", &run, &summary, Theme::Light).expect("draws");
    assert!(
        svg.contains("with the least p50, rank 1–2, of 2 endpoints") && !svg.contains("fastest")
    );
}

#[test]
fn percentiles_that_a_check_forbids_are_grey_from_a_cross_on_and_counted_in_the_footer() {
    let (run, mut summary) = Scene {
        endpoints: "global,eu-west-1",
        rounds: 96,
        ..Scene::default()
    }
    .play();
    let draw =
        |summary: &Summary| picture("percentiles", &run, summary, Theme::Light).expect("draws");
    let grey = Theme::Light.palette().bar.to_string();
    let greys = |svg: &str| svg.matches(grey.as_str()).count();
    let sound = draw(&summary);
    let of_all = summary.rows.iter().map(|row| row.target).collect();
    let tails = Check::new("steadiness", CheckVerdict::Invalid, String::new())
        .about(of_all)
        .from_percentile(0.9);
    summary.checks.push(tails);
    (0..4).for_each(|_| {
        summary.checks.push(Check::new(
            "schedule-slip",
            CheckVerdict::Warn,
            String::new(),
        ));
    });
    let forbidden = draw(&summary);
    assert!(
        !sound.contains("a check forbids it") && forbidden.contains("grey: a check forbids it")
    );
    assert!(
        greys(&forbidden) > greys(&sound),
        "{} {}",
        greys(&forbidden),
        greys(&sound)
    );
    assert!(
        forbidden.contains("1 INVALID, 4 warnings, see the report"),
        "{forbidden}"
    );
}

#[test]
fn a_chart_of_some_endpoints_says_of_how_many_and_by_which_rule() {
    let of = |endpoints| {
        let (run, summary) = Scene {
            endpoints,
            rounds: 24,
            ..Scene::default()
        }
        .play();
        picture("percentiles", &run, &summary, Theme::Light).expect("draws")
    };
    let rule = "5 of 18 endpoints: global, the 3 fastest Regional ones and the slowest";
    assert!(of("global,default").contains(rule));
    assert!(of("eu-*").contains("4 of 8 endpoints: the 3 fastest Regional ones and the slowest"));
    assert!(!of("global,eu-central-1,eu-west-1").contains(" of 3 endpoints"));
}

#[test]
fn a_fleet_that_a_resolver_found_is_said_not_to_be_aws_as_loudly_as_a_simulated_one() {
    let (mut run, mut summary) = Scene {
        rounds: 12,
        ..Scene::default()
    }
    .play();
    run.header.vantage.simulation = None;
    assert!(
        drawn(&run, &summary)
            .iter()
            .all(|picture| !picture.svg.contains("NOT AWS"))
    );
    summary
        .checks
        .push(Check::new("not-aws", CheckVerdict::Warn, String::new()));
    for picture in drawn(&run, &summary) {
        let told = picture.svg.contains("NOT AWS")
            && picture.svg.contains("answered by this machine, not AWS");
        assert!(told, "{}", picture.stem);
    }
}

#[test]
fn an_endpoint_that_never_answered_has_no_data_rather_than_zero() {
    let scene = Scene {
        endpoints: "global,eu-*",
        silent: &["eu-west-1"],
        rounds: 12,
        ..Scene::default()
    };
    let (run, summary) = scene.play();
    for chart in ["endpoints", "phases"] {
        let svg = picture(chart, &run, &summary, Theme::Light).expect("draws");
        assert!(svg.contains(">no data</text>"), "{chart}");
    }
    let everyone = Scene {
        endpoints: "global",
        silent: &["global"],
        rounds: 12,
        ..Scene::default()
    };
    let (run, summary) = everyone.play();
    let nothing = picture("timeline", &run, &summary, Theme::Dark);
    assert_eq!(
        nothing,
        Err(ChartError::NoData {
            kind: "timeline",
            operation: OPERATION
        })
    );
    assert!(drawn(&run, &summary).is_empty());
}

#[test]
fn names_from_a_run_file_are_text_and_stay_inside_the_picture() {
    let (mut run, mut summary) = Scene {
        rounds: 12,
        ..Scene::default()
    }
    .play();
    let evil = format!("<script>alert('1')</script>\u{7}{}", "w".repeat(300));
    run.header.vantage = Vantage {
        name: evil.clone(),
        name_source: None,
        local_region: None,
        observed: Vec::new(),
        simulation: None,
    };
    run.header.run_id.clone_from(&evil);
    summary
        .rows
        .iter_mut()
        .filter(|row| row.region == "eu-central-1")
        .for_each(|row| row.endpoint.clone_from(&evil));
    for picture in drawn(&run, &summary) {
        assert!(
            !picture.svg.contains("<script") && !picture.svg.contains('\u{7}'),
            "{}",
            picture.stem
        );
        assert!(
            !picture
                .svg
                .lines()
                .skip(3)
                .any(|line| line.contains(&"w".repeat(200))),
            "{}",
            picture.stem
        );
    }
}
