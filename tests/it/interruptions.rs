//! Runs that are cut short: what was measured is kept, and nothing stays behind.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use stsbench::results::{Completion, Run};

use crate::support::{FAST, Home, Ran, TestEmulator, eventually, signal, stopwatch};

/// A simulated run of about a minute with many short blocks.
pub const LONG: [&str; 10] = [
    "--simulate",
    "--endpoints=eu-central-1",
    "--operations=get-caller-identity",
    "--connections=warm",
    "--rounds=2000",
    "--blocks=200",
    "--warmup-rounds=0",
    "--rate-per-endpoint=40",
    "--quiet",
    "--connections-per-target=1",
];

/// Starts a run into the home's directory of results, and does not wait for it.
pub fn started<'a>(home: &Home, arguments: impl IntoIterator<Item = &'a str>) -> Child {
    home.command(["run", "--out"])
        .arg(home.out())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

/// Starts the long run and waits until some blocks are on disk.
pub fn under_way(home: &Home) -> Child {
    let running = started(home, LONG);
    eventually("the first block", || rows(&home.out()) > 10);
    running
}

/// Whole rows of the samples that are on disk.
pub fn rows(out: &Path) -> usize {
    std::fs::read(out.join("samples.csv")).map_or(0, |bytes| {
        bytes
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            .saturating_sub(1)
    })
}

/// The processes that a process has started, by their places in `/proc`.
pub fn children(process: &Child) -> Vec<PathBuf> {
    let listed = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", process.id()))
        .unwrap_or_default();
    // A thread may have started the child, and children are listed by thread.
    let threads = std::fs::read_dir(format!("/proc/{}/task", process.id())).expect("it runs");
    let by_thread = threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let all = std::iter::once(listed)
        .chain(by_thread)
        .collect::<Vec<_>>()
        .join(" ");
    let mut found: Vec<_> = all
        .split_whitespace()
        .map(|id| Path::new("/proc").join(id))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Whether a process is gone, or ended and only not yet collected.
pub fn has_ended(process: &Path) -> bool {
    std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| stat.contains(") Z "))
        || !process.exists()
}

/// Calls that a run holds, warm-up included.
pub fn measured(run: &Run) -> u64 {
    run.measured
        .series
        .iter()
        .map(|series| series.counts.issued + series.counts.warmup)
        .sum()
}

#[test]
fn fault_39_and_40_a_signal_ends_the_run_with_a_partial_report() {
    for (sent, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 143)] {
        let home = Home::new();
        let running = under_way(&home);
        let fleet = children(&running);
        assert_eq!(fleet.len(), 1, "one fleet: {fleet:?}");
        signal(&running, sent);
        let ran = Ran::of(running.wait_with_output().expect("ends")).exits(code);
        assert!(ran.stdout.contains("interrupted"), "{}", ran.stdout);
        let run = home.stored();
        assert_eq!(run.measured.completion, Completion::Interrupted);
        assert_eq!(measured(&run) as usize, rows(&home.out()));
        assert!(measured(&run) > 10);
        assert!(
            home.result("report.md").contains("interrupted") && home.out().join("charts").is_dir()
        );
        assert!(
            fleet.iter().all(|process| has_ended(process)),
            "the fleet ends with its parent"
        );
    }
}

#[test]
fn a_signal_that_whoever_started_the_run_ignores_stays_ignored() {
    // What nohup ignores, what a shell does for jobs in the background, and the rest.
    for (name, ignored, other) in [
        ("HUP", Signal::HUP, Signal::TERM),
        ("INT", Signal::INT, Signal::TERM),
        ("TERM", Signal::TERM, Signal::HUP),
    ] {
        let home = Home::new();
        let out = home.out();
        let own = home.command(["run", "--out"]);
        let variables = own.get_envs();
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", &format!("trap '' {name}; exec \"$0\" \"$@\"")])
            .arg(own.get_program())
            .args(own.get_args())
            .arg(&out)
            .args(LONG)
            .env_clear()
            .envs(variables.filter_map(|(name, value)| Some((name, value?))))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let running = command.spawn().expect("starts");
        eventually("the first block", || rows(&out) > 10);
        signal(&running, ignored);
        let before = rows(&out);
        eventually("more calls after the signal", || rows(&out) > before + 30);
        // SIGINT is ignored already where the tests themselves are a job in the background.
        signal(&running, other);
        Ran::of(running.wait_with_output().expect("ends")).exits(143);
    }
}

#[test]
fn two_runs_never_write_into_one_directory() {
    let home = Home::new();
    let mut running = under_way(&home);
    for arguments in [&["--force"][..], &[]] {
        let mut command = home.command(["run", "--out"]);
        let refused = command.arg(home.out()).args(LONG).args(arguments);
        let ran = Ran::of(refused.output().expect("starts")).exits(6);
        assert!(ran.stderr.contains("has not ended"), "{}", ran.stderr);
    }
    running.kill().expect("killed");
    running.wait().expect("ended");
}

#[test]
fn fault_39_a_second_signal_ends_it_at_once() {
    let fleet = TestEmulator::start(&format!(
        "endpoints = \"eu-central-1,eu-west-1\"\n{FAST}[[faults]]\nendpoints = [\"eu-west-1\"]\nfault = {{ kind = \"stall\" }}\n"
    ));
    let home = fleet.user();
    let urls = [
        fleet.plaintext("eu-central-1"),
        fleet.plaintext("eu-west-1"),
    ];
    let mut command = home.command([
        "run",
        "--out",
        "out",
        "--endpoints=eu-*",
        "--rounds=2000",
        "--quiet",
    ]);
    command
        .args(["--endpoint-url", &urls[0], "--endpoint-url", &urls[1]])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = command.spawn().expect("starts");
    eventually("the run", || home.out().join("samples.csv").exists());
    // Long enough for calls that will never be answered to be under way.
    std::thread::sleep(Duration::from_millis(1500));
    signal(&running, Signal::INT);
    std::thread::sleep(Duration::from_millis(200));
    let again = stopwatch();
    signal(&running, Signal::INT);
    assert_eq!(running.wait().expect("ends").code(), Some(130));
    assert!(
        again.elapsed() < Duration::from_secs(20),
        "it waited all the same"
    );
}

#[test]
fn fault_39_a_signal_before_the_first_call_leaves_nothing_half_done() {
    let home = Home::new();
    let mut command = home.command(["run", "--out", "out"]);
    command
        .args(LONG)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let running = command.spawn().expect("starts");
    eventually("the signal thread", || {
        let threads = std::fs::read_dir(format!("/proc/{}/task", running.id())).expect("it runs");
        let name = |thread: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_to_string(thread.ok()?.path().join("comm")).ok()
        };
        threads
            .filter_map(name)
            .any(|name| name.trim() == "signals")
    });
    // The thread has to reach its first poll before signals are caught; until then they end the process all the same.
    std::thread::sleep(Duration::from_millis(20));
    signal(&running, Signal::INT);
    let ran = Ran::of(running.wait_with_output().expect("ends"));
    assert!(ran.code.is_none_or(|code| code == 130), "{ran:?}");
    let torn = home.out().join("run.json");
    assert!(!torn.exists() || stsbench::results::read(&home.out()).is_ok());
}

#[test]
fn fault_41_after_kill_9_the_whole_blocks_are_recovered_and_the_fleet_ends() {
    let home = Home::new();
    let mut running = under_way(&home);
    let fleet = children(&running);
    let kept = rows(&home.out());
    running.kill().expect("killed");
    running.wait().expect("collected");
    eventually("the end of the fleet", || {
        fleet.iter().all(|process| has_ended(process))
    });
    assert!(!home.out().join("run.json").exists(), "it never finished");
    home.run(["recover", "out"]).exits(0).says(&["recovered"]);
    let run = home.stored();
    assert_eq!(run.measured.completion, Completion::Recovered);
    assert!(
        measured(&run) as usize >= kept,
        "{} of {kept}",
        measured(&run)
    );
    assert!(
        home.result("report.md").contains("recover")
            || home.result("report.md").contains("rebuilt")
    );
}

/// Samples are written at the end of a block.
#[test]
fn fault_41_a_run_of_whose_calls_none_is_on_disk_is_no_data_and_keeps_its_journal() {
    for several in [&[][..], &["--windows=2"]] {
        let home = Home::new();
        let one_block = LONG
            .into_iter()
            .filter(|word| !word.starts_with("--blocks") && !word.starts_with("--rounds"))
            .chain(["--blocks=2", "--rounds=400"]);
        let mut running = started(&home, one_block.chain(several.iter().copied()));
        let below = home.out();
        let places = ["journal.jsonl", "windows/01/journal.jsonl"].map(|it| below.join(it));
        let journal = || places.iter().find(|journal| journal.exists());
        eventually("the journal", || journal().is_some());
        std::thread::sleep(Duration::from_millis(500));
        running.kill().expect("killed");
        running.wait().expect("collected");
        let journal = journal().expect("it stays");
        let before = std::fs::read(journal).expect("readable");
        for _ in 0..2 {
            let ran = home.run(["recover", "out"]);
            assert_eq!(ran.code, Some(5), "{}", ran.stderr);
            assert!(
                ran.stderr.contains("no call is on disk") && ran.stdout.is_empty(),
                "{}",
                ran.stderr
            );
            assert_eq!(std::fs::read(journal).expect("it stays"), before);
        }
        assert!(!home.out().join("run.json").exists());
    }
}

/// Starts the long run where no file may become larger than 20 KiB; its stderr goes into a file.
fn with_small_files(home: &Home) -> Child {
    let program = home.command(["run", "--out", "out"]);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -S -f 40; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args())
        .args(LONG)
        .current_dir(home.path())
        .env_clear()
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(home.path().join("stderr")).expect("created"));
    command.spawn().expect("starts")
}

fn said(home: &Home) -> String {
    std::fs::read_to_string(home.path().join("stderr")).expect("readable")
}

const NO_ROOM: &str = "samples.csv\": cannot be written: File too large";

#[test]
fn fault_37_files_that_cannot_grow_are_told_at_once_and_nothing_is_lost_when_they_can_again() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let home = Home::new();
    let mut running = with_small_files(&home);
    eventually("a warning while calls go on", || {
        said(&home).contains(NO_ROOM)
    });
    assert!(
        said(&home).contains("`stsbench recover "),
        "{}",
        said(&home)
    );
    let before = rows(&home.out());
    let unlimited = Rlimit {
        current: None,
        maximum: None,
    };
    prlimit(Some(Pid::from_child(&running)), Resource::Fsize, unlimited).expect("raised");
    eventually("what was held back", || {
        said(&home).contains("the files of the run are written again, and nothing is missing")
            && rows(&home.out()) > before + 30
    });
    signal(&running, Signal::INT);
    assert_eq!(running.wait().expect("ends").code(), Some(130));
    let run = home.stored();
    assert_eq!(measured(&run) as usize, rows(&home.out()));
    let warnings = said(&home).matches(NO_ROOM).count();
    assert_eq!(warnings, 1, "{}", said(&home));
}

#[test]
fn fault_37_a_limit_on_file_sizes_ends_a_run_with_6_and_what_was_kept_is_recovered() {
    let home = Home::new();
    let mut running = with_small_files(&home);
    eventually("a warning while calls go on", || {
        said(&home).contains(NO_ROOM)
    });
    signal(&running, Signal::INT);
    assert_eq!(
        running.wait().expect("ends").code(),
        Some(6),
        "{}",
        said(&home)
    );
    let kept = rows(&home.out());
    assert!(kept > 10 && said(&home).contains("File too large"));
    if !home.out().join("run.json").exists() {
        assert!(said(&home).contains("error: the run is not saved; `stsbench recover out`"));
        home.run(["recover", "out"]).exits(0);
    }
    let run = home.stored();
    assert!(
        measured(&run) as usize >= kept - 10,
        "{} of {kept}",
        measured(&run)
    );
}

#[test]
fn a_run_that_is_interrupted_before_its_first_call_says_so_and_leaves_nothing() {
    let home = Home::new();
    let begun = home.path().join("begun");
    let program = format!("sh -c 'touch {}; sleep 20'", begun.display());
    let home = home.file(
        ".aws/config",
        format!("[default]\nregion = eu-west-1\ncredential_process = {program}\n"),
    );
    let running = started(&home, ["--endpoints=global"]);
    eventually("the search for credentials", || begun.exists());
    signal(&running, Signal::INT);
    let ran = Ran::of(running.wait_with_output().expect("it ends")).exits(130);
    assert_eq!(
        ran.stderr.trim_end(),
        "interrupted before the first call; nothing is saved"
    );
    assert!(!home.out().exists());
}

#[test]
fn a_search_that_is_interrupted_ends_what_it_has_started() {
    let commands: [&[&str]; 2] = [
        &["run", "--endpoints=global", "--out=-"],
        &["doctor", "--credential-timeout=20s"],
    ];
    for command in commands {
        for (sent, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 143)] {
            let home = Home::new();
            let helper = home.path().join("helper");
            let begun = home.path().join("begun");
            // The child of the child is a session of its own.
            let program = format!(
                "sh -c 'setsid sleep 29 & echo $! > {0}; echo $$ >> {0}; mv {0} {1}; sleep 28'",
                helper.display(),
                begun.display()
            );
            let home = home.file(
                ".aws/config",
                format!("[default]\nregion = eu-west-1\ncredential_process = {program}\n"),
            );
            let mut running = home.command(command);
            running.stdout(Stdio::piped()).stderr(Stdio::piped());
            let running = running.spawn().expect("starts");
            eventually("the search for credentials", || begun.exists());
            let pids = std::fs::read_to_string(&begun).expect("readable");
            signal(&running, sent);
            let ran = Ran::of(running.wait_with_output().expect("it ends"));
            assert_eq!(ran.code, Some(code), "{command:?} {sent:?}: {}", ran.stderr);
            let is_alive = |pid: &str| {
                let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
                status.is_ok_and(|status| !status.contains("State:\tZ"))
            };
            eventually("the end of the helper", || !pids.lines().any(is_alive));
            assert_eq!(pids.lines().count(), 2);
        }
    }
}
