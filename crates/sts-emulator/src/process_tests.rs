//! Children that are shell scripts: what is made of programs that refuse, end early or print something else.

use std::io::Write as _;

use tempfile::TempDir;

use super::*;
use crate::EmulatorConfig;
use crate::emulator_thread::EmulatorThread;

/// A program with this body; it ends with the directory.
///
/// Another process writes it. A file that this one had open for writing could not be executed while a child that another
/// test starts at that moment still holds a copy of the descriptor.
fn script(body: &str) -> (TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("emulator");
    let mut writer = Command::new("sh")
        .args(["-c", "cat >\"$0\" && chmod 700 \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = writer.stdin.take().expect("piped");
    write!(input, "#!/bin/sh\n{body}\n").expect("written");
    drop(input);
    assert!(writer.wait().expect("ends").success());
    (directory, path)
}

fn start(body: &str) -> Result<EmulatorProcess, EmulatorProcessError> {
    let (_directory, program) = script(body);
    EmulatorProcess::start(program, ["--seed", "7"])
}

fn start_fails(body: &str) -> EmulatorProcessError {
    start(body).expect_err("this is no emulator")
}

/// The lines of a real emulator, as single-quoted `echo` commands, and its ledger.
fn announcements() -> (String, Ledger) {
    let spec = EmulatorConfig {
        endpoints: "global,eu-central-1".to_owned(),
        ..EmulatorConfig::default()
    };
    let fleet = EmulatorThread::start(spec).expect("it starts");
    let view = fleet.view();
    let lines = view
        .announcements()
        .iter()
        .map(|line| {
            format!(
                "cat <<'END'\n{}\nEND\n",
                serde_json::to_string(line).expect("JSON")
            )
        })
        .collect();
    (lines, fleet.shutdown())
}

#[test]
fn a_program_that_does_not_exist_is_not_started() {
    let error = EmulatorProcess::start("/nonexistent", ["x"]).expect_err("there is none");
    assert!(matches!(error, EmulatorProcessError::NotStarted(_)));
}

#[test]
fn a_refusal_is_passed_on_in_the_programs_own_words() {
    let error = start_fails("echo 'error: --seed is too large' >&2; exit 2");
    assert_eq!(error.to_string(), "--seed is too large");
}

#[test]
fn a_program_that_ends_early_has_not_served() {
    let error = start_fails("exit 0");
    assert!(
        matches!(&error, EmulatorProcessError::Ended(how) if how == "exit status: 0"),
        "{error:?}"
    );
}

#[test]
fn a_program_that_is_killed_before_it_serves_says_by_which_signal() {
    let error = start_fails("kill -9 $$");
    assert_eq!(
        error.to_string(),
        "the simulated fleet ended before it served (signal: 9 (SIGKILL))"
    );
    assert!(error.is_end());
}

#[test]
fn a_program_that_is_stopped_before_it_serves_is_not_waited_for_as_long_as_a_slow_one() {
    let before = clock::monotonic();
    let error = start_fails("kill -STOP $$; exit 0");
    assert!(
        matches!(error, EmulatorProcessError::Stopped(_)),
        "{error:?}"
    );
    assert!(clock::monotonic() - before < Duration::from_secs(30));
    assert!(error.to_string().contains("was stopped") && error.is_end());
}

#[test]
fn output_of_another_kind_is_refused() {
    assert!(matches!(
        start_fails("echo hello; exec sleep 60"),
        EmulatorProcessError::Malformed(_)
    ));
    let ledger = serde_json::to_string(&Announcement::Ledger(Ledger::default())).expect("JSON");
    assert!(matches!(
        start_fails(&format!("echo '{ledger}'")),
        EmulatorProcessError::NotAnnouncedFirst
    ));
}

#[test]
fn an_emulator_that_announces_too_few_endpoints_is_refused() {
    let (lines, _) = announcements();
    let first = lines.split_inclusive("END\n").next().expect("a line");
    let error = start_fails(first);
    assert!(matches!(error, EmulatorProcessError::Ended(_)), "{error:?}");
    let error = start_fails(&format!("{first}{first}"));
    assert!(
        matches!(error, EmulatorProcessError::TooFewEndpoints),
        "{error:?}"
    );
}

#[test]
fn the_ledger_comes_when_standard_input_has_ended() {
    let (lines, ledger) = announcements();
    let last = serde_json::to_string(&Announcement::Ledger(ledger.clone())).expect("JSON");
    let process = start(&format!("{lines}cat\necho '{last}'")).expect("it serves");
    assert_eq!(process.endpoints().len(), 2);
    assert_eq!(process.addresses().count(), 2);
    assert!(process.endpoint("global").is_some() && process.endpoint("us-west-2").is_none());
    assert!(process.credentials().is_some());
    assert_eq!(process.finish().expect("a ledger"), ledger);
}

#[test]
fn an_emulator_that_dies_leaves_no_ledger_and_says_how_it_ended() {
    let (lines, _) = announcements();
    let process =
        start(&format!("{lines}cat\necho 'error: broken' >&2\nexit 1")).expect("it served");
    let error = process.finish().expect_err("no ledger").to_string();
    assert_eq!(
        error,
        "the simulated fleet ended without its ledger (exit status: 1: broken)"
    );
}

#[test]
fn an_emulator_that_dies_early_is_noticed_at_once_and_its_end_is_told() {
    let (lines, _) = announcements();
    for (last, how) in [
        ("exit 3", "exit status: 3"),
        ("kill -9 $$", "signal: 9 (SIGKILL)"),
    ] {
        let (ended, told) = std::sync::mpsc::channel();
        let (_directory, program) = script(&format!("{lines}{last}"));
        let link = PreparedLink {
            link: crate::Link::Bytes,
            why_not_kernel: None,
        };
        let process = EmulatorProcess::start_over(link, program, ["--seed", "7"], move || {
            ended.send(()).ok();
        })
        .expect("it served");
        told.recv().expect("whoever waits is told");
        let error = process
            .finish()
            .expect_err("it was not told to end")
            .to_string();
        assert_eq!(
            error,
            format!("the simulated fleet ended unexpectedly ({how})")
        );
    }
}

#[test]
fn an_emulator_that_does_not_answer_is_killed() {
    let (lines, _) = announcements();
    let process = start(&format!("{lines}exec sleep 1000")).expect("it served");
    let id = process.id();
    let error = process.finish().expect_err("no ledger");
    assert!(
        matches!(error, EmulatorProcessError::Silent(_)),
        "{error:?}"
    );
    assert!(!std::path::Path::new(&format!("/proc/{id}")).exists());
}

#[test]
fn the_child_gets_the_arguments_and_nothing_of_the_environment() {
    let (lines, ledger) = announcements();
    let last = serde_json::to_string(&Announcement::Ledger(ledger)).expect("JSON");
    // A shell sets variables of its own; cargo's would be inherited.
    let check = r#"[ "$*" = "emulate --until-stdin-ends --seed 7" ] && [ -z "$CARGO_MANIFEST_DIR" ] || exit 1"#;
    let process = start(&format!("{check}\n{lines}cat\necho '{last}'"));
    process.expect("it serves").finish().expect("a ledger");
}

#[test]
fn a_prepared_link_is_named_to_the_child_and_its_reason_kept() {
    let (lines, _) = announcements();
    let (_directory, program) = script(&format!(
        "[ \"$3 $4\" = '--link bytes' ] || exit 1\n{lines}exec cat"
    ));
    let link = PreparedLink {
        link: crate::Link::Bytes,
        why_not_kernel: Some("no rights".to_owned()),
    };
    let process =
        EmulatorProcess::start_over(link, program, ["--seed", "7"], || ()).expect("it serves");
    assert_eq!(
        process.announcement().why_not_kernel.as_deref(),
        Some("no rights")
    );
    assert_ne!(process.id(), std::process::id());
}
