//! The question before a run of many calls: asked once, on a terminal alone, and before anything is sent.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Stdio};

use sts_emulator::Ledger;

use crate::support::{Home, Ran, TestEmulator, not_tested};

/// A run that may make up to its budget of calls, and takes half a second.
fn arguments(fleet: &TestEmulator) -> Vec<String> {
    let url = format!("--endpoint-url={}", fleet.plaintext("eu-central-1"));
    let mut all = vec!["run".to_owned(), "--out=out".to_owned(), url];
    all.extend(
        [
            "--endpoints=eu-central-1",
            "--operations=get-caller-identity",
            "--connections=warm",
            "--concurrency=1",
            "--duration=500ms",
            "--blocks=2",
            "--max-rate-per-endpoint=50000",
            "--max-requests=20001",
        ]
        .map(str::to_owned),
    );
    all
}

/// `text` as one word of a shell.
fn quoted(text: &OsStr) -> String {
    format!("'{}'", text.to_string_lossy().replace('\'', r"'\''"))
}

/// What `command` shows on a terminal on which that is typed; `None` where there is no `script`.
fn on_terminal(command: &Command, typed: &str) -> Option<Ran> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<String> = words.map(quoted).collect();
    let mut script = Command::new("script");
    script
        .args(["-q", "-e", "-c", &line.join(" "), "/dev/null"])
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("SHELL", "/bin/sh")
        .env("TERM", "dumb")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(directory) = command.get_current_dir() {
        script.current_dir(directory);
    }
    let Ok(mut child) = script.spawn() else {
        not_tested("script is not installed (Debian: bsdutils)");
        return None;
    };
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(typed.as_bytes()).expect("typed");
    // The terminal stays open while the program runs.
    let ended = child.wait_with_output().expect("it ends");
    drop(stdin);
    Some(Ran::of(ended))
}

/// What a run with these options more shows on a terminal, and what the service has seen of it.
fn typed(answer: &str, more: &[&str]) -> Option<(Ran, Ledger, Home)> {
    let fleet = TestEmulator::start("endpoints = \"eu-central-1\"\n");
    let home = fleet.user();
    let mut words = arguments(&fleet);
    words.extend(more.iter().map(|&word| word.to_owned()));
    let ran = on_terminal(&home.command(words), answer)?;
    Some((ran, fleet.finish(), home))
}

const QUESTION: &str = "Up to 20001 calls with your account";

#[test]
fn a_yes_lets_a_large_run_begin() {
    let Some((ran, ledger, home)) = typed("y\n", &[]) else {
        return;
    };
    assert_eq!(ran.stdout.matches(QUESTION).count(), 1, "{}", ran.stdout);
    assert!(ledger.requests() > 1, "{}", ran.stdout);
    assert!(home.out().join("run.json").exists(), "{}", ran.stdout);
}

#[test]
fn anything_else_ends_it_before_anything_is_sent() {
    for answer in ["n\n", "\n", "yess\n", "\u{4}"] {
        let Some((ran, ledger, home)) = typed(answer, &[]) else {
            return;
        };
        assert_eq!(ran.code, Some(2), "{answer:?}: {}", ran.stdout);
        assert!(
            ran.stdout.contains(QUESTION) && ran.stdout.contains("not begun"),
            "{answer:?}: {}",
            ran.stdout
        );
        assert_eq!(ledger.requests(), 0, "{answer:?}: {}", ran.stdout);
        assert!(!home.out().exists(), "{answer:?}");
    }
}

#[test]
fn who_said_yes_before_is_not_asked() {
    let Some((ran, ledger, _)) = typed("", &["--yes"]) else {
        return;
    };
    assert!(!ran.stdout.contains("Go on?"), "{}", ran.stdout);
    assert!(ledger.requests() > 1, "{}", ran.stdout);
}

#[test]
fn nobody_is_asked_where_there_is_no_terminal() {
    let fleet = TestEmulator::start("endpoints = \"eu-central-1\"\n");
    let ran = fleet.user().run(arguments(&fleet));
    assert!(!ran.stderr.contains("Go on?"), "{}", ran.stderr);
    assert!(fleet.finish().requests() > 1, "{}", ran.stderr);
}
