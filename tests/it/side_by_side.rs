//! `stsbench matrix`: what the runs of several places come to, which of them are missing, and what is no run.

use serde_json::Value;

use crate::support::Home;

/// A short simulated run of that place.
fn measured_at(home: &Home, vantage: &str, region: &str) {
    let out = format!("reports/{vantage}");
    home.run([
        "run",
        "--simulate",
        region,
        "--vantage",
        vantage,
        "--endpoints=global,here",
        "--operations=get-caller-identity",
        "--rounds=24",
        "--rate-per-endpoint=20",
        "--quiet",
        "--out",
        &out,
    ])
    .measures();
}

#[test]
fn places_are_set_side_by_side_and_what_is_missing_or_no_run_is_named() {
    let home = Home::new()
        .file("vantages.txt", "frankfurt\noregon\ntokyo\n")
        .file("reports/notes.json", "{\"a\": 1}");
    for (vantage, region) in [("frankfurt", "eu-central-1"), ("oregon", "us-west-2")] {
        measured_at(&home, vantage, region);
    }
    let ran = home
        .run([
            "matrix",
            "reports",
            "--expect",
            "vantages.txt",
            "--format=json",
        ])
        .exits(3)
        .says(&[
            "left out: ",
            "notes.json",
            "1 of --expect without a run: tokyo",
        ]);
    let matrix: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let places = matrix["places"].as_array().expect("places");
    let named: Vec<&str> = places
        .iter()
        .map(|place| place["vantage"].as_str().expect("a name"))
        .collect();
    assert_eq!(named, ["frankfurt", "oregon"]);
    for place in places {
        assert_eq!(place["decision"], "set-it", "{place}");
        assert_eq!(place["simulated"], true);
        numbers_are_those_of_the_run(&home, place);
    }
    let text = home.run(["matrix", "reports", "--full"]).exits(0).stdout;
    assert!(
        text.starts_with("AWS_STS_REGIONAL_ENDPOINTS=regional saves time in 2 of 2 places."),
        "{text}"
    );
}

/// What the summary of the same run says of its new connections.
#[track_caller]
fn numbers_are_those_of_the_run(home: &Home, place: &Value) {
    let vantage = place["vantage"].as_str().expect("a name");
    let file = home
        .path()
        .join("reports")
        .join(vantage)
        .join("summary.json");
    let summary: Value =
        serde_json::from_slice(&std::fs::read(file).expect("a summary")).expect("JSON");
    for cell in place["endpoints"].as_array().expect("endpoints") {
        let target = summary["targets"]
            .as_array()
            .expect("targets")
            .iter()
            .find(|target| target["endpoint"] == cell["endpoint"] && target["connection"] == "cold")
            .expect("the same target");
        assert_eq!(
            cell["p50_ns"], target["percentiles_with_failures_ns"]["p50"],
            "{target}"
        );
    }
}

#[test]
fn what_has_no_effect_or_no_run_is_refused() {
    let home = Home::new();
    home.run(["matrix", "."]).refuses(2, &["there is no run"]);
    home.run(["matrix", "nowhere"]).exits(2).says(&["nowhere"]);
    let home = home.file("empty.txt", "# nothing\n");
    home.run(["matrix", ".", "--full", "--format=csv"])
        .refuses(2, &["--full is about --format terminal"]);
    home.run(["matrix", ".", "--expect=empty.txt"])
        .refuses(2, &["--expect", "names no vantage point"]);
}
