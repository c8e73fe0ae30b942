//! `stsbench compare`: which runs may be set against each other, and what the exit code says.

use serde_json::Value;
use stsbench::results::{Run, to_json};

use crate::support::{Home, Ran};
use crate::synthetic_run::{noise, noisy, run, store};

const NOON: &str = "2026-03-01T12:00:00Z";

/// Compares the two runs.
fn compare(baseline: &Run, candidate: &Run, options: &[&str]) -> Ran {
    let home = Home::new();
    store(&home, "a/run.json", baseline);
    store(&home, "b/run.json", candidate);
    home.run(
        ["compare", "a", "b"]
            .into_iter()
            .chain(options.iter().copied()),
    )
}

fn a() -> Run {
    noisy("run-a", NOON, 1, 50.0, 1.0)
}

fn b(slow: f64) -> Run {
    noisy("run-b", NOON, 2, 50.0, slow)
}

#[test]
fn two_runs_at_the_same_time_are_judged_and_the_exit_code_tells_it() {
    let same = compare(&a(), &b(1.0), &[]).exits(0);
    assert!(
        same.stdout
            .starts_with("no target of the candidate is shown to be slower"),
        "{}",
        same.stdout
    );
    assert!(
        same.stdout.contains("SIMULATED: ") && same.stdout.contains("16 blocks in step"),
        "{}",
        same.stdout
    );
    let slower = compare(&a(), &b(1.2), &[]).exits(1);
    assert!(
        slower
            .stdout
            .starts_with("eu-west-1 (GetCallerIdentity, kept open) of the candidate is 1.2"),
        "{}",
        slower.stdout
    );
    assert_eq!(same.stderr, "", "a success needs no reason");
    slower.says(&["slower: eu-west-1 get-caller-identity warm (exit code 1)"]);
    compare(&b(1.2), &a(), &[]).exits(0);

    let json = compare(&a(), &b(1.2), &["--format", "json"])
        .exits(1)
        .stdout;
    let document: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (document["schema"].as_str(), document["simulated"].as_bool()),
        (Some("stsbench-comparison"), Some(true))
    );
    let targets = document["targets"].as_array().expect("an array");
    let verdict = |name: &str| {
        let target = targets
            .iter()
            .find(|target| target["endpoint"] == name)
            .expect("a target");
        target["verdict"].as_str().expect("a word").to_owned()
    };
    assert_eq!(verdict("eu-west-1"), "slower");
    assert_ne!(verdict("global"), "slower");
    let csv = compare(&a(), &b(1.2), &["--format", "csv"]).exits(1).stdout;
    assert!(
        csv.lines().skip(1).all(|line| line.ends_with(",true")) && csv.contains(",slower,"),
        "{csv}"
    );
    let markdown = compare(&a(), &b(1.2), &["--format", "markdown"])
        .exits(1)
        .stdout;
    assert!(
        markdown.contains("> **Simulated:**") && markdown.contains("**eu-west-1**"),
        "{markdown}"
    );
}

#[test]
fn t9_runs_that_were_measured_one_after_the_other_have_changes_and_no_verdict() {
    let mut later = b(1.5);
    later.header.started_at = "2026-03-01T13:00:00Z".to_owned();
    let ran = compare(&a(), &later, &[]).exits(7);
    assert!(
        ran.stdout
            .starts_with("No verdict: the runs were measured one after the other")
            && ran.stdout.contains("+50."),
        "{}",
        ran.stdout
    );
    for format in ["terminal", "markdown", "csv", "json"] {
        let shown = compare(&a(), &later, &["--format", format]).exits(7).stdout;
        assert!(shown.to_lowercase().contains("no verdict"), "{shown}");
        assert!(
            !shown.contains("slower") && !shown.contains("faster"),
            "{shown}"
        );
    }
    let json = compare(&a(), &later, &["--format", "json"]).exits(7).stdout;
    let document: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(document["design"]["name"], "sequential");
    assert!(document["confidence"].is_null());
    let targets = document["targets"].as_array().expect("an array");
    for target in targets {
        let own = if target["endpoint"] == "eu-west-1" {
            1.5
        } else {
            1.0
        };
        let relative = target["relative_change_ratio"].as_f64().expect("a ratio");
        assert!((relative / own - 1.0).abs() < 0.02, "{target}");
    }
    // Two endpoints are no control of each other, and a gate asks for a verdict.
    let fewer = |mut run: Run| {
        run.plan.targets.truncate(2);
        run.measured.series.truncate(2);
        run
    };
    let refused = ["one after the other", "no method repairs", "--history"];
    compare(&fewer(a()), &fewer(later.clone()), &[]).refuses(2, &refused);
    let gate = ["--gate", "p50(candidate) <= 2 * p50(baseline)"];
    compare(&a(), &later, &gate).refuses(2, &refused);
}

#[test]
fn bad_070_a_target_without_a_partner_is_no_baseline_and_no_pass() {
    let mut fewer = a();
    fewer.plan.targets.truncate(2);
    fewer.measured.series.truncate(2);
    let ran = compare(&fewer, &b(1.0), &[]).exits(7);
    assert!(ran.stdout.contains("no baseline"), "{}", ran.stdout);
    let ran = compare(&b(1.0), &fewer, &[]).exits(7);
    assert!(ran.stdout.contains("no candidate"), "{}", ran.stdout);
}

#[test]
fn bad_072_and_73_a_run_is_not_its_own_baseline_and_the_future_is_told() {
    compare(&a(), &a(), &[]).refuses(2, &["the same run, run-a"]);
    let future = |mut run: Run| {
        run.header.started_at = "2999-01-01T00:00:00Z".to_owned();
        run
    };
    let ran = compare(&future(a()), &future(b(1.0)), &[]).exits(0);
    assert!(
        ran.stdout.contains("baseline run-a is dated in the future"),
        "{}",
        ran.stdout
    );
}

#[test]
fn runs_that_did_not_measure_alike_are_refused() {
    let with = |change: fn(&mut Run)| {
        let mut other = b(1.0);
        change(&mut other);
        compare(&a(), &other, &[])
    };
    with(|run| run.header.vantage.name = "elsewhere".to_owned())
        .refuses(2, &["different vantages", "\"elsewhere\""]);
    with(|run| run.header.vantage.simulation = None)
        .refuses(2, &["baseline was measured against a simulated fleet"]);
    with(|run| run.plan.client = stsbench::plan::Client::Reqwest)
        .refuses(2, &["different clients, hyper and reqwest"]);
}

#[test]
fn bad_067_to_069_what_is_no_run_is_refused_by_kind() {
    let whole = to_json(&a());
    let text = String::from_utf8(whole.clone()).expect("UTF-8");
    let home = Home::new();
    store(&home, "good.json", &b(1.0));
    for (contents, words) in [
        (Vec::new(), "is empty"),
        (whole[..whole.len() / 2].to_vec(), "cut off"),
        (b"{}".to_vec(), "not written by stsbench"),
        (
            b"{\"tool\":{\"name\":\"oha\"},\"schema_version\":1}".to_vec(),
            "not written by stsbench",
        ),
        (b"endpoint,p50\n".to_vec(), "not JSON"),
        (
            text.replacen("\"schema_version\":1", "\"schema_version\":999", 1)
                .into_bytes(),
            "upgrade",
        ),
        (
            text.replacen("\"schema_version\": 1", "\"schema_version\": 999", 1)
                .into_bytes(),
            "upgrade",
        ),
        (
            text.replacen("\"elapsed_ns\"", "\"elapsed_ns\":-1,\"x\"", 1)
                .into_bytes(),
            "is invalid",
        ),
        (
            text.replacen(
                "\"elapsed_ns\"",
                "\"elapsed_ns\":18446744073709551616,\"x\"",
                1,
            )
            .into_bytes(),
            "is invalid",
        ),
        (
            text.replacen("\"elapsed_ns\"", "\"elapsed_ns\":NaN,\"x\"", 1)
                .into_bytes(),
            "bad.json",
        ),
    ] {
        if contents == whole {
            continue;
        }
        std::fs::write(home.path().join("bad.json"), &contents).expect("written");
        home.run(["compare", "bad.json", "good.json"])
            .refuses(2, &["bad.json", words]);
        home.run(["compare", "good.json", "bad.json"])
            .refuses(2, &["bad.json", words]);
    }
    home.run(["compare", "good.json", "missing"])
        .refuses(2, &["missing"]);
}

#[test]
fn bad_127_a_side_without_answers_is_no_data_and_an_invalid_run_is_refused() {
    let silent = run("run-b", NOON, |target, number| {
        (target.endpoint.name != "eu-west-1").then(|| 50.0 * noise(3, number))
    });
    let ran = compare(&a(), &silent, &[]).exits(3);
    assert!(
        ran.stdout.contains("no data") || ran.stderr.contains("invalid"),
        "{ran:?}"
    );
    assert!(!ran.stdout.contains("NaN"), "{}", ran.stdout);
    let nothing = run("run-b", NOON, |_, _| None);
    compare(&a(), &nothing, &[]).refuses(3, &["run run-b is invalid"]);
    compare(&nothing, &a(), &[]).refuses(3, &["run run-b is invalid"]);
}

#[test]
fn gates_between_runs_have_their_exit_codes() {
    let gate = |candidate: f64, gate: &str| compare(&a(), &b(candidate), &["--gate", gate]);
    gate(1.0, "p50(candidate) <= 1.1 * p50(baseline)").exits(0);
    gate(1.0, "p50(candidate) <= 0.9 * p50(baseline)").exits(1);
    let open = gate(1.0, "p50(candidate,eu-west-1) <= p50(baseline)").exits(7);
    assert!(
        open.stdout.contains("gate inconclusive") && open.stdout.contains("reaches across"),
        "{open:?}"
    );
    gate(1.0, "p50(candidate) <=").refuses(2, &["--gate", "column 18"]);
    gate(1.0, "p50(candidate) <= 50ms").refuses(2, &["stsbench run and report"]);
    gate(1.0, "p50(candidate,us-east-1) <= p50(baseline)")
        .refuses(2, &["no endpoint \"us-east-1\""]);
}

#[test]
fn the_command_line_says_what_it_needs() {
    let home = Home::new();
    store(&home, "a.json", &a());
    home.run(["compare"]).refuses(2, &["RUN"]);
    home.run(["compare", "a.json"])
        .refuses(2, &["two runs", "--history"]);
    home.run(["compare", "a.json", "a.json", "a.json"])
        .refuses(2, &[]);
    home.run(["compare", "--history", ".", "a.json", "a.json"])
        .refuses(2, &["the CANDIDATE alone"]);
    home.run(["compare", "--history", ".", "--gate", "p50 < 1s", "a.json"])
        .refuses(2, &["--gate"]);
    home.run(["compare", "--history", "missing", "a.json"])
        .refuses(2, &["missing"]);
}

/// A directory with that many days of history, the last of which has the factor at eu-west-1.
fn with_history(days: u32, last: f64) -> Home {
    let home = Home::new();
    for day in 1..=days {
        let slow = if day == days { last } else { 1.0 };
        let past = noisy(
            &format!("day-{day}"),
            &format!("2026-02-{day:02}T12:00:00Z"),
            day,
            50.0,
            slow,
        );
        let path = if day % 2 == 0 {
            format!("history/{day}.json")
        } else {
            format!("history/deep/{day}/run.json")
        };
        store(&home, &path, &past);
    }
    home
}

fn today(slow: f64) -> Run {
    noisy("today", NOON, 77, 50.0, slow)
}

#[test]
fn a_history_turns_red_on_the_second_slow_run_in_a_row() {
    let judge = |last: f64, now: f64| {
        let home = with_history(12, last);
        store(&home, "history/today.json", &today(now));
        home.run(["compare", "--history", "history", "history/today.json"])
    };
    let steady = judge(1.0, 1.0).exits(0);
    assert!(
        steady
            .stdout
            .contains("none of 3 targets has become slower"),
        "{}",
        steady.stdout
    );
    assert!(
        steady.stdout.contains("12 runs, day-1 to day-12"),
        "{}",
        steady.stdout
    );
    let once = judge(1.0, 1.3).exits(0);
    assert!(
        once.stdout
            .contains("for the first time; the next run decides"),
        "{}",
        once.stdout
    );
    let twice = judge(1.3, 1.3).exits(1);
    assert!(
        twice
            .stdout
            .starts_with("eu-west-1 (GetCallerIdentity, kept open) has become slower, 1.3"),
        "{}",
        twice.stdout
    );
    twice.says(&["has become slower: eu-west-1 get-caller-identity warm (exit code 1)"]);
}

#[test]
fn runs_of_two_days_are_described_without_a_verdict_and_end_well() {
    let later = noisy("run-b", "2026-03-02T12:00:00Z", 2, 50.0, 1.5);
    let home = Home::new();
    store(&home, "a/run.json", &a());
    store(&home, "b/run.json", &later);
    let described = home
        .run([
            "compare",
            "a",
            "b",
            "--descriptive",
            "--out",
            "both",
            "--export",
            "junit=both.xml",
        ])
        .exits(0);
    assert!(
        described
            .stdout
            .starts_with("numbers side by side, nothing judged"),
        "{}",
        described.stdout
    );
    for file in [
        "both/compare.md",
        "both/compare.csv",
        "both/compare.json",
        "both.xml",
    ] {
        let text = std::fs::read_to_string(home.path().join(file)).expect("written");
        for word in ["faster", "slower", "equivalent", "inconclusive"] {
            assert!(!text.contains(word), "{file}: {text}");
        }
    }
    home.run([
        "compare",
        "a",
        "b",
        "--descriptive",
        "--gate",
        "p50(candidate) < 1s",
    ])
    .refuses(2, &["--descriptive", "--gate"]);
    home.run(["compare", "a", "b", "--descriptive", "--out", "both"])
        .refuses(6, &["both"]);
}

#[test]
fn a_run_that_has_a_name_is_a_baseline_and_keeps_its_name() {
    let home = Home::new();
    store(&home, "reports/one/run.json", &a());
    store(&home, "reports/two/run.json", &b(1.0));
    let save = |name: &str, run: &str| home.run(["baseline", "save", name, run]);
    let saved = save("main", "reports/one").exits(0);
    assert!(
        saved.stdout.starts_with("main: run run-a"),
        "{}",
        saved.stdout
    );
    save("main", "reports/one").exits(0);
    save("main", "reports/two").refuses(2, &["main", "run-a", "--force"]);
    for name in ["", "a/b", "../x", "-x", ".x", "a b", "é"] {
        home.run(["baseline", "save", "--", name, "reports/one"])
            .exits(2);
    }
    save(&"x".repeat(65), "reports/one").refuses(2, &["at most 64"]);
    let list = home.run(["baseline", "list"]).exits(0);
    assert_eq!(list.stdout, saved.stdout);
    let by_name = home
        .run(["compare", "--baseline", "main", "reports/two"])
        .exits(0);
    let by_path = home.run(["compare", "reports/one", "reports/two"]).exits(0);
    assert_eq!(by_name.stdout, by_path.stdout);
    home.run(["compare", "--baseline", "mian", "reports/two"])
        .refuses(2, &["mian", "allowed: main"]);
    home.run(["baseline", "save", "main", "reports/two", "--force"])
        .exits(0);
    store(&home, "reports/two/run.json", &a());
    home.run(["compare", "--baseline", "main", "reports/one"])
        .refuses(2, &["main", "run-b had that name"]);
}

#[test]
fn an_accepted_level_is_the_new_usual_and_only_what_is_red_is_accepted() {
    let accept = ["baseline", "accept", "--history", "history"];
    let with = |last: f64, now: f64| {
        let home = with_history(12, last);
        store(&home, "today.json", &today(now));
        home
    };
    let home = with(1.0, 1.0);
    home.run([&accept[..], &["today.json"]].concat())
        .refuses(2, &["no endpoint has become slower", "nothing to accept"]);
    assert!(!home.path().join("history/baseline.json").exists());

    let home = with(1.3, 1.3);
    let compare = ["compare", "--history", "history", "today.json"];
    home.run(compare).exits(1);
    home.run([&accept[..], &["--endpoint", "eu-nowhere-1", "today.json"]].concat())
        .refuses(2, &["eu-nowhere-1", "no such endpoint"]);
    home.run([&accept[..], &["missing.json"]].concat())
        .refuses(2, &["missing.json"]);
    assert!(!home.path().join("history/baseline.json").exists());
    let accepted = home
        .run([&accept[..], &["--reason", "new route", "today.json"]].concat())
        .exits(0);
    for words in [
        "eu-west-1 get-caller-identity warm: usual from run day-12 on",
        "new route",
    ] {
        assert!(accepted.stdout.contains(words), "{}", accepted.stdout);
    }
    home.run(compare).exits(0);
    let list = ["baseline", "list", "--history", "history"];
    assert_eq!(home.run(list).exits(0).stdout, accepted.stdout);
    home.run([&accept[..], &["today.json"]].concat())
        .refuses(2, &["nothing to accept"]);
    let home = home.file("history/baseline.json", "{\"accepted\":[]}");
    home.run(compare)
        .refuses(2, &["baseline.json", "not written by stsbench"]);
}

#[test]
fn a_history_that_cannot_be_written_is_compared_and_accepts_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let home = with_history(12, 1.3);
    store(&home, "today.json", &today(1.3));
    let history = home.path().join("history");
    let mode = |mode| std::fs::set_permissions(&history, std::fs::Permissions::from_mode(mode));
    mode(0o500).expect("changed");
    // Root writes everywhere.
    let refused = std::fs::write(history.join("probe"), "").is_err();
    if refused {
        home.run(["compare", "--history", "history", "today.json"])
            .exits(1);
        home.run(["baseline", "accept", "--history", "history", "today.json"])
            .refuses(6, &["baseline.json", "cannot be written"]);
    }
    mode(0o700).expect("changed");
}

#[test]
fn a_short_history_decides_nothing() {
    let home = with_history(9, 1.0);
    store(&home, "today.json", &today(1.3));
    let ran = home
        .run(["compare", "--history", "history", "today.json"])
        .exits(7);
    assert!(
        ran.stdout
            .contains("until there are 10 of them only gates within a run apply"),
        "{}",
        ran.stdout
    );
    ran.says(&[
        "fewer than 10 earlier runs with a p50: ",
        " and 2 more (exit code 7)",
    ]);
    std::fs::create_dir(home.path().join("none")).expect("made");
    home.run(["compare", "--history", "none", "today.json"])
        .exits(7);
}

#[test]
fn a_history_that_is_written_has_a_page_with_its_strips() {
    let home = with_history(12, 1.0);
    store(&home, "today.json", &today(1.0));
    home.run([
        "compare",
        "--history",
        "history",
        "today.json",
        "--out=kept",
    ])
    .exits(0);
    let page = std::fs::read_to_string(home.path().join("kept/compare.html")).expect("written");
    for name in ["trend-get-caller-identity-warm-dark.svg", "compare.csv"] {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn what_is_no_history_and_what_is_no_run_is_told() {
    let home = with_history(12, 1.0);
    store(&home, "today.json", &today(1.0));
    store(
        &home,
        "history/later.json",
        &noisy("later", "2026-03-02T12:00:00Z", 5, 50.0, 1.0),
    );
    let mut elsewhere = noisy("elsewhere", "2026-02-20T12:00:00Z", 5, 50.0, 1.0);
    elsewhere.header.vantage.name = "a-laptop".to_owned();
    store(&home, "history/elsewhere.json", &elsewhere);
    store(
        &home,
        "history/failed.json",
        &run("failed", "2026-02-21T12:00:00Z", |_, _| None),
    );
    let ran = home
        .run(["compare", "--history", "history", "today.json"])
        .exits(0);
    for words in [
        "1 of the history left out: dated after",
        "1 of the history left out: the runs were measured from different vantages",
        "invalid by the check",
    ] {
        let unwrapped = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(words), "{words}: {}", ran.stdout);
    }
    let home = home.file("history/notes.json", "{\"a\":1}");
    home.run(["compare", "--history", "history", "today.json"])
        .exits(0)
        .says(&["left out", "notes.json", "not written by stsbench"]);
}
