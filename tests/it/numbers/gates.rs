//! Gates on the command line: refused before anything is sent, judged with an exit code of their own.

use crate::support::{Home, Ran, SMALL, run_refuses};
use crate::synthetic_run::{noisy, run, store};

/// Judges a run of 50 ms at every endpoint but eu-west-1, which takes 20 ms.
fn report(gates: &[&str]) -> Ran {
    let home = Home::new();
    store(
        &home,
        "run.json",
        &noisy("run-a", "2026-03-01T12:00:00Z", 1, 50.0, 0.4),
    );
    let gates = gates.iter().flat_map(|gate| ["--gate", gate]);
    home.run(["report", "run.json", "--full"].into_iter().chain(gates))
}

#[test]
fn a_saved_run_is_judged_anew_and_the_exit_code_tells_it() {
    report(&[]).exits(0);
    let proven = report(&[
        "p50(eu-west-1) <= 0.8 * p50(global)",
        "p50 < 60ms",
        "error_rate < 20%",
    ])
    .exits(0);
    assert_eq!(
        proven.stdout.matches("gate proven: ").count(),
        3,
        "{}",
        proven.stdout
    );
    let violated = report(&["p50(eu-west-1) <= 0.8 * p50(global)", "p50(global) < 30ms"]).exits(1);
    assert!(
        violated
            .stdout
            .contains("gate violated: p50(global) < 30ms"),
        "{}",
        violated.stdout
    );
    let open = report(&["p(99) < 500ms", "p50 < 60ms"]).exits(7);
    assert!(
        open.stdout.contains("gate inconclusive: p(99) < 500ms"),
        "{}",
        open.stdout
    );
    report(&["p(99) < 500ms", "p50(global) < 30ms"]).exits(1);
}

#[test]
fn a_log_of_stderr_says_what_the_exit_code_stands_for() {
    let gates = [
        "p50(eu-west-1) <= 0.8 * p50(global)",
        "p50(global) < 30ms",
        "p(99) < 500ms",
    ];
    report(&gates)
        .exits(1)
        .says(&["gates: 1 proven, 1 inconclusive, 1 violated (exit code 1)"]);
    report(&gates[..1])
        .exits(0)
        .says(&["gates: 1 proven (exit code 0)"]);
    let home = Home::new();
    store(
        &home,
        "run.json",
        &noisy("run-a", "2026-03-01T12:00:00Z", 1, 50.0, 0.4),
    );
    let quiet = |gate: &str| home.run(["report", "run.json", "--quiet", "--gate", gate]);
    assert_eq!(quiet("p50 < 60ms").exits(0).stderr, "");
    assert_eq!(
        quiet("p50 < 30ms").exits(1).stderr,
        "gates: 1 violated (exit code 1)\n"
    );
    home.run(["help", "run"]).exits(0);
}

#[test]
fn what_a_run_cannot_tell_is_invalid_and_no_pass() {
    let home = Home::new();
    let silent = run("run-a", "2026-03-01T12:00:00Z", |target, _| {
        (target.endpoint.name != "global").then_some(50.0)
    });
    store(&home, "silent.json", &silent);
    let ran = home
        .run([
            "report",
            "--full",
            "silent.json",
            "--gate",
            "p50(regional) <= p50(global)",
        ])
        .exits(3);
    assert!(
        ran.stdout
            .contains("no data: 32 of 32 calls to global failed"),
        "{}",
        ran.stdout
    );
    let nothing = run("run-a", "2026-03-01T12:00:00Z", |_, _| None);
    store(&home, "nothing.json", &nothing);
    home.run(["report", "nothing.json", "--gate", "p50 < 1s"])
        .exits(5);
}

#[test]
fn gates_that_are_none_or_mean_nothing_are_refused() {
    report(&["p50 <"]).refuses(2, &["--gate", "column 6"]);
    report(&["p50(us-east-1) < 1s"]).refuses(2, &["run.json", "no endpoint \"us-east-1\""]);
    report(&[""]).refuses(2, &["--gate"]);
    report(&["p50 < 1s"; 65]).refuses(2, &["--gate", "65 conditions; allowed: 64 at most"]);
    for (gate, words) in [
        ("p50 <", "column 6"),
        ("p(100) < 1s", "between 0 and 100"),
        ("p50 < -1s", "above 0"),
        ("error_rate < 101%", "between 0 % and 100 %"),
        ("p50(regional) <= 0.8 * p50(global)", "no global endpoint"),
        ("p50(eu-west-1) < 1s", "no endpoint \"eu-west-1\""),
        ("p50(candidate) < p50(baseline)", "stsbench compare"),
    ] {
        run_refuses(&["--gate", gate], &[words]);
    }
    run_refuses(
        &["--gate", &format!("p50 < {}s", "1".repeat(1_000))],
        &["1007 characters"],
    );
}

#[test]
fn a_run_is_judged_by_its_gates_and_keeps_them() {
    let small = |gate: &str| {
        let home = Home::new();
        let arguments: Vec<&str> = SMALL
            .iter()
            .copied()
            .chain(["--full", "--gate", gate])
            .collect();
        (home.measure(&arguments), home)
    };
    let (ran, home) = small("count >= 1");
    assert!(ran.measures().stdout.contains("gate proven: count >= 1"));
    assert_eq!(home.stored().plan.judging.gates, ["count >= 1"]);
    // A busy machine can make the run invalid, which comes first.
    let (ran, _) = small("count < 2");
    assert!(
        matches!(ran.code, Some(1 | 3)) && ran.stdout.contains("gate violated"),
        "{ran:?}"
    );
    let (ran, home) = small("p(99) < 10s");
    ran.refuses(
        2,
        &["needs 437 answers", "the plan makes 4", "--rounds 437"],
    );
    assert!(!home.out().exists(), "nothing was sent");
    let (ran, home) = small("count > 1000");
    ran.refuses(2, &["needs 1001 answers", "the plan makes 4"]);
    assert!(!home.out().exists(), "nothing was sent");
}

#[test]
fn a_plan_file_has_gates_too() {
    let home = Home::new().file("plan.toml", "gate = [\"count >= 1\", \"p50 <\"]\n");
    let arguments: Vec<&str> = SMALL
        .iter()
        .copied()
        .chain(["--plan", "plan.toml"])
        .collect();
    home.measure(&arguments).refuses(2, &["p50 <", "column 6"]);
}

#[test]
fn a_merged_run_ends_as_a_run_does() {
    let home = Home::new();
    let hours = ["2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"];
    for (gate, exit) in [
        ("p50 < 60ms", 0),
        ("p50(global) < 30ms", 1),
        ("p(99) < 500ms", 7),
    ] {
        for (number, hour) in hours.iter().enumerate() {
            let mut hour = noisy(&format!("run-{number}"), hour, number as u32, 50.0, 0.4);
            hour.plan.judging.gates = vec![gate.to_owned()];
            store(&home, &format!("{number}.json"), &hour);
        }
        home.run(["merge", "0.json", "1.json", "--out", "merged", "--force"])
            .exits(exit);
    }
}

#[test]
fn a_stored_gate_that_is_none_is_shown_as_invalid() {
    let home = Home::new();
    let mut stored = noisy("run-a", "2026-03-01T12:00:00Z", 1, 50.0, 0.4);
    stored.plan.judging.gates = vec!["p50 <".to_owned(), "p50(us-east-1) < 1s".to_owned()];
    store(&home, "run.json", &stored);
    let ran = home.run(["report", "run.json", "--full"]).exits(0);
    assert_eq!(
        ran.stdout.matches("gate invalid: ").count(),
        2,
        "{}",
        ran.stdout
    );
}
