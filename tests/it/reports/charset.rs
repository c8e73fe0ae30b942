//! Which characters are printed where: for people in what their terminal shows, for programs and in files in UTF-8.

use std::path::{Path, PathBuf};

use crate::support::{Home, SMALL, subcommands};

fn golden(run: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/golden-runs")
        .join(run)
        .join("run.json")
}

fn user(locale: &str) -> Home {
    Home::new()
        .set("LC_ALL", locale)
        .set("AWS_EC2_METADATA_DISABLED", "true")
        .set("AWS_REGION", "eu-central-1")
}

/// Command lines that print something for people.
fn for_people() -> Vec<Vec<String>> {
    let audit = golden("audit").display().to_string();
    let (before, after) = (golden("pair-baseline"), golden("pair-candidate"));
    let (before, after) = (before.display().to_string(), after.display().to_string());
    let all: Vec<Vec<&str>> = vec![
        vec!["report", &audit],
        vec!["report", &audit, "--full"],
        vec!["report", &audit, "--all", "--verbose"],
        vec!["compare", &before, &after],
        vec!["trend", &before, &after, "--full"],
        vec!["matrix", &audit, &before, "--full"],
        vec!["advise", &audit],
        vec!["doctor", "--simulate"],
        vec!["run", "--dry-run"],
        vec!["endpoints", "all"],
        vec!["operations"],
        vec!["report", "none–such"],
        vec!["--help"],
        vec!["-h"],
    ];
    let owned = |line: Vec<&str>| line.into_iter().map(str::to_owned).collect();
    let help = subcommands()
        .into_iter()
        .map(|command| vec![command, "--help".to_owned()]);
    all.into_iter().map(owned).chain(help).collect()
}

#[test]
fn where_the_locale_is_not_utf_8_people_get_ascii_and_the_same_text() {
    let (plain, full) = (user("C"), user("C.UTF-8"));
    let mut with_more = Vec::new();
    for line in for_people() {
        let (ascii, utf8) = (plain.run(&line), full.run(&line));
        assert!(ascii.stdout.is_ascii(), "{line:?}: {}", ascii.stdout);
        assert!(ascii.stderr.is_ascii(), "{line:?}: {}", ascii.stderr);
        assert_eq!(ascii.code, utf8.code, "{line:?}: {}", ascii.stderr);
        assert_eq!(
            ascii.stdout.lines().count(),
            utf8.stdout.lines().count(),
            "{line:?}"
        );
        if !(utf8.stdout.is_ascii() && utf8.stderr.is_ascii()) {
            with_more.push(line[0].clone());
        }
    }
    for command in ["report", "compare", "trend", "matrix", "run"] {
        assert!(with_more.iter().any(|it| it == command), "{with_more:?}");
    }
}

#[test]
fn a_run_says_all_in_ascii_and_writes_its_files_in_utf_8() {
    let home = user("POSIX");
    let ran = home.measure(&SMALL).measures();
    assert!(ran.stdout.is_ascii() && ran.stderr.is_ascii(), "{ran:?}");
    assert!(!home.result("report.md").is_ascii());
    assert!(home.result("report.html").contains('–'));
}

#[test]
fn formats_for_programs_are_utf_8_in_every_locale() {
    let (plain, full) = (user("C"), user("C.UTF-8"));
    let audit = golden("audit").display().to_string();
    for format in ["json", "csv", "markdown", "html", "junit"] {
        let line = ["report", &audit, "--format", format];
        let (one, other) = (plain.run(line), full.run(line));
        assert_eq!(one.stdout, other.stdout, "{format}");
    }
    let markdown = plain
        .run(["report", &audit, "--format", "markdown"])
        .exits(0);
    assert!(!markdown.stdout.is_ascii());
}
