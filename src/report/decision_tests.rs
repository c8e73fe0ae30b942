//! The decision in its own words: on the screen, as a heading, and what the end of a run says must not contradict it.

use std::collections::BTreeMap;

use crate::judge::summarise;
use crate::judge::synthetic_run::Fixture;
use crate::results::Run;

use super::{Detail, Format, Look, Report, ScreenSelection, Style, render};

/// A run whose own Region is that of the simulated fleet, eu-central-1.
fn run(endpoints: &str, milliseconds: impl Fn(&str) -> f64) -> Run {
    Fixture::of(endpoints)
        .noisy(192, 7, 0.03, |target| {
            milliseconds(target.endpoint.name.as_str())
        })
        .simulated_run()
}

/// The screen, the first line of `report.md`, and what the end of a run says.
fn texts(run: &Run) -> (String, String, Option<String>) {
    let summary = summarise(run);
    let report = Report::new(run, &summary);
    let look = Look {
        style: Style::Plain,
        width: Some(200),
        detail: Detail::Screen(ScreenSelection::default()),
        files: None,
    };
    let text = |format| {
        let made = render(format, std::slice::from_ref(&report), &look);
        made.expect("rendered").text
    };
    let heading = text(Format::Markdown).lines().next().map(str::to_owned);
    (
        text(Format::Terminal),
        heading.expect("a line"),
        report.advice(),
    )
}

#[test]
fn a_heading_has_at_most_twelve_words_whatever_is_decided() {
    let cases: [(&str, f64, f64); 5] = [
        ("global,eu-central-1", 90.0, 30.0),
        ("global,eu-central-1", 30.0, 90.0),
        ("global,eu-central-1", 30.0, 30.0),
        ("eu-central-1,eu-west-1", 0.0, 30.0),
        ("eu-west-1", 0.0, 30.0),
    ];
    for (endpoints, global, regional) in cases {
        let run = run(
            endpoints,
            |name| if name == "global" { global } else { regional },
        );
        let (_, heading, _) = texts(&run);
        let words = heading.trim_start_matches("# ").split_whitespace().count();
        assert!((2..=12).contains(&words), "{heading}");
    }
}

#[test]
fn a_run_without_a_global_endpoint_names_the_own_region_and_not_the_fastest() {
    let run = run("eu-central-1,eu-west-1,eu-west-2", |name| match name {
        "eu-central-1" => 30.0,
        "eu-west-1" => 10.0,
        _ => 50.0,
    });
    let (screen, heading, _) = texts(&run);
    assert!(
        screen.starts_with("eu-central-1, rank 2 of 3 endpoints, takes 30 ms"),
        "{screen}"
    );
    assert!(
        heading.starts_with("# eu-central-1 takes 30 ms"),
        "{heading}"
    );
    let summary = summarise(&run);
    let title = Report::new(&run, &summary).title;
    assert!(
        title.starts_with("eu-central-1 answers") && title.contains("rank 2 of 3"),
        "{title}"
    );
}

#[test]
fn a_global_name_that_the_own_region_answers_needs_no_change_on_the_screen_too() {
    let mut run = run("global,eu-central-1", |_| 30.0);
    for series in &mut run.measured.series {
        let answered = series.counts.succeeded;
        series.served_by = BTreeMap::from([("eu-central-1".to_owned(), answered)]);
    }
    let (screen, heading, advice) = texts(&run);
    assert!(
        screen.starts_with(
            "No need to change: eu-central-1 itself answers calls to the global endpoint"
        ),
        "{screen}"
    );
    assert!(
        heading.starts_with("# No need to change: eu-central-1 itself"),
        "{heading}"
    );
    let advice = advice.expect("a sentence");
    assert!(
        advice.starts_with("No need for AWS_STS_REGIONAL_ENDPOINTS"),
        "{advice}"
    );
}

#[test]
fn a_place_whose_partition_has_no_global_endpoint_has_nothing_to_decide_on_the_screen_too() {
    for region in ["us-gov-west-1", "cn-north-1"] {
        let mut run = run(&format!("global,{region}"), |name| match name {
            "global" => 200.0,
            _ => 20.0,
        });
        let simulation = run.header.vantage.simulation.as_mut();
        region.clone_into(&mut simulation.expect("simulated").region);
        let (screen, heading, advice) = texts(&run);
        let begins = format!(
            "Nothing to decide: the partition of {region} has no global endpoint; it takes 20 ms"
        );
        assert!(screen.starts_with(&begins), "{screen}");
        assert!(
            heading.starts_with("# Nothing to decide: no global endpoint in the partition"),
            "{heading}"
        );
        let advice = advice.expect("a sentence");
        assert!(advice.starts_with("Nothing to decide"), "{advice}");
    }
}
