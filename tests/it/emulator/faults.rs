//! A simulated fleet that ends, or stands still, while it is measured: the run ends too, says why, and keeps what it has.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use stsbench::results::Completion;

use crate::interruptions::{LONG, children, has_ended, measured, rows, started, under_way};
use crate::support::{Home, Ran, eventually, signal, stopwatch};

/// The one fleet of a run.
fn emulator_of(run: &Child) -> (PathBuf, Pid) {
    let found = children(run);
    assert_eq!(found.len(), 1, "one fleet: {found:?}");
    let id = found[0]
        .file_name()
        .and_then(|id| id.to_str()?.parse().ok());
    let id = id.and_then(Pid::from_raw).expect("a process id");
    (found[0].clone(), id)
}

/// Whether a process runs the emulator.
fn is_emulator(process: &Path) -> bool {
    let words = std::fs::read(process.join("cmdline")).unwrap_or_default();
    words
        .split(|byte| *byte == 0)
        .any(|word| word == b"emulate")
}

fn send(process: Pid, signal: Signal) {
    rustix::process::kill_process(process, signal).expect("it runs");
}

/// How the run ended, in half a minute at most; it was to take longer than that.
fn ended(mut run: Child) -> Ran {
    eventually("the end of the run", || {
        run.try_wait().expect("a child").is_some()
    });
    Ran::of(run.wait_with_output().expect("ends"))
}

#[test]
fn fault_57_a_run_whose_fleet_is_killed_ends_at_once_with_the_cause() {
    for (sent, how) in [
        (Signal::KILL, "signal: 9 (SIGKILL)"),
        (Signal::ABORT, "signal: 6 (SIGABRT)"),
        (Signal::TERM, "exit status: 0"),
    ] {
        let home = Home::new();
        let running = under_way(&home);
        let (_, fleet) = emulator_of(&running);
        send(fleet, sent);
        let cause = format!("error: the simulated fleet ended unexpectedly ({how}");
        let ran = ended(running).exits(5).says(&[&cause]);
        assert!(ran.stdout.contains("interrupted"), "{}", ran.stdout);
        let run = home.stored();
        assert_eq!(run.measured.completion, Completion::Interrupted);
        let notice = "cut short: the simulated fleet ended";
        assert!(
            run.notices.iter().any(|told| told.text == notice),
            "{:?}",
            run.notices
        );
        assert!(measured(&run) > 10 && measured(&run) < 1900);
        assert_eq!(measured(&run) as usize, rows(&home.out()));
        assert!(!home.out().join("journal.jsonl").exists());
    }
}

#[test]
fn fault_57_a_fleet_that_ends_before_it_serves_ends_the_run_with_the_cause() {
    // So many endpoints take a while to be ready.
    let slow = LONG.map(|option| option.replace("=eu-central-1", "=all"));
    for (sent, cause) in [
        (
            Signal::KILL,
            "the simulated fleet ended before it served (signal: 9 (SIGKILL))",
        ),
        (
            Signal::ABORT,
            "the simulated fleet ended before it served (signal: 6 (SIGABRT))",
        ),
        (
            Signal::STOP,
            "the simulated fleet was stopped (SIGSTOP or SIGTSTP) before it served, stood still for 5 s and was killed",
        ),
    ] {
        let home = Home::new();
        let running = started(&home, slow.iter().map(String::as_str));
        // Before that the child is still this program, whose start waits for it.
        let began = stopwatch();
        while !children(&running).iter().any(|child| is_emulator(child)) {
            assert!(began.elapsed() < Duration::from_secs(30), "a fleet");
            std::thread::sleep(Duration::from_millis(1));
        }
        let (place, fleet) = emulator_of(&running);
        send(fleet, sent);
        ended(running).refuses(5, &[cause]);
        assert!(has_ended(&place), "nobody is left behind");
        assert!(
            !home.out().join("run.json").exists(),
            "nothing was measured"
        );
    }
}

#[test]
fn fault_57_a_fleet_that_is_gone_ends_windows_that_have_not_begun() {
    let home = Home::new();
    let out = home.out();
    let arguments = [
        "--simulate",
        "--endpoints=eu-central-1",
        "--connections=warm",
        "--operations=get-caller-identity",
        "--rounds=10",
        "--rate-per-endpoint=20",
        "--quiet",
        "--windows=3",
        "--every=10m",
    ];
    let running = started(&home, arguments);
    eventually("the first window", || {
        out.join("windows/00/run.json").exists() || out.join("windows/01/run.json").exists()
    });
    send(emulator_of(&running).1, Signal::KILL);
    ended(running)
        .exits(5)
        .says(&["the simulated fleet ended unexpectedly"]);
    assert!(measured(&home.stored()) >= 10, "the first window is kept");
}

#[test]
fn fault_57_a_fleet_that_stands_still_is_killed_when_it_does_not_give_its_ledger() {
    let home = Home::new();
    let running = under_way(&home);
    let (place, fleet) = emulator_of(&running);
    send(fleet, Signal::STOP);
    signal(&running, Signal::INT);
    // The signal is why the run ends; the fleet only has nothing to say.
    ended(running).exits(130);
    assert!(has_ended(&place), "nobody is left behind");
    assert!(measured(&home.stored()) > 10);
}

#[test]
fn fault_57_a_fleet_that_stood_still_to_the_end_is_the_cause_of_the_end() {
    let home = Home::new();
    let out = home.out();
    let longer = |option: &&str| option.starts_with("--rounds") || option.starts_with("--blocks");
    let arguments = LONG.into_iter().filter(|option| !longer(option));
    let running = started(
        &home,
        arguments.chain(["--rounds=200", "--blocks=20", "--timeout=500ms"]),
    );
    eventually("the first block", || rows(&out) > 1);
    let (place, fleet) = emulator_of(&running);
    send(fleet, Signal::STOP);
    ended(running)
        .exits(5)
        .says(&["error: the simulated fleet did not answer within 5 s and was killed"]);
    assert!(has_ended(&place), "nobody is left behind");
    assert!(measured(&home.stored()) > 1);
}

#[test]
fn a_fleet_ends_with_the_run_that_started_it_even_when_it_stands_still() {
    for stands_still in [false, true] {
        let home = Home::new();
        let mut running = under_way(&home);
        let (place, fleet) = emulator_of(&running);
        if stands_still {
            send(fleet, Signal::STOP);
            std::thread::sleep(Duration::from_millis(100));
        }
        signal(&running, Signal::KILL);
        running.wait().expect("it ends");
        eventually("the end of the fleet", || has_ended(&place));
    }
}
