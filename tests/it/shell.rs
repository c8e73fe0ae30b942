//! How the program behaves towards shells, terminals and other programs.

use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use crate::support::{CLIENTS, Home, KEY_ID, Ran, SECRET, SMALL};

const ESCAPE: char = '\u{1b}';

#[test]
fn help_and_version_go_to_stdout_without_colours_for_a_pipe() {
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["endpoints", "-h"],
        &["--version"],
    ] {
        let ran = Home::new().run(arguments).exits(0);
        assert!(
            ran.stdout.contains("stsbench") && ran.stderr.is_empty(),
            "{ran:?}"
        );
        assert!(!ran.stdout.contains(ESCAPE), "{}", ran.stdout);
    }
    let version = Home::new().run(["--version"]).stdout;
    assert_eq!(version, format!("stsbench {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_names_every_exit_code() {
    let help = Home::new().run(["--help"]).exits(0).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "0 done",
        "1 gate violated",
        "2 usage",
        "3 measurement invalid",
        "4 credentials",
        "5 no endpoint",
        "6 report not written",
        "7 gate or comparison inconclusive",
        "130/143",
    ] {
        assert!(help.contains(words), "{words:?} is not in {help}");
    }
}

#[test]
fn without_a_subcommand_the_help_goes_to_stderr() {
    let ran = Home::new().run::<&str>([]).exits(2);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("Usage:"),
        "{ran:?}"
    );
}

#[test]
fn completions_and_the_manual_page_come_from_the_command_line_itself() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Home::new().run(["completions", shell]).exits(0).stdout;
        assert!(script.contains("STSBENCH_COMPLETE"), "{shell}");
    }
    let page = Home::new().run(["man"]).exits(0).stdout;
    assert!(
        page.contains(".TH stsbench") && page.contains("Exit codes"),
        "{page}"
    );
    Home::new()
        .run(["completions", "tcsh"])
        .refuses(2, &["tcsh", "bash"]);
}

#[test]
fn the_endpoints_are_the_same_in_all_formats() {
    let list = |format: &str, selector: &str| {
        Home::new()
            .run(["endpoints", "--format", format, selector])
            .exits(0)
            .stdout
    };
    let json: serde_json::Value =
        serde_json::from_str(&list("json", "global,default")).expect("JSON");
    let json = json.as_array().expect("a list");
    assert_eq!(json.len(), 18);
    let names: Vec<_> = json
        .iter()
        .map(|endpoint| endpoint["name"].as_str().expect("a name"))
        .collect();
    let csv = list("csv", "global,default");
    let rows: Vec<_> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().expect("a cell"))
        .collect();
    assert_eq!(rows, names);
    let table = list("table", "global,default");
    assert!(
        table.contains("18 endpoints") && names.iter().all(|name| table.contains(name)),
        "{table}"
    );
    assert!(!table.contains(ESCAPE));
    let all: serde_json::Value = serde_json::from_str(
        &Home::new()
            .run(["endpoints", "--format=json"])
            .exits(0)
            .stdout,
    )
    .expect("JSON");
    assert_eq!(
        json.iter().filter(|e| e["activation"] == "default").count(),
        18
    );
    let partitions: std::collections::BTreeSet<_> = all
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|e| e["partition"].as_str())
        .collect();
    assert!(partitions.len() >= 5, "{partitions:?}");
}

#[test]
fn what_is_known_and_not_known_of_an_endpoint_stands_beside_it_in_every_format() {
    let selector = "global,fips:us-east-1,fips:eu-central-1,dualstack:eu-west-1,eu-south-1,me-west-1,cn-north-1";
    for (name, scope, signed_for, partition, state, known) in [
        (
            "global",
            "global",
            "us-east-1",
            "aws",
            "default",
            "Amazon's resolver was asked",
        ),
        (
            "fips-us-east-1",
            "fips",
            "us-east-1",
            "aws",
            "default",
            "FIPS host listed by AWS",
        ),
        (
            "fips-eu-central-1",
            "fips",
            "eu-central-1",
            "aws",
            "default",
            "no FIPS host there",
        ),
        (
            "dualstack-eu-west-1",
            "dualstack",
            "eu-west-1",
            "aws",
            "default",
            "not verified to answer",
        ),
        (
            "eu-south-1",
            "regional",
            "eu-south-1",
            "aws",
            "opt-in",
            "Europe (Milan)",
        ),
        (
            "me-west-1",
            "regional",
            "me-west-1",
            "aws",
            "announced",
            "no STS endpoint published",
        ),
        (
            "cn-north-1",
            "regional",
            "cn-north-1",
            "aws-cn",
            "default",
            "no global endpoint",
        ),
    ] {
        for format in ["table", "csv", "json"] {
            let text = Home::new()
                .run(["endpoints", "--format", format, selector])
                .exits(0)
                .stdout;
            let (quoted, spaced) = (format!("\"name\": \"{name}\""), format!(" {name} "));
            let entry = match format {
                "json" => text.split("  {").find(|entry| entry.contains(&quoted)),
                "csv" => text
                    .lines()
                    .find(|line| line.split(',').next() == Some(name)),
                _ => text.lines().find(|line| line.starts_with(&spaced)),
            };
            let entry = entry.unwrap_or_else(|| panic!("{name} is not in the {format}: {text}"));
            for word in [scope, signed_for, partition, state, known] {
                assert!(
                    entry.contains(word),
                    "{word:?} is not in the {format}: {entry}"
                );
            }
        }
    }
}

/// A pipe whose reader is gone.
pub fn broken_pipe() -> OwnedFd {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

#[test]
fn bad_130_a_reader_that_has_gone_away_is_no_error() {
    let report = Home::new();
    report.measure(&SMALL).measures();
    for arguments in [
        &["endpoints"][..],
        &["--help"],
        &["man"],
        &["completions", "bash"],
        &["report", "out"],
    ] {
        let output = report
            .command(arguments)
            .stdout(broken_pipe())
            .stderr(Stdio::piped())
            .output()
            .expect("runs");
        assert_eq!(Ran::of(output).exits(0).stderr, "", "{arguments:?}");
    }
    let arguments: Vec<_> = ["run", "--out", "again"].into_iter().chain(SMALL).collect();
    let output = report
        .command(arguments)
        .stdout(broken_pipe())
        .stderr(Stdio::piped())
        .output()
        .expect("runs");
    let ran = Ran::of(output).measures();
    assert!(!ran.stderr.contains("internal error"), "{}", ran.stderr);
    assert!(
        report.path().join("again/run.json").exists(),
        "the report is saved all the same"
    );
}

#[test]
fn bad_130_head_reads_one_line() {
    let script = "\"$0\" endpoints | head -1; echo ${PIPESTATUS[0]}";
    let output = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_stsbench")])
        .output()
        .expect("runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.starts_with(" NAME") || text.starts_with("NAME"),
        "{text}"
    );
    assert_eq!(text.lines().last(), Some("0"), "{text}");
}

#[test]
fn bad_130_closed_standard_streams_are_no_panic() {
    for closing in [">&-", "2>&-", "<&-", ">&- 2>&- <&-"] {
        let script = format!("exec \"$0\" run --out out {} {closing}", SMALL.join(" "));
        let home = Home::new();
        let mut shell = Command::new("bash");
        shell
            .args(["-c", &script, env!("CARGO_BIN_EXE_stsbench")])
            .env_clear()
            .current_dir(home.path());
        let ran = Ran::of(shell.output().expect("runs")).measures();
        assert!(!ran.stderr.contains("internal error"), "{}", ran.stderr);
        assert_eq!(home.stored().measured.series.len(), 2, "{closing}");
    }
}

#[test]
fn a_full_standard_output_is_told() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("there")
    };
    let home = Home::new();
    for arguments in [&["endpoints"][..], &["--help"]] {
        let output = home
            .command(arguments)
            .stdout(full())
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(6), "{arguments:?}");
    }
}

#[test]
fn bad_129_odd_terminals_get_plain_text() {
    for (name, value) in [
        ("TERM", "dumb"),
        ("TERM", ""),
        ("COLUMNS", "0"),
        ("LANG", "C"),
        ("LC_ALL", "xx_XX"),
        ("NO_COLOR", "1"),
    ] {
        let home = Home::new().set(name, value);
        for arguments in [&["endpoints", "global"][..], &["run", "--help"]] {
            let ran = home.run(arguments).exits(0);
            assert!(!ran.stdout.contains(ESCAPE), "{name}={value}");
        }
    }
    let home = Home::new()
        .set("NO_COLOR", "1")
        .set("TERM", "dumb")
        .set("COLUMNS", "0");
    let ran = home.measure(&SMALL).measures();
    assert!(!ran.stdout.contains(ESCAPE) && !ran.stderr.contains(ESCAPE));
    let coloured = home
        .run(["report", "--color", "always", "out"])
        .exits(0)
        .stdout;
    assert!(coloured.contains(ESCAPE), "asked for in so many words");
}

#[test]
fn bad_131_a_time_zone_that_is_none_changes_nothing() {
    let home = Home::new().set("TZ", "garbage/nowhere");
    home.measure(&SMALL).measures();
    assert!(home.stored().header.started_at.ends_with('Z'));
}

#[test]
fn results_go_to_stdout_and_talk_to_stderr() {
    let home = Home::new().set("CI", "true");
    let mut arguments = SMALL.to_vec();
    arguments.retain(|argument| *argument != "--progress=never");
    arguments.push("--format=json");
    let ran = home.measure(&arguments).measures();
    let report: serde_json::Value =
        serde_json::from_str(&ran.stdout).expect("stdout is the report and nothing else");
    assert!(report.is_object());
    assert!(
        ran.stderr.contains("calls to 2 simulated endpoints") && ran.stderr.contains("results in"),
        "{}",
        ran.stderr
    );
    let quiet = home
        .run(["run", "--out", "q", "--quiet"].into_iter().chain(SMALL))
        .measures();
    assert_eq!(
        quiet.stderr, "no p50: global get-caller-identity warm and 1 more (exit code 3)\n",
        "nothing but why so short a run does not end with 0"
    );
}

#[test]
fn simulating_never_touches_the_users_credentials() {
    let home = Home::new();
    let touched = home.path().join("touched");
    let config = format!(
        "[default]\ncredential_process = touch {}\n",
        touched.display()
    );
    let aws = home.path().join(".aws/config");
    let home = home
        .file(".aws/config", config)
        .set("AWS_CONFIG_FILE", &aws)
        .set("AWS_PROFILE", "default");
    home.measure(&SMALL).measures();
    assert!(!touched.exists(), "the user's credential_process has run");
    let with_keys = Home::with_keys(KEY_ID, SECRET);
    with_keys.measure(&SMALL).measures();
    let caller = with_keys
        .stored()
        .header
        .caller
        .expect("the fleet told who called");
    assert_eq!(caller.source, "the simulated fleet");
}

#[test]
fn fault_55_proxies_in_the_environment_are_named_and_not_used() {
    let proxy = crate::support::Untouched::new();
    let home = Home::new();
    let home = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ]
    .into_iter()
    .fold(home, |home, name| home.set(name, proxy.url()));
    for &client in CLIENTS {
        let arguments = ["run", "--out", client, "--client", client]
            .into_iter()
            .chain(SMALL);
        home.run(arguments)
            .measures()
            .says(&["HTTPS_PROXY", "ignored"]);
    }
    proxy.check();
}

#[test]
fn a_dry_run_names_calls_events_and_hosts_and_sends_nothing() {
    let shown = Home::new()
        .run(["run", "--dry-run", "--rounds", "32"])
        .exits(0)
        .stdout;
    for words in [
        "calls",
        "CloudTrail",
        "hosts",
        "https://sts.amazonaws.com",
        "https://sts.eu-central-1.amazonaws.com",
        "seed",
    ] {
        assert!(shown.contains(words), "{words:?} is not in {shown}");
    }
    assert_eq!(shown.matches("https://sts.").count(), 18);
}

#[test]
fn an_emulated_fleet_ends_with_its_input() {
    let mut child = Home::new()
        .command(["emulate", "--until-stdin-ends", "--endpoints", "global"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    drop(child.stdin.take());
    let mut said = String::new();
    child
        .stdout
        .take()
        .expect("piped")
        .read_to_string(&mut said)
        .expect("text");
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    let lines: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| line["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["fleet", "endpoint", "ledger"]);
}
