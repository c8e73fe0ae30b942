//! What every command does where its output goes nowhere, and that no locale, time zone or name of a place changes what is written.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use crate::shell::broken_pipe;
use crate::support::{Home, Ran, SMALL, subcommands};

/// Every command with words that let it print something; `NEW` is a directory of its own for each time.
const COMMANDS: [(&str, &[&str]); 20] = [
    ("run", &["--dry-run", "--endpoints=global"]),
    ("doctor", &["--offline"]),
    ("advise", &["out"]),
    ("report", &["out"]),
    ("view", &["shared.zip"]),
    (
        "chart",
        &["--kind=endpoints", "--format=svg", "--out=-", "out"],
    ),
    ("merge", &["first", "second", "--out=NEW"]),
    ("compare", &["out", "again"]),
    ("trend", &["out", "again"]),
    ("matrix", &["out", "elsewhere"]),
    ("push", &["--store=NEW", "out"]),
    ("baseline", &["list", "--history=out"]),
    ("recover", &["NEW"]),
    ("endpoints", &[]),
    ("operations", &[]),
    ("emulate", &["--endpoints=global", "--until-stdin-ends"]),
    ("config", &["show"]),
    ("completions", &["bash"]),
    ("man", &[]),
    // What it measures takes half a minute: a test of certificate.rs.
    ("selftest", &["--help"]),
];

/// The only command that does not end by itself; it is tried in serve.rs.
const ENDLESS: &str = "serve";

/// What the one does is said on stderr, and the other has nothing to list.
const SILENT: [&str; 2] = ["push", "baseline"];

/// A home with saved runs, a bundle, and the directory of a run that was cut off.
fn with_runs() -> Home {
    let home = Home::new();
    let saved = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs");
    for (name, golden) in [
        ("out", "pair-baseline"),
        ("again", "pair-candidate"),
        ("elsewhere", "audit"),
        ("first", "windows-a"),
        ("second", "windows-b"),
        ("cut", "cut-off"),
    ] {
        copy(&saved.join(golden), &home.path().join(name));
    }
    home.run(["report", "out", "--redact", "--bundle", "shared.zip"])
        .exits(0);
    home
}

/// Copies the files of a directory.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("created");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
    }
}

/// The command with its output going there.
fn printing_to(home: &Home, command: &str, words: &[&str], stdout: Stdio) -> Ran {
    let new = home.path().join("new");
    match std::fs::remove_dir_all(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => panic!("{error}"),
        _ => {}
    }
    if command == "recover" {
        copy(&home.path().join("cut"), &new);
    }
    let words = words.iter().map(|word| word.replace("NEW", "new"));
    let words = std::iter::once(command.to_owned()).chain(words);
    let mut command = home.command(words);
    command.stdout(stdout).stderr(Stdio::piped());
    Ran::of(command.output().expect("runs"))
}

#[test]
fn bad_130_every_command_bears_a_reader_that_has_gone_and_tells_a_full_disk() {
    let home = with_runs();
    let mut known: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    known.push(ENDLESS);
    let mut all = subcommands();
    all.sort();
    known.sort_unstable();
    assert_eq!(all, known, "a command that is added is tried here");
    let formats = [
        "markdown",
        "csv",
        "json",
        "html",
        "github-summary",
        "slack",
        "badge",
        "junit",
        "github-action-benchmark",
        "bencher",
        "hyperfine",
        "otava",
        "openmetrics",
        "hlog",
    ];
    let formats = formats.map(|format| ["--format", format, "out"]);
    let reports = formats.iter().map(|words| ("report", &words[..]));
    for (name, words) in COMMANDS.into_iter().chain(reports) {
        let plain = printing_to(&home, name, words, Stdio::piped());
        assert!(!matches!(plain.code, Some(2 | 6 | 70)), "{name}: {plain:?}");
        let is_silent = plain.stdout.is_empty();
        assert_eq!(
            is_silent,
            SILENT.contains(&name),
            "{name} {words:?}: {plain:?}"
        );
        let gone = printing_to(&home, name, words, broken_pipe().into());
        let said = format!("{name} {words:?}: {gone:?} and not {:?}", plain.code);
        assert_eq!(gone.code, plain.code, "{said}");
        assert!(!gone.stderr.contains("internal error"), "{said}");
        assert!(!gone.stderr.contains("panicked"), "{said}");
        let full = std::fs::File::options().write(true).open("/dev/full");
        let full = printing_to(&home, name, words, full.expect("there").into());
        let expected = if is_silent { plain.code } else { Some(6) };
        assert_eq!(full.code, expected, "{name} {words:?}: {full:?}");
        // Of a help the exit code alone says it.
        let is_told = full.stderr.contains("No space left");
        assert!(is_told || is_silent || words == ["--help"], "{full:?}");
    }
}

#[test]
fn a_locale_a_time_zone_and_the_name_of_a_place_change_nothing_in_what_is_written() {
    for vantage in [
        "Zürich, \"DC1\"",
        "=cmd|' /C calc'!A0",
        "-1+1",
        "@x\u{2028}y",
    ] {
        let home = Home::new();
        let place = format!("--vantage={vantage}");
        home.measure(&[&SMALL[..], &[&place]].concat()).measures();
        let elsewhere = |home: Home, zone: &str, locale: &str| {
            home.set("TZ", zone)
                .set("LC_ALL", locale)
                .set("LANG", locale)
        };
        for format in [
            "terminal",
            "markdown",
            "csv",
            "json",
            "html",
            "junit",
            "openmetrics",
            "hlog",
        ] {
            let words = ["report", "--format", format, "out"];
            let there = home.run(words).exits(0).stdout;
            assert!(!there.is_empty(), "{format}");
            for (zone, locale) in [
                ("Asia/Kolkata", "de_DE.UTF-8"),
                ("Australia/Lord_Howe", "tr_TR.UTF-8"),
            ] {
                let other = elsewhere(Home::new(), zone, locale);
                let mut command = other.command(words);
                command.current_dir(home.path());
                let here = Ran::of(command.output().expect("runs")).exits(0).stdout;
                assert_eq!(here, there, "{format} with {zone}, {locale}, {vantage}");
            }
        }
        rectangular(&home.run(["report", "--format=csv", "out"]).exits(0).stdout);
        rectangular(&home.result("samples.csv"));
    }
}

/// Every row has as many cells as the first, and none is a formula.
#[track_caller]
fn rectangular(text: &str) {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    // The reader refuses rows of another width.
    let rows: Result<Vec<csv::StringRecord>, csv::Error> = reader.records().collect();
    let rows = rows.expect("a table");
    assert!(rows.len() > 1, "{text}");
    for cell in rows.iter().flatten() {
        let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!is_formula || cell.parse::<f64>().is_ok(), "{cell}");
    }
}
