//! What a run says against its own numbers when the other side fails, throttles, hangs up or has another time, and what it
//! finds of an endpoint that it calls twice.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use stsbench::judge;
use stsbench::plan::TargetId;
use stsbench::report::words::checks::write_texts;
use stsbench::results::{self, Run};
use stsbench::results::{Check, CheckVerdict, Claims};

use crate::support::{FAST, Home, Ran, TestEmulator, alone, eventually, run_refuses, signal};

/// What the run says against itself, in findings and in sentences.
fn judged(run: &Run) -> Vec<Check> {
    let mut run = run.clone();
    judge::judge(&mut run);
    write_texts(&mut run);
    run.checks
}

/// What the run says under that name, the gravest first.
fn said(run: &Run, name: &str) -> Check {
    let found = judged(run).into_iter().filter(|check| check.name == name);
    found
        .max_by_key(|check| check.verdict)
        .unwrap_or_else(|| panic!("{name} is always there"))
}

fn forbids(check: &Check, target: u16, percentile: f64) -> bool {
    check.forbids(TargetId(target), percentile, Claims::All)
}

/// A run over these endpoints of a fleet without distance, with what else is asked for.
fn measured(faults: &str, endpoints: &str, more: &[&str]) -> (Home, Run, Ran) {
    let fleet = TestEmulator::start(&format!(
        "endpoints = \"{endpoints}\"\nseed = 3\n{FAST}{faults}"
    ));
    let home = fleet.user();
    let urls: Vec<String> = endpoints
        .split(',')
        .map(|name| fleet.plaintext(name))
        .collect();
    let mut arguments: Vec<&str> = urls
        .iter()
        .flat_map(|url| ["--endpoint-url", url.as_str()])
        .collect();
    arguments.extend([
        "--endpoints",
        endpoints,
        "--operations=get-caller-identity",
        "--warmup-rounds=0",
    ]);
    arguments.extend(["--max-rate-per-endpoint=100000", "--seed=5", "--quiet"]);
    arguments.extend(more);
    let ran = home.measure(&arguments).measures();
    let run = home.stored();
    (home, run, ran)
}

const ROUNDS: [&str; 3] = ["--rounds=80", "--blocks=8", "--rate-per-endpoint=40"];

#[test]
fn bad_118_a_warm_target_whose_server_hangs_up_after_each_answer_is_invalid_and_the_cold_one_is_not()
 {
    let faults =
        "[[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"close-after\", requests = 1 }\n";
    let more = [&ROUNDS[..], &["--connections=cold,warm"]].concat();
    let (home, run, ran) = measured(faults, "eu-central-1", &more);
    let check = said(&run, "connection-kind");
    assert_eq!(check.verdict, CheckVerdict::Invalid, "{}", check.text);
    assert!(
        !forbids(&check, 0, 0.5) && forbids(&check, 1, 0.5),
        "{check:?}"
    );
    assert!(
        run.measured.series[0].counts.succeeded > 0 && run.measured.series[1].counts.redialled > 40,
        "{:?}",
        run.measured.series[1].counts
    );
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
    assert!(
        home.result("report.md")
            .contains("INVALID, V13 connection-kind")
    );
}

#[test]
fn a_server_that_hangs_up_now_and_then_costs_a_warning_and_the_calls_that_had_to_dial() {
    let faults =
        "[[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"close-after\", requests = 5 }\n";
    let more = [
        &ROUNDS[..],
        &["--connections=warm", "--connections-per-target=1"],
    ]
    .concat();
    let (_, run, _) = measured(faults, "eu-central-1", &more);
    let check = said(&run, "connection-kind");
    assert_eq!(check.verdict, CheckVerdict::Warn, "{}", check.text);
    let counts = &run.measured.series[0].counts;
    assert_eq!(
        counts.succeeded + counts.redialled,
        counts.issued,
        "{counts:?}"
    );
    assert_eq!(
        check.statistic,
        Some(counts.redialled as f64 / counts.issued as f64)
    );
}

#[test]
fn fault_24_an_endpoint_that_throttles_is_invalid_and_its_neighbour_is_not() {
    let faults = "[[faults]]\nendpoints = [\"eu-west-1\"]\nprobability = 0.1\nfault = { kind = \"throttle\" }\n";
    let more = [&ROUNDS[..], &["--connections=warm"]].concat();
    let (home, run, ran) = measured(faults, "eu-central-1,eu-west-1", &more);
    let check = said(&run, "throttling");
    assert_eq!(check.verdict, CheckVerdict::Invalid, "{}", check.text);
    assert!(
        !forbids(&check, 0, 0.5) && forbids(&check, 1, 0.5),
        "{check:?}"
    );
    assert_eq!(ran.code, Some(3));
    assert!(home.result("summary.json").contains("\"rule\": \"V9\""));
}

#[test]
fn calls_that_fail_forbid_the_percentiles_that_they_reach_into() {
    let faults = "[[faults]]\nendpoints = [\"eu-west-1\"]\nprobability = 0.25\nfault = { kind = \"reset\" }\n";
    let more = [&ROUNDS[..], &["--connections=cold"]].concat();
    let (home, run, _) = measured(faults, "eu-central-1,eu-west-1", &more);
    let check = said(&run, "error-bias");
    assert_eq!(
        (check.verdict, check.reach.from_percentile),
        (CheckVerdict::Invalid, Some(0.9)),
        "{}",
        check.text
    );
    assert!(forbids(&check, 1, 0.9) && !forbids(&check, 1, 0.5) && !forbids(&check, 0, 0.9));
    let summary: serde_json::Value =
        serde_json::from_str(&home.result("summary.json")).expect("JSON");
    let target = &summary["targets"][1];
    // A call that failed counts as one that is never answered, wherever a percentile is told.
    for percentiles in [
        &target["service_time"]["percentiles_ns"],
        &target["percentiles_with_failures_ns"],
    ] {
        assert!(percentiles["p50"].is_u64(), "{target}");
        assert!(percentiles["p90"].is_null(), "{target}");
    }
}

#[test]
fn fault_28_a_service_with_another_time_is_told_by_how_much() {
    let faults =
        "[[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"clock-offset\", seconds = 120 }\n";
    let (_, run, _) = measured(
        faults,
        "eu-central-1",
        &["--rounds=4", "--blocks=2", "--rate-per-endpoint=20"],
    );
    let ahead = run
        .conditions
        .service_clock_ahead_seconds
        .expect("the preflight's answer is dated");
    assert!((115..=121).contains(&ahead), "{ahead} s");
    assert_eq!(said(&run, "service-clock").verdict, CheckVerdict::Warn);
    let (_, run, _) = measured(
        "",
        "eu-central-1",
        &["--rounds=4", "--blocks=2", "--rate-per-endpoint=20"],
    );
    assert!(
        run.conditions
            .service_clock_ahead_seconds
            .is_some_and(|ahead| ahead.abs() <= 5),
        "{:?}",
        run.conditions.service_clock_ahead_seconds
    );
    assert_eq!(said(&run, "service-clock").verdict, CheckVerdict::Ok);
}

#[test]
fn random_arrivals_that_a_stopped_process_bunches_are_no_longer_random() {
    let _turn = alone();
    let fleet = TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"));
    let (home, url) = (fleet.user(), fleet.plaintext("eu-central-1"));
    let mut command = home.command([
        "run",
        "--out",
        "out",
        "--endpoint-url",
        &url,
        "--endpoints=eu-central-1",
    ]);
    command.args([
        "--operations=get-caller-identity",
        "--connections=warm",
        "--arrivals=poisson",
        "--rate=200",
    ]);
    command.args([
        "--duration=6s",
        "--blocks=2",
        "--warmup-rounds=0",
        "--max-rate-per-endpoint=1000",
        "--seed=5",
        "--quiet",
    ]);
    let running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let samples = home.out().join("samples.csv");
    eventually("the results' directory", || samples.exists());
    for _ in 0..12 {
        std::thread::sleep(Duration::from_millis(200));
        signal(&running, Signal::STOP);
        std::thread::sleep(Duration::from_millis(150));
        signal(&running, Signal::CONT);
    }
    Ran::of(running.wait_with_output().expect("ends")).measures();
    let run = home.stored();
    let pace = run
        .measured
        .pace
        .as_ref()
        .expect("random arrivals are kept");
    let counted: u64 = pace.bins.iter().sum();
    assert_eq!(
        counted, run.measured.series[0].counts.issued,
        "each send is in one bin"
    );
    let check = said(&run, "arrival-law");
    assert_eq!(check.verdict, CheckVerdict::Warn, "{}", check.text);
}

#[test]
fn an_endpoint_and_its_twin_are_one_service_with_two_names() {
    let _turn = alone();
    let home = Home::new();
    let arguments = [
        "--simulate",
        "--endpoints=global,eu-central-1",
        "--twin=global",
        "--connections=warm",
    ];
    let more = [
        "--operations=get-caller-identity",
        "--rounds=32",
        "--blocks=16",
        "--rate-per-endpoint=20",
        "--seed=3",
    ];
    let ran = home
        .measure(&[&arguments[..], &more, &["--quiet", "--full"]].concat())
        .measures();
    let run = home.stored();
    let names: Vec<_> = run
        .plan
        .endpoints()
        .iter()
        .map(|endpoint| endpoint.name.clone())
        .collect();
    assert_eq!(names, ["global", "global-twin", "eu-central-1"]);
    assert_eq!(
        said(&run, "books-balance").verdict,
        CheckVerdict::Ok,
        "the fleet counts both under one name"
    );
    // On a busy machine the two may well be told apart; that they are compared, and closely, is what is tested.
    let twin = said(&run, "twin");
    assert_ne!(twin.verdict, CheckVerdict::Unknown, "{}", twin.text);
    assert!(
        twin.statistic
            .is_some_and(|ratio| (0.8..1.25).contains(&ratio)),
        "{}",
        twin.text
    );
    assert!(
        ran.stdout.contains("global-twin") && ran.stdout.contains("a twin"),
        "{}",
        ran.stdout
    );
    assert!(
        !home.result("comparison.csv").contains("twin"),
        "it is compared with its original alone"
    );
    // Every block knows its addresses, and they were the same all along.
    assert!(
        run.measured
            .series
            .iter()
            .flat_map(|series| &series.blocks)
            .all(|block| block.remotes.len() == 1)
    );
    assert_eq!(said(&run, "route-change").verdict, CheckVerdict::Ok);
}

#[test]
fn a_twin_needs_an_original_and_a_name() {
    run_refuses(
        &["--twin", "global"],
        &["--twin global", "the plan has peer"],
    );
    run_refuses(&["--twin", "peer-twin"], &["--twin peer-twin"]);
    let long = "x".repeat(60);
    let url = format!("{long}=http://127.0.0.1:9");
    let called = format!("peer,{long}");
    run_refuses(
        &[
            "--endpoint-url",
            &url,
            "--endpoints",
            &called,
            "--twin",
            &long,
        ],
        &["--twin", "1 to 64"],
    );
    let home = Home::new().file(
        "plan.toml",
        "endpoints = [\"global\", \"eu-west-1\"]\ntwin = \"eu-west-1\"\n",
    );
    let shown = home
        .measure(&["--plan", "plan.toml", "--dry-run"])
        .exits(0)
        .stdout;
    assert!(
        shown.contains("eu-west-1-twin ")
            && shown.matches("https://sts.eu-west-1.amazonaws.com").count() == 2,
        "{shown}"
    );
}

#[test]
fn a_run_keeps_what_it_says_against_itself_and_old_runs_can_be_judged_too() {
    let rules: BTreeSet<String> = (1..=18).map(|number| format!("V{number}")).collect();
    let of = |checks: &[Check]| {
        checks
            .iter()
            .filter_map(|check| Some(check.rule.as_ref()?.to_string()))
            .collect::<BTreeSet<_>>()
    };
    let (home, run, _) = measured(
        "",
        "eu-central-1",
        &["--rounds=4", "--blocks=2", "--rate-per-endpoint=20"],
    );
    assert_eq!(
        run.checks,
        judged(&run),
        "every reader of the run judges alike"
    );
    assert_eq!(of(&run.checks), rules);
    let report = home.result("report.md");
    assert!(
        rules
            .iter()
            .all(|rule| report.contains(&format!("{rule} "))),
        "{report}"
    );
    let saved =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs"))
            .expect("readable");
    let runs = saved
        .map(|entry| entry.expect("an entry").path().join("run.json"))
        .filter(|path| path.exists());
    let mut seen = 0;
    for path in runs {
        let run = results::read(&path).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            of(&judge::summarise(&run).checks),
            rules,
            "{}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen >= 2, "{seen} saved runs");
}
