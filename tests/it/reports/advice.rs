//! `stsbench advise`: decisions from a saved run, whose every number is one of the run's summary, and from the environment.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::Home;

/// A simulated run seen from Frankfurt: `global`, Frankfurt, Ireland, Oregon; new connections and kept ones.
fn saved_run() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs/audit/run.json")
}

fn in_region(region: &str) -> Home {
    Home::new()
        .set("AWS_REGION", region)
        .set("AWS_DEFAULT_REGION", region)
}

/// What `advise` prints in a home, from the saved run.
fn advise(home: &Home, more: &[&str]) -> String {
    let run = saved_run();
    let run = run.to_str().expect("text");
    let arguments: Vec<&str> = ["advise", run]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    home.run(arguments).exits(0).stdout
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Every number of the report's summary.
fn numbers_of_the_summary() -> Vec<f64> {
    let run = saved_run();
    let run = run.to_str().expect("text");
    let ran = Home::new()
        .run(["report", run, "--format", "json"])
        .exits(0);
    let mut found = Vec::new();
    collect(&document(&ran.stdout), &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Number(number) => found.extend(number.as_f64()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The times of a text, ns, with half of what their last digit counts, and twice that at the ends of an interval, which are
/// rounded outward.
fn times(text: &str) -> Vec<(f64, f64)> {
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (at, _) in unwrapped.match_indices(" ms") {
        let before = &unwrapped[..at];
        let start = before
            .rfind(|c: char| !(c.is_ascii_digit() || ".,–".contains(c)))
            .map_or(0, |at| {
                at + before[at..].chars().next().map_or(0, char::len_utf8)
            });
        for number in before[start..].split('–') {
            let decimals = number.split_once('.').map_or(0, |(_, digits)| digits.len());
            let value: f64 = number.replace(',', "").parse().expect("a number");
            let step = 10_f64.powi(-i32::try_from(decimals).expect("few"));
            found.push((value * 1e6, step * 1e6));
        }
    }
    found
}

#[test]
fn every_time_that_advise_prints_is_one_of_the_run_s_summary() {
    let summary = numbers_of_the_summary();
    for region in ["eu-central-1", "us-west-2"] {
        let text = advise(&in_region(region), &[]);
        let printed = times(&text);
        assert!(printed.len() >= 8, "{text}");
        for (time, step) in printed {
            let is_there = summary
                .iter()
                .any(|number| (number.abs() - time).abs() <= step);
            assert!(is_there, "{time} ns is no number of the summary:\n{text}");
        }
        let said = document(&advise(&in_region(region), &["--format", "json"]));
        for kind in ["new_connection", "kept_connection"] {
            for field in ["difference_ns", "regional_p50_ns", "global_p50_ns"] {
                let number = said[kind][field].as_f64().expect("a number");
                assert!(summary.contains(&number), "{kind} {field}: {number}");
            }
            for end in ["low", "high"] {
                let number = said[kind]["difference_interval_ns"][end].as_f64();
                assert!(summary.contains(&number.expect("a number")), "{kind} {end}");
            }
        }
    }
}

#[test]
fn the_decision_is_for_the_region_that_is_configured_and_not_for_the_fastest() {
    for (home, verdict, from) in [
        (in_region("eu-central-1"), "set-it", "variable"),
        (in_region("us-west-2"), "makes-slower", "variable"),
        (Home::new(), "set-it", "run"),
        (
            Home::new().file(".aws/config", "[default]\nregion = us-west-2\n"),
            "makes-slower",
            "profile",
        ),
        (in_region("ap-east-1"), "not-shown", "variable"),
        (in_region("us-gov-west-1"), "nothing-to-decide", "variable"),
        (in_region("cn-north-1"), "nothing-to-decide", "variable"),
    ] {
        let text = advise(&home, &["--format", "json"]);
        let said = document(&text);
        assert_eq!(said["decision"]["verdict"], verdict, "{text}");
        assert_eq!(said["region"]["from"]["kind"], from, "{text}");
        assert_eq!(said["run"]["simulated"], true);
    }
    let said = document(&advise(
        &in_region("us-west-2"),
        &["--region", "eu-central-1", "--format", "json"],
    ));
    assert_eq!(said["decision"]["verdict"], "set-it");
    assert_eq!(said["region"]["from"]["kind"], "option");
}

#[test]
fn a_setting_that_is_made_is_kept_where_it_has_an_effect() {
    let set = in_region("eu-central-1").set("AWS_STS_REGIONAL_ENDPOINTS", "regional");
    let of = |client| document(&advise(&set, &["--client", client, "--format", "json"]));
    let said = of("aws-cli-2");
    assert_eq!(said["decision"]["verdict"], "no-need");
    assert_eq!(said["decision"]["reason"], "already-regional");
    let said = of("python-before-1.40");
    assert_eq!(said["decision"]["verdict"], "keep-it");
    assert_eq!(said["clients"].as_array().expect("a list").len(), 1);
    let because = &said["clients"][0]["calls"]["because"];
    assert_eq!(because["reason"], "set-regional", "{said}");
}

#[test]
fn the_text_fits_eighty_columns_and_says_that_the_run_was_simulated() {
    let text = advise(&in_region("eu-central-1"), &["--calls-per-hour", "10,000"]);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Set AWS_STS_REGIONAL_ENDPOINTS=regional: eu-central-1 saves ",
        "These are not measurements of AWS.",
        " hours (",
        "at 10,000 calls an hour",
        "https://sts.amazonaws.com (global), because legacy is their default:",
        "eks.amazonaws.com/sts-regional-endpoints: \"true\"",
    ] {
        assert!(unwrapped.contains(words), "{words:?} is not in {text}");
    }
}

#[test]
fn without_a_run_it_says_what_is_called_and_how_to_measure() {
    let text = in_region("eu-central-1").run(["advise"]).exits(0).stdout;
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped
            .contains("`stsbench run --region eu-central-1 --endpoints global,here` measures it"),
        "{text}"
    );
    let text = Home::new().run(["advise"]).exits(0).stdout;
    assert!(text.contains("none is configured"), "{text}");
    assert!(text.contains("--region"), "{text}");
    let pseudo = Home::new().set("AWS_REGION", "aws-global");
    let text = pseudo.run(["advise"]).exits(0).stdout;
    assert!(
        text.contains("aws-global, which names the global endpoint"),
        "{text}"
    );
    pseudo
        .run(["run", "--endpoints=global,here", "--dry-run"])
        .refuses(2, &["needs the Region of this place", "--region"]);
}

#[test]
fn a_client_that_would_call_another_partition_is_named_with_what_to_set() {
    let home = Home::new().set("AWS_REGION", "cn-northwest-1");
    let text = home.run(["advise"]).exits(0).stdout;
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Set AWS_REGION, AWS_DEFAULT_REGION and AWS_STS_REGIONAL_ENDPOINTS=regional: 4 of 24 clients here call",
        "export AWS_REGION=cn-northwest-1 AWS_DEFAULT_REGION=cn-northwest-1",
    ] {
        assert!(unwrapped.contains(words), "{words:?} is not in {text}");
    }
    let said = home.run(["advise", "--format", "json"]).exits(0).stdout;
    let said = document(&said);
    assert_eq!(said["decision"]["verdict"], "other-partition");
    assert!(said["snippets"]["environment"].is_string(), "{said}");
    let seen = in_region("cn-northwest-1").run(["advise", "--format", "json"]);
    let said = document(&seen.exits(0).stdout);
    assert_eq!(said["decision"]["verdict"], "nothing-to-decide");
}

#[test]
fn no_hours_are_saved_where_no_client_would_call_another_endpoint() {
    let set = in_region("eu-central-1");
    let more = ["--client", "go-2", "--calls-per-hour", "1000000"];
    let text = advise(&set, &more);
    assert!(
        text.contains("nothing is saved: no listed client"),
        "{text}"
    );
    assert!(!text.contains(" hours"), "{text}");
    let said = document(&advise(&set, &[&more[..], &["--format", "json"]].concat()));
    assert!(said["a_month"]["kept_connection_hours"].is_null(), "{said}");
}

#[test]
fn what_cannot_be_is_refused_in_one_line() {
    let home = Home::new();
    home.run(["advise", "--client", "pyton"])
        .refuses(2, &["did you mean python?", "aws-cli-2"]);
    home.run(["advise", "--calls-per-hour", "0"])
        .refuses(2, &["--calls-per-hour", "a number from 1 to"]);
    home.run(["advise", "--region", "Frankfurt am Main"])
        .refuses(2, &["--region"]);
    home.run(["advise", "--region", "nope"])
        .refuses(2, &["--region", "such as eu-central-1"]);
    home.run(["advise", "--region", "eu-west-9"]).exits(0);
    home.run(["advise", "--profile", "nope"])
        .refuses(2, &["--profile", "nope", "does not exist"]);
    home.run(["advise", "--calls-per-hour", "100"])
        .refuses(2, &["--calls-per-hour has no effect"]);
    home.run(["advise", "missing/run.json"])
        .refuses(2, &["missing"]);
    in_region("eu central 1")
        .run(["advise"])
        .refuses(2, &["AWS_REGION"]);
    Home::new()
        .file(".aws/config", "[default]\nregion eu-west-1\n")
        .run(["advise"])
        .refuses(2, &["line 2"]);
}

#[test]
fn the_page_of_the_examples_is_what_the_program_makes_of_the_saved_run() {
    let page = advise(
        &Home::new(),
        &[
            "--region",
            "eu-central-1",
            "--calls-per-hour",
            "10000",
            "--format",
            "markdown",
        ],
    );
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/advice.md");
    let kept = fs::read_to_string(kept).unwrap_or_default();
    assert!(
        page == kept,
        "examples/advice.md is to be made anew: stsbench advise tests/data/golden-runs/audit/run.json \
         --region eu-central-1 --calls-per-hour 10000 --format markdown, without any AWS variable\n{page}"
    );
}
