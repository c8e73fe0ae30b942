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
        .refuses(2, &["--since, --vantage and --limit select no run"]);
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

/// A run that the quick look takes for one and the whole reading does not.
fn broken(run_id: &str, started_at: &str) -> String {
    let mut run: Value = serde_json::from_str(&golden("audit", run_id, started_at)).expect("JSON");
    run["series"][0]["target"] = 999.into();
    run.to_string()
}

/// The run at another place, planned with another confidence.
fn at_place(run: &str, vantage: &str, confidence: f64) -> String {
    let mut run: Value = serde_json::from_str(run).expect("JSON");
    run["vantage"]["name"] = vantage.into();
    run["plan"]["judging"]["confidence"] = confidence.into();
    run.to_string()
}

const GOOD: (&str, &str) = ("20250128-134206-00000001", "2025-01-28T13:42:06Z");
const LATER: (&str, &str) = ("20250129-134206-00000002", "2025-01-29T13:42:06Z");

#[test]
fn a_run_that_only_the_whole_reading_refuses_hides_none_before_it() {
    let home = Home::new()
        .file("runs/1.json", golden("audit", GOOD.0, GOOD.1))
        .file("runs/2.json", broken(LATER.0, LATER.1))
        .file(
            "more/0.json",
            golden("audit", "20250127-134206-00000003", "2025-01-27T13:42:06Z"),
        );
    for view in [&["matrix", "runs"][..], &["matrix", "runs", "--merge"]] {
        let ran = home.run(view.iter().chain(&["--format=json"])).exits(0);
        assert!(ran.stdout.contains(GOOD.0), "{}", ran.stdout);
        ran.says(&["left out: ", "target 999"]);
    }
    let trend = home
        .run(["trend", "runs", "more", "--format=json"])
        .exits(0);
    trend.says(&["left out: ", "target 999"]);
    home.run(["matrix", "runs", "runs/2.json"])
        .refuses(2, &["target 999"]);

    // The same in a store, where a stranger put it.
    home.run(["push", "runs/1.json", "more/0.json", "--store=store"])
        .exits(0);
    let place = home.path().join(format!(
        "store/v1/runs/dt=2025-01-29/vantage=golden/run={}",
        LATER.0
    ));
    stranger_stores(&home, &place);
    for view in ["matrix", "trend", "report"] {
        let ran = home.run([view, "store", "--vantage=golden"]).exits(0);
        ran.says(&["left out: ", LATER.0, "target 999"]);
    }
}

/// Puts the broken run there, with a manifest that fits it.
fn stranger_stores(home: &Home, place: &Path) {
    let bytes = broken(LATER.0, LATER.1);
    let good = home.path().join(format!(
        "store/v1/runs/dt=2025-01-28/vantage=golden/run={}",
        GOOD.0
    ));
    let manifest = std::fs::read_to_string(good.join("manifest.json")).expect("read");
    let mut manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes.as_bytes());
    let digest: String = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    manifest["run_id"] = LATER.0.into();
    manifest["started_at"] = LATER.1.into();
    for file in manifest["files"].as_array_mut().expect("files") {
        if file["name"] == "run.json" {
            file["bytes"] = bytes.len().into();
            file["sha256"] = digest.clone().into();
        }
    }
    std::fs::create_dir_all(place).expect("made");
    std::fs::write(place.join("run.json"), bytes).expect("written");
    std::fs::write(place.join("manifest.json"), manifest.to_string()).expect("written");
}

#[test]
fn a_listed_place_that_is_not_in_the_table_is_not_there() {
    let audit = golden("audit", GOOD.0, GOOD.1);
    let home = Home::new()
        .file("runs/a.json", at_place(&audit, "frankfurt", 0.95))
        .file(
            "runs/b.json",
            at_place(&broken(GOOD.0, GOOD.1), "tokyo", 0.95),
        )
        .file("expected", "tokyo\nfrankfurt\n");
    let ran = home
        .run(["matrix", "runs", "--expect=expected", "--format=json"])
        .exits(3);
    let matrix: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(matrix["places"].as_array().expect("places").len(), 1);
    assert_eq!(matrix["row_confidence"], 0.95, "one row is one decision");
    ran.says(&["1 place of --expect whose run is not shown: tokyo"]);
}

#[test]
fn the_strictest_confidence_counts_whatever_the_places_are_called() {
    let audit = golden("audit", GOOD.0, GOOD.1);
    for names in [["a", "b"], ["b", "a"]] {
        let home = Home::new()
            .file("runs/1.json", at_place(&audit, names[0], 0.8))
            .file("runs/2.json", at_place(&audit, names[1], 0.99));
        let ran = home.run(["matrix", "runs", "--format=json"]).exits(0);
        let matrix: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!(matrix["confidence"], 0.99);
        assert_eq!(matrix["row_confidence"], 0.995);
        assert!(
            ran.stdout
                .contains("planned with confidences from 80 % to 99 %"),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn what_is_expected_is_judged_before_the_runs_are_limited() {
    let home = Home::new()
        .file("runs/1.json", golden("audit", GOOD.0, GOOD.1))
        .file(
            "runs/2.json",
            golden("audit", "20250128-134206-00000002", GOOD.1),
        )
        .file("expected", "golden\n");
    home.run(["push", "runs", "--store=store"]).exits(0);
    for source in ["runs", "store"] {
        for more in [&[][..], &["--merge", "--limit=1"]] {
            let command = ["matrix", source, "--expect=expected"];
            let ran = home.run(command.iter().chain(more)).exits(3);
            ran.says(&["1 place with two runs at the same time: golden"]);
        }
        home.run(["matrix", source, "--limit=1"])
            .refuses(2, &["--limit", "--merge"]);
    }
}
