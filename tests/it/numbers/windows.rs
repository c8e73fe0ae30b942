//! Plans that are measured more than once: windows of time, a pilot and what it asks for, runs merged afterwards.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::Signal;
use stsbench::plan::Cap;
use stsbench::results::{Completion, Run, read};

use crate::support::{Home, Ran, SMALL, eventually, run_refuses, signal};

/// Simulated windows of two seconds each.
const WINDOWED: [&str; 9] = [
    "--simulate",
    "--endpoints=global,eu-central-1",
    "--operations=get-caller-identity",
    "--connections=cold",
    "--rounds=80",
    "--blocks=20",
    "--warmup-rounds=0",
    "--rate-per-endpoint=40",
    "--progress=never",
];

fn window(home: &Home, number: u32) -> PathBuf {
    home.out().join(format!("windows/{number:02}"))
}

fn rows(directory: &Path) -> usize {
    std::fs::read(directory.join("samples.csv")).map_or(0, |bytes| {
        bytes
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            .saturating_sub(1)
    })
}

fn calls(run: &Run) -> u64 {
    run.measured
        .series
        .iter()
        .map(|series| series.counts.issued + series.counts.warmup)
        .sum()
}

fn stored(directory: &Path) -> Run {
    read(directory).unwrap_or_else(|error| panic!("{error}"))
}

/// Starts a run in windows and waits until the one of that number has measured something.
fn under_way(home: &Home, arguments: &[&str], number: u32) -> Child {
    let mut command = home.command(["run", "--out", "out"]);
    command
        .args(WINDOWED)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let running = command.spawn().expect("starts");
    eventually("the window", || rows(&window(home, number)) > 4);
    running
}

#[test]
fn five_windows_are_five_runs_and_one() {
    let home = Home::new();
    let mut arguments = SMALL.to_vec();
    arguments.extend(["--windows=5", "--every=2s", "--full"]);
    let ran = home
        .measure(&arguments)
        .measures()
        .says(&["window 1 of 5: 16 calls", "window 5 of 5: 16 calls"]);
    assert!(ran.stdout.contains("windows"), "{}", ran.stdout);
    let whole = home.stored();
    assert_eq!(
        (
            whole.measured.windows.len(),
            whole.plan.blocks,
            whole.measured.completion
        ),
        (5, 10, Completion::Complete)
    );
    assert_eq!(whole.window_ranges(), [0..2, 2..4, 4..6, 6..8, 8..10]);
    let windows: Vec<Run> = (1..=5)
        .map(|number| stored(&window(&home, number)))
        .collect();
    let mut seeds: Vec<u64> = windows.iter().map(|run| run.plan.seed).collect();
    seeds.dedup();
    assert_eq!(
        (seeds.len(), seeds[0]),
        (5, 7),
        "each in an order of its own"
    );
    for ((run, told), number) in windows.iter().zip(&whole.measured.windows).zip(1..) {
        assert_eq!(
            run.header.run_id,
            format!("{}-{number:02}", whole.header.run_id)
        );
        assert_eq!(
            (
                &run.header.run_id,
                &run.header.started_at,
                run.measured.elapsed_ns
            ),
            (&told.run_id, &told.started_at, told.elapsed_ns)
        );
        let fleet = run.header.vantage.simulation.as_ref().expect("simulated");
        assert_eq!(
            fleet.requests_seen, None,
            "the fleet lives on, its books are the whole run's"
        );
        assert_eq!(rows(&window(&home, number)) as u64, calls(run));
        assert!(window(&home, number).join("histograms.hlog").exists());
    }
    assert!(
        whole.measured.elapsed_ns > 8_000_000_000,
        "four distances of two seconds: {}",
        whole.measured.elapsed_ns
    );
    let fleet = whole.header.vantage.simulation.as_ref().expect("simulated");
    assert_eq!(fleet.requests_seen, Some(calls(&whole)));
    assert_eq!(calls(&whole), windows.iter().map(calls).sum::<u64>());
    assert!(
        home.result("summary.json").contains("\"windows\": ["),
        "{}",
        home.result("summary.json")
    );

    let places: Vec<String> = (1..=5)
        .rev()
        .map(|number| window(&home, number).display().to_string())
        .collect();
    let mut command = vec!["merge", "--out", "merged"];
    command.extend(places.iter().map(String::as_str));
    home.run(&command).measures().says(&["5 windows in merged"]);
    let merged = stored(&home.path().join("merged"));
    assert_eq!(
        (&merged.measured.series, &merged.measured.windows),
        (&whole.measured.series, &whole.measured.windows)
    );
    assert!(
        home.path().join("merged/report.md").exists() && home.path().join("merged/charts").is_dir()
    );
}

#[test]
fn fault_39_ctrl_c_in_the_second_window_keeps_the_first_and_what_there_is_of_the_second() {
    let home = Home::new();
    let running = under_way(&home, &["--windows=3", "--full"], 2);
    signal(&running, Signal::INT);
    let ran = Ran::of(running.wait_with_output().expect("ends")).exits(130);
    assert!(
        ran.stdout.contains("2 of 3 windows were measured"),
        "{}",
        ran.stdout
    );
    let (first, second, whole) = (
        stored(&window(&home, 1)),
        stored(&window(&home, 2)),
        home.stored(),
    );
    assert_eq!(
        (first.measured.completion, second.measured.completion),
        (Completion::Complete, Completion::Interrupted)
    );
    assert_eq!(
        (whole.measured.completion, whole.measured.windows.len()),
        (Completion::Interrupted, 2)
    );
    assert_eq!(calls(&whole), calls(&first) + calls(&second));
    assert!(!window(&home, 3).exists());
}

#[test]
fn fault_39_ctrl_c_while_waiting_ends_with_what_is_there() {
    let home = Home::new();
    let mut command = home.command(["run", "--out", "out"]);
    command
        .args(WINDOWED)
        .args(["--windows=2", "--every=1h"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = command.spawn().expect("starts");
    let mut said = BufReader::new(running.stderr.take().expect("piped"))
        .lines()
        .map_while(Result::ok);
    assert!(said.any(|line| line.starts_with("window 2 of 2: begins at ") && line.contains(", in 59m ")));
    signal(&running, Signal::INT);
    Ran::of(running.wait_with_output().expect("ends")).exits(130);
    let whole = home.stored();
    assert_eq!(
        (whole.measured.completion, calls(&whole)),
        (Completion::Interrupted, calls(&stored(&window(&home, 1))))
    );
    assert!(
        home.result("report.md")
            .contains("1 of 2 windows were measured")
    );
}

#[test]
fn fault_41_after_kill_9_each_window_can_be_recovered_and_so_can_the_whole() {
    let home = Home::new();
    let mut running = under_way(&home, &["--windows=3"], 2);
    let kept = rows(&window(&home, 2)) as u64;
    running.kill().expect("killed");
    running.wait().expect("collected");
    assert!(!home.out().join("run.json").exists() && !window(&home, 2).join("run.json").exists());
    home.run(["recover", "out/windows/02"])
        .exits(0)
        .says(&["recovered"]);
    let (first, second) = (stored(&window(&home, 1)), stored(&window(&home, 2)));
    assert_eq!(
        (first.measured.completion, second.measured.completion),
        (Completion::Complete, Completion::Recovered)
    );
    assert!(
        second.header.started_at > first.header.started_at,
        "{} {}",
        second.header.started_at,
        first.header.started_at
    );
    assert!(
        calls(&second) >= kept && calls(&first) == 160,
        "{} {}",
        calls(&second),
        calls(&first)
    );
    home.run(["recover", "out"]).exits(0);
    let whole = home.stored();
    assert_eq!(
        (whole.measured.windows.len(), whole.measured.completion),
        (2, Completion::Recovered)
    );
    assert_eq!(calls(&whole), calls(&first) + calls(&second));
    assert!(
        second.header.run_id.starts_with(&whole.header.run_id),
        "{} {}",
        second.header.run_id,
        whole.header.run_id
    );
}

/// A pilot of 32 rounds of two calls.
const PILOT: [&str; 9] = [
    "--simulate",
    "--link=bytes",
    "--endpoints=global,eu-central-1",
    "--operations=get-caller-identity",
    "--connections=cold",
    "--rounds=32",
    "--warmup-rounds=0",
    "--rate-per-endpoint=20",
    "--progress=never",
];

fn precise(home: &Home, arguments: &[&str]) -> (Ran, Run) {
    let all: Vec<&str> = PILOT.iter().chain(arguments).copied().collect();
    (home.measure(&all).measures(), home.stored())
}

#[test]
fn a_run_that_is_not_precise_enough_goes_on_once_as_far_as_it_may() {
    let home = Home::new();
    let (ran, run) = precise(&home, &["--precision=0.2%", "--max-requests=200"]);
    ran.says(&[
        "pilot: ",
        "main stage: ",
        "the pilot asks for ",
        "68 more are measured, as many as --max-requests leaves",
    ]);
    let outcome = run
        .measured
        .precision
        .as_ref()
        .expect("it chose its length");
    assert_eq!(
        (
            outcome.pilot_rounds,
            outcome.granted_rounds,
            outcome.capped_by
        ),
        (32, 100, Some(Cap::MaxRequests))
    );
    assert!(
        outcome.wanted_rounds > 100 && outcome.decided_by.is_some(),
        "{outcome:?}"
    );
    let stages: Vec<_> = outcome
        .stages
        .iter()
        .map(|stage| (stage.first_block, stage.blocks))
        .collect();
    assert_eq!(stages, [(0, 32), (32, 68)]);
    assert!(
        run.measured.windows.is_empty() && run.window_ranges().len() == 1,
        "both are one window"
    );
    assert!(
        run.measured
            .series
            .iter()
            .all(|series| series.counts.issued == 100),
        "{:?}",
        run.measured.series
    );
    assert!(
        outcome
            .reached
            .iter()
            .any(|reached| !reached.met && reached.half_width_ratio.is_some()),
        "{outcome:?}"
    );
    let fleet = run.header.vantage.simulation.as_ref().expect("simulated");
    assert_eq!(fleet.requests_seen, Some(calls(&run)));
    assert_eq!(calls(&stored(&home.out().join("stages/01"))), 64);
    assert!(
        home.result("report.md")
            .contains("±0.2 % of p50 asked: met by "),
        "{}",
        home.result("report.md")
    );
    assert!(
        home.result("summary.json")
            .contains("\"capped_by\": \"max-requests\"")
    );
}

#[test]
fn a_pilot_that_is_precise_enough_is_the_whole_run() {
    let home = Home::new();
    let (ran, run) = precise(&home, &["--precision=50%"]);
    ran.says(&["0 more are measured"]);
    let outcome = run.measured.precision.expect("it chose its length");
    assert_eq!(
        (
            outcome.pilot_rounds,
            outcome.granted_rounds,
            outcome.capped_by
        ),
        (32, 32, None)
    );
    assert!(
        outcome.reached.iter().all(|reached| reached.met),
        "{:?}",
        outcome.reached
    );
    assert!(!home.out().join("stages/02").exists());
}

#[test]
fn fault_41_after_kill_9_in_the_main_stage_both_stages_are_put_together() {
    let home = Home::new();
    let mut command = home.command(["run", "--out", "out"]);
    command
        .args(PILOT)
        .args(["--precision=0.2%", "--max-requests=1000"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = command.spawn().expect("starts");
    let (pilot, main) = (home.out().join("stages/01"), home.out().join("stages/02"));
    eventually("the main stage", || rows(&main) > 4);
    running.kill().expect("killed");
    running.wait().expect("collected");
    home.run(["recover", "out"]).exits(0);
    let whole = home.stored();
    assert_eq!(
        (whole.measured.completion, whole.measured.windows.len()),
        (Completion::Recovered, 0)
    );
    assert_eq!(calls(&whole), 64 + calls(&stored(&main)));
    assert_eq!(
        (stored(&pilot).plan.blocks, whole.plan.blocks),
        (32, 32 + stored(&main).plan.blocks)
    );
    assert!(
        home.result("report.md")
            .contains("2 of its parts were found")
    );
    let outcome = whole.measured.precision.expect("it chose its length");
    assert_eq!(
        (
            outcome.pilot_rounds,
            outcome.capped_by,
            outcome.stages.len()
        ),
        (32, Some(Cap::Interruption), 2)
    );
    assert!(
        outcome.granted_rounds > 32 && !outcome.reached.is_empty(),
        "{outcome:?}"
    );
}

#[test]
fn windows_and_precision_are_refused_where_they_mean_nothing() {
    for (arguments, words) in [
        (&["--windows", "1"][..], "2 to 64"),
        (&["--windows", "65"], "2 to 64"),
        (
            &["--windows", "3", "--every", "10s"],
            "--every 10.0 s is shorter than a window, which takes ",
        ),
        (&["--every", "1h"], "--every needs --windows"),
        (
            &["--windows", "64", "--blocks", "17"],
            "2 to 60 windows of 17 blocks",
        ),
        (&["--precision", "2"], "such as 2%"),
        (&["--precision", "0.01%"], "0.1 to 50 %"),
        (&["--precision", "51%"], "0.1 to 50 %"),
        (&["--precision", "p98=2%"], "p50, p90, p95, p99 and p99.9"),
        (
            &["--precision", "2%", "--windows", "2"],
            "--windows and --precision exclude each other",
        ),
        (
            &["--precision", "2%", "--rate", "1", "--duration", "9s"],
            "--precision and --rate",
        ),
        (
            &["--precision", "2%", "--max-duration", "9s"],
            "--max-duration 9.0 s is shorter than the pilot",
        ),
        (
            &["--max-duration", "1h"],
            "--max-duration needs --precision",
        ),
        (&["--margin", "2"], "--margin"),
        (&["--margin", "101%"], "0 to 100 %"),
        (&["--margin", "61s"], "0 to 60 seconds"),
        (&["--gate", "p50 < 5ms\u{7}"], "printable"),
    ] {
        run_refuses(arguments, &[words]);
    }
}

#[test]
fn bad_012_confidences_are_shares() {
    for (confidence, words) in [
        ("0", "0.5 to 0.9999"),
        ("1", "0.5 to 0.9999"),
        ("1.5", "0.5 to 0.9999"),
        ("95", "0.95"),
    ] {
        run_refuses(&["--confidence", confidence], &["--confidence", words]);
        let home = Home::new();
        home.run(["report", "--confidence", confidence, "missing.json"])
            .refuses(2, &[]);
    }
}

#[test]
fn a_dry_run_tells_windows_pilot_and_gates() {
    let shown = |arguments: &[&str]| {
        let all: Vec<&str> = ["run", "--simulate", "--dry-run"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        Home::new().run(all).exits(0).stdout
    };
    let windows = shown(&[
        "--windows=3",
        "--every=1h",
        "--gate=p50 < 500ms",
        "--gate=error_rate < 20%",
        "--max-requests=200000",
    ]);
    for words in [
        "windows       3, one every 60 min",
        "gates         p50 < 500ms",
        "error_rate < 20%",
        "95% confidence",
    ] {
        assert!(windows.contains(words), "{words}: {windows}");
    }
    let pilot = shown(&[
        "--precision=p99=15%",
        "--margin=5%",
        "--confidence=0.9",
        "--max-requests=500000",
    ]);
    for words in [
        "pilot ",
        "p99 within ±15%",
        "2016 rounds",
        "90% confidence, all comparisons of a table together; differences matter from 5% and 0 s on",
    ] {
        assert!(pilot.contains(words), "{words}: {pilot}");
    }
}

#[test]
fn a_plan_file_lays_down_how_a_run_is_judged() {
    let plan = "windows = 3\nevery = \"2h\"\nmargin = \"5%,2ms\"\nconfidence = 0.99\ngate = [\"p50 < 500ms\"]\nrounds = 32\n";
    let home = Home::new().file("plan.toml", plan);
    let shown = home
        .run([
            "run",
            "--simulate",
            "--plan",
            "plan.toml",
            "--confidence",
            "0.9",
            "--dry-run",
        ])
        .exits(0)
        .stdout;
    for words in [
        "3, one every 2 h",
        "90% confidence, all comparisons of a table together; differences matter from 5% and 2 ms on",
        "p50 < 500ms",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    for (line, words) in [
        ("windows = 1", "2 to 64"),
        ("every = \"5\"", "time unit needed"),
        ("precision = \"2\"", "such as 2%"),
        ("margin = \"x\"", "margin"),
        ("confidence = 95", "0.5 to 0.9999"),
        ("gate = [\"\"]", "--gate"),
    ] {
        let home = Home::new().file("plan.toml", line);
        home.measure(&["--simulate", "--plan", "plan.toml", "--dry-run"])
            .refuses(2, &[words]);
    }
}

#[test]
fn bad_075_what_does_not_go_together_is_refused_with_its_path_and_leaves_nothing() {
    let home = Home::new();
    home.measure(&SMALL).measures();
    let other = |option: &'static str| {
        let all: Vec<&str> = SMALL
            .iter()
            .copied()
            .filter(|a| !a.starts_with(&option[..9]))
            .chain([option])
            .collect();
        let mut command = vec!["run", "--out", "other", "--force"];
        command.extend(all);
        home.run(command).measures();
    };
    other("--connections=cold");
    home.run(["merge", "out", "other", "--out", "merged"])
        .refuses(2, &["other: runs ", "what is called differs"]);
    home.run(["merge", "--out", "merged"]).refuses(2, &["RUN"]);
    home.run(["merge", "out", "missing", "--out", "merged"])
        .refuses(2, &["missing"]);
    home.run(["merge", "out", "out/samples.csv", "--out", "merged"])
        .refuses(2, &["samples.csv", "not JSON"]);
    assert!(!home.path().join("merged").exists());
    let twice = home
        .run(["merge", "out", "out/run.json", "--out", "merged", "--full"])
        .measures();
    assert!(
        twice
            .stdout
            .contains("given more than once and is counted once"),
        "{}",
        twice.stdout
    );
    assert_eq!(
        calls(&stored(&home.path().join("merged"))),
        calls(&home.stored())
    );
}

#[test]
fn a_saved_run_can_be_judged_anew() {
    let report =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs/first-sample/run.json");
    let home = Home::new();
    let path = report.display().to_string();
    let shown = |arguments: &[&str]| {
        let all: Vec<&str> = ["report", &path, "--format=json"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let json: serde_json::Value =
            serde_json::from_str(&home.run(all).exits(0).stdout).expect("JSON");
        json["comparisons"].as_array().expect("a list").clone()
    };
    let verdicts = |comparisons: &[serde_json::Value], verdict: &str| {
        comparisons
            .iter()
            .filter(|comparison| comparison["verdict"] == verdict)
            .count()
    };
    let (usual, lenient) = (shown(&[]), shown(&["--margin=90%", "--confidence=0.99"]));
    assert!(
        verdicts(&usual, "faster") > verdicts(&lenient, "faster"),
        "hardly anything is nine tenths faster"
    );
    // All comparisons of a table hold together with the confidence that was asked for.
    for (comparisons, confidence) in [(&usual, 0.95), (&lenient, 0.99)] {
        for comparison in comparisons {
            let own = comparison["confidence"].as_f64().expect("a share");
            let together = comparison["together"].as_f64().expect("a number");
            assert!(together > 1.0, "{comparison}");
            assert!(
                ((1.0 - own) * together - (1.0 - confidence)).abs() < 1e-9,
                "{comparison}"
            );
        }
    }
    home.run(["report", &path, "--margin=200%"])
        .refuses(2, &["--margin", "0 to 100 %"]);
}
