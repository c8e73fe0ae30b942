//! `stsbench matrix`: what the runs of several places come to, which of them are missing, and what is no run.

use std::path::Path;

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
            "1 place of --expect without a run: tokyo",
        ]);
    let matrix: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let places = matrix["places"].as_array().expect("places");
    let named: Vec<&str> = places
        .iter()
        .map(|place| place["vantage"].as_str().expect("a name"))
        .collect();
    assert_eq!(named, ["frankfurt", "oregon"]);
    for place in places {
        // On a busy machine a check may forbid the numbers.
        let endpoints = place["endpoints"].as_array().expect("endpoints");
        let is_forbidden = endpoints.iter().any(|it| it["standing"] == "forbidden");
        let decision = if is_forbidden { "not-shown" } else { "set-it" };
        assert_eq!(place["decision"], decision, "{place}");
        assert!(place["saved_ns"].as_i64() > Some(0), "{place}");
        assert_eq!(place["simulated"], true);
        numbers_are_those_of_the_run(&home, place);
    }
    let text = home.run(["matrix", "reports", "--full"]).exits(0).stdout;
    let title = text.lines().next().unwrap_or_default();
    assert!(
        title.contains("saves time in ") && title.contains(" of 2 places"),
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

/// A run of the golden ones under another id and time.
fn golden(name: &str, run_id: &str, started_at: &str) -> String {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs");
    let text = std::fs::read_to_string(golden.join(name).join("run.json")).expect("readable");
    let mut run: Value = serde_json::from_str(&text).expect("JSON");
    run["run_id"] = run_id.into();
    run["started_at"] = started_at.into();
    run["vantage"]["name"] = "golden".into();
    run.to_string()
}

#[test]
fn a_run_of_a_store_that_cannot_be_believed_hides_none_before_it() {
    let home = Home::new()
        .file(
            "runs/1.json",
            golden("audit", "20250128-134206-00000001", "2025-01-28T13:42:06Z"),
        )
        .file(
            "runs/2.json",
            golden("audit", "20250129-134206-00000002", "2025-01-29T13:42:06Z"),
        );
    home.run(["push", "runs", "--store=store"]).exits(0);
    let latest = "store/v1/runs/dt=2025-01-29/vantage=golden/run=20250129-134206-00000002";
    let day = |home: &Home| -> String {
        let ran = home.run(["matrix", "store", "--format=json"]).exits(0);
        let matrix: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        matrix["places"][0]["run_id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    assert_eq!(day(&home), "20250129-134206-00000002");
    // A stranger's run that is newer than all, and one that was damaged.
    let strange = latest
        .replace("00000002", "ffffffff")
        .replace("dt=2025-01-29", "dt=2099-01-01");
    for file in ["run.json", "manifest.json"] {
        let of = |run: &str| home.path().join(run).join(file);
        std::fs::create_dir_all(home.path().join(&strange)).expect("made");
        std::fs::copy(of(latest), of(&strange)).expect("copied");
    }
    assert_eq!(day(&home), "20250129-134206-00000002");
    std::fs::write(home.path().join(latest).join("run.json"), "{}").expect("written");
    assert_eq!(day(&home), "20250128-134206-00000001");
    for view in [
        &["matrix", "store"][..],
        &["report", "store", "--vantage=golden"],
    ] {
        home.run(view.iter().copied()).exits(0).says(&[
            "left out: dt=2025-01-29/vantage=golden/run=20250129-134206-00000002 of the store",
            "its manifest is of another run",
        ]);
    }
    for command in ["matrix", "report", "trend"] {
        home.run([command, "store", "--store-profile=x"])
            .refuses(2, &["--store-profile is about the bucket"]);
    }
    home.run(["matrix", "store", "--vantage=nobody"])
        .refuses(2, &["no run is wanted by --since, --vantage and --limit"]);
}

#[test]
fn two_runs_of_one_place_and_id_with_other_contents_are_refused_where_they_are_named() {
    let (id, time) = ("20250128-134206-00000001", "2025-01-28T13:42:06Z");
    let home = Home::new()
        .file("one.json", golden("audit", id, time))
        .file("other.json", golden("pair-candidate", id, time))
        .file("below/same.json", golden("audit", id, time));
    home.run(["matrix", "one.json", "below"]).exits(0);
    for pair in [["one.json", "other.json"], ["other.json", "one.json"]] {
        for command in ["matrix", "trend"] {
            let words = std::iter::once(command).chain(pair);
            home.run(words).refuses(2, &["other content"]);
        }
        let push = ["push", pair[0], pair[1], "--store=store"];
        home.run(push).exits(2).says(&["left out", "other content"]);
    }
    assert!(!home.path().join("store").exists());
}

#[test]
fn what_has_no_effect_or_no_run_is_refused() {
    let home = Home::new();
    home.run(["matrix", "."]).refuses(2, &["there is no run"]);
    let home = home.file(
        "run.json",
        golden("audit", "20250128-134206-00000001", "2025-01-28T13:42:06Z"),
    );
    std::fs::create_dir(home.path().join("empty")).expect("made");
    for command in ["matrix", "trend"] {
        home.run([command, "run.json", "empty"])
            .refuses(2, &["\"empty\": there is no run in it"]);
    }
    home.run(["compare", "--history", "empty", "run.json"])
        .exits(7);
    home.run(["matrix", "nowhere"]).exits(2).says(&["nowhere"]);
    let home = home.file("empty.txt", "# nothing\n");
    home.run(["matrix", ".", "--full", "--format=csv"])
        .refuses(2, &["--full is about --format terminal"]);
    home.run(["matrix", ".", "--expect=empty.txt"])
        .refuses(2, &["--expect", "names no vantage point"]);
}
