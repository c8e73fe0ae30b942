//! A run doubts itself when the machine that measures is held up, starved or asked for too much, and only then.

use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use stsbench::health::Health;
use stsbench::judge;
use stsbench::results::Run;
use stsbench::results::{Check, CheckVerdict};

use crate::support::{FAST, Home, Ran, TestEmulator, alone, eventually, signal, stopwatch};

fn check(run: &Run, name: &str) -> Check {
    let checks = judge::summarise(run).checks;
    checks
        .into_iter()
        .find(|check| check.name == name)
        .unwrap_or_else(|| panic!("{name} is always there"))
}

fn verdict(run: &Run, name: &str) -> CheckVerdict {
    check(run, name).verdict
}

fn health(run: &Run) -> &Health {
    run.conditions.health.as_ref().expect("a run is watched")
}

/// One endpoint of a fleet without distance, over plaintext, warm.
fn arguments(fleet: &TestEmulator, more: &[&str]) -> Vec<String> {
    let url = fleet.plaintext("eu-central-1");
    let common = [
        "--endpoint-url",
        &url,
        "--endpoints=eu-central-1",
        "--operations=get-caller-identity",
    ];
    let rest = [
        "--connections=warm",
        "--arrivals=constant",
        "--blocks=2",
        "--warmup-rounds=0",
        "--seed=5",
        "--quiet",
        "--full",
    ];
    let rest = rest.iter().chain(&["--max-rate-per-endpoint=100000"]);
    common
        .iter()
        .chain(rest)
        .chain(more)
        .map(|argument| (*argument).to_owned())
        .collect()
}

fn fleet() -> TestEmulator {
    TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"))
}

#[test]
fn fault_42_a_process_that_is_stopped_sees_how_often_and_for_how_long() {
    let _turn = alone();
    let (fleet, lengths) = (fleet(), [50, 200, 1000].map(Duration::from_millis));
    let home = fleet.user();
    let mut command = home.command(["run", "--out", "out"]);
    command.args(arguments(&fleet, &["--rate=50", "--duration=6s"]));
    let running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let samples = home.out().join("samples.csv");
    eventually("the results' directory", || samples.exists());
    std::thread::sleep(Duration::from_secs(1));
    let mut stopped_for = Vec::new();
    for length in lengths {
        let began = stopwatch();
        signal(&running, Signal::STOP);
        std::thread::sleep(length);
        signal(&running, Signal::CONT);
        stopped_for.push(began.elapsed());
        std::thread::sleep(Duration::from_millis(400));
    }
    Ran::of(running.wait_with_output().expect("ends")).measures();
    let run = home.stored();
    let stalls = &health(&run).stalls;
    assert!(stalls.number >= 3, "{stalls:?}");
    // A busy machine adds stalls of its own; each of ours has to be among those seen, shorter by
    // what a signal and a heartbeat can take there.
    for stopped in &stopped_for {
        let heartbeat = Duration::from_nanos(stalls.heartbeat_ns);
        let seen = stalls
            .first
            .iter()
            .map(|stall| Duration::from_nanos(stall.length_ns));
        let sized = |seen: Duration| {
            (*stopped - heartbeat * 4..*stopped + Duration::from_millis(60)).contains(&seen)
        };
        assert!(
            seen.clone().any(sized),
            "{stopped:?} among {:?}",
            seen.collect::<Vec<_>>()
        );
    }
    // 1.25 s at 50 calls a second were due while it stood still.
    assert!((45..=150).contains(&stalls.calls_touched), "{stalls:?}");
    assert_eq!(stalls.calls, 300);
    assert_eq!(
        verdict(&run, "stalls"),
        CheckVerdict::Invalid,
        "a fifth of the calls"
    );
    assert_eq!(
        check(&run, "stalls").reach.from_percentile,
        Some(0.5),
        "so p50 is gone, and all above it"
    );
    assert_eq!(
        verdict(&run, "schedule-slip"),
        CheckVerdict::Invalid,
        "they were sent when it ran again"
    );
    assert!(home.result("report.md").contains("INVALID, V3 stalls"));
}

#[test]
fn a_rate_beyond_the_machine_is_invalid_and_says_why() {
    let _turn = alone();
    let fleet = fleet();
    let home = fleet.user();
    let more = [
        "--rate=50000",
        "--duration=400ms",
        "--connections-per-target=64",
    ];
    let arguments = arguments(&fleet, &more);
    let ran = home
        .measure(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
        .exits(3);
    let run = home.stored();
    // Which limit is met first depends on whether the processor is busy with this program or with others.
    let limits = [
        "measuring-cpu",
        "run-queue",
        "saturation",
        "schedule-slip",
        "achieved-calls",
    ];
    let met = limits
        .iter()
        .find(|&&name| verdict(&run, name) == CheckVerdict::Invalid)
        .expect("a limit is met");
    let met = check(&run, met).title();
    assert!(
        ran.stdout.contains(&format!("INVALID: {met}")) && ran.stdout.contains("lower"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        verdict(&run, "achieved-calls"),
        CheckVerdict::Invalid,
        "every call was made, and late"
    );
}

/// The same command on that processor only, behind everybody else.
#[cfg(target_os = "linux")]
fn starved(command: &Command, processor: &str) -> Command {
    let mut starved = Command::new("taskset");
    starved
        .args(["-c", processor, "nice", "-n", "19"])
        .arg(command.get_program())
        .args(command.get_args());
    starved
        .env_clear()
        .stdin(Stdio::null())
        .current_dir(command.get_current_dir().expect("the home"));
    starved.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    starved.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    starved
}

/// A process that does nothing but keep that processor busy, until it is dropped.
#[cfg(target_os = "linux")]
struct Spinning(std::process::Child);

#[cfg(target_os = "linux")]
impl Drop for Spinning {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_starved_run_is_invalid_and_says_why() {
    let _turn = alone();
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let allowed = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
        .expect("a line of it")
        .trim();
    let processor = allowed.split([',', '-']).next().expect("one at least");
    let fleet = fleet();
    let home = fleet.user();
    let mut command = home.command(["run", "--out", "out"]);
    command.args(arguments(&fleet, &["--rate=100", "--duration=4s"]));
    let mut command = starved(&command, processor);
    let running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("taskset is part of util-linux");
    let samples = home.out().join("samples.csv");
    eventually("the results' directory", || samples.exists());
    // Only while it measures: the rest of the program would take a minute. The limit is for the case that nobody ends it.
    let spin = [
        "-c",
        processor,
        "sh",
        "-c",
        "ulimit -t 60; while :; do :; done",
    ];
    let spinning = Spinning(
        Command::new("taskset")
            .args(spin)
            .spawn()
            .expect("taskset is part of util-linux"),
    );
    std::thread::sleep(Duration::from_secs(5));
    drop(spinning);
    let ran = Ran::of(running.wait_with_output().expect("ends")).exits(3);
    let run = home.stored();
    let waited = health(&run)
        .processor
        .as_ref()
        .map(|processor| processor.waited_ns / processor.turns.max(1));
    assert!(
        waited.is_some_and(|waited| waited > 500_000),
        "{:?}",
        health(&run)
    );
    assert_ne!(verdict(&run, "run-queue"), CheckVerdict::Ok);
    assert!(ran.stdout.contains("INVALID: "), "{}", ran.stdout);
}

#[test]
fn a_rate_beyond_the_connections_is_invalid_and_not_the_machine_s_fault() {
    let _turn = alone();
    let slow = "endpoints = \"eu-central-1\"\nlink = \"undelayed\"\n\
        [service_time.get-caller-identity]\nmedian_ms = 50\nsigma = 0\n";
    let fleet = TestEmulator::start(slow);
    let home = fleet.user();
    // Two connections carry 40 calls a second.
    let more = ["--rate=80", "--duration=4s", "--connections-per-target=2"];
    let arguments = arguments(&fleet, &more);
    let ran = home
        .measure(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
        .exits(3);
    assert!(
        ran.stdout.contains("INVALID: V2 saturation"),
        "{}",
        ran.stdout
    );
    let words: String = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("the plan asks for 80") && words.contains("--connections-per-target"),
        "{words}"
    );
    assert_ne!(
        verdict(&home.stored(), "measuring-cpu"),
        CheckVerdict::Invalid
    );
}

#[test]
fn a_quiet_run_has_nothing_to_say_about_its_machine() {
    let _turn = alone();
    let mut doubts = Vec::new();
    for _ in 0..3 {
        let home = Home::new();
        let arguments =
            "--simulate --endpoints=global,eu-central-1 --rounds=16 --blocks=4 --seed=3 --quiet";
        home.measure(&arguments.split_whitespace().collect::<Vec<_>>())
            .measures();
        let run = home.stored();
        let watched = health(&run);
        let clocks = watched
            .clocks
            .as_ref()
            .expect("Linux and macOS have the clocks");
        assert_eq!((clocks.steps, clocks.suspensions), (0, 0));
        assert!(watched.process_cpu_ns.is_some_and(|cpu| cpu > 0));
        if cfg!(target_os = "linux") {
            assert!(watched.host.is_some(), "{watched:?}");
        }
        assert!(home.result("report.md").contains("| machine |"));
        // Other tests and other programs keep the machine busy, and may spoil a run or two.
        let names = ["measuring-cpu", "stalls", "clock-steps", "suspension"];
        doubts = names
            .into_iter()
            .filter(|name| verdict(&run, name) > CheckVerdict::Unknown)
            .collect();
        if doubts.is_empty() {
            return;
        }
    }
    panic!("{doubts:?}");
}
