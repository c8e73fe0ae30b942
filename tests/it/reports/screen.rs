//! What people see: a screen of 24 lines and 80 columns, on a terminal, on a dumb one, and on none.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Home, Ran, SMALL, not_tested};

/// Lines and columns that a screen has at most.
const SCREEN: (usize, usize) = (24, 80);

#[track_caller]
fn fits(what: &str, text: &str) {
    let (lines, columns) = SCREEN;
    assert!(text.lines().count() <= lines, "{what}:\n{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= columns, "{what}: {line}\n{text}");
    }
}

#[test]
fn every_saved_run_fits_on_one_screen() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs");
    let mut screens = 0;
    for entry in std::fs::read_dir(golden).expect("readable") {
        let path = entry.expect("readable").path();
        let file = path.join("expected/screen.out");
        if let Ok(text) = std::fs::read_to_string(&file) {
            fits(&file.display().to_string(), &text);
            screens += 1;
        }
    }
    assert!(screens > 10, "{screens} screens");
}

#[test]
fn columns_that_are_asked_for_are_all_there_where_no_terminal_limits_them() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs/audit");
    let report = |options: &[&str]| {
        let words = ["report".as_ref(), golden.as_os_str()];
        let options = options.iter().map(std::ffi::OsStr::new);
        Home::new().run(words.into_iter().chain(options))
    };
    let all = "--columns=city,percentiles,interval,vs-global,rank,answers,errors,served-by";
    for options in [
        &[all, "--percentiles=50,90,95,99,99.9,max"][..],
        &["--percentiles=50,90,95,99,99.9,max"],
        &["--full"],
    ] {
        let shown = report(options).exits(0).stdout;
        assert!(!shown.contains("Left out to fit"), "{options:?}: {shown}");
        assert!(shown.contains("p95"), "{options:?}: {shown}");
    }
    let shown = report(&["--columns=rank"]).exits(0).stdout;
    assert!(shown.contains("new connection  kept open"), "{shown}");
    report(&["--progress=never"]).refuses(2, &["--progress has no effect"]);
}

/// A run of many endpoints, long enough for some pictures of its progress.
const MANY: [&str; 9] = [
    "--simulate",
    "--link=undelayed",
    "--endpoints=global,default",
    "--operations=get-caller-identity",
    "--connections=warm",
    "--rounds=30",
    "--blocks=2",
    "--rate-per-endpoint=20",
    "--seed=7",
];

/// What the run shows on a terminal of 80 columns and 24 rows that is called so, in that locale; `None` where there is no
/// `script`.
fn on_terminal(home: &Home, term: &str, locale: &str) -> Option<String> {
    let command = format!(
        "stty cols 80 rows 24 && exec {} run --out out {}",
        env!("CARGO_BIN_EXE_stsbench"),
        MANY.join(" ")
    );
    let ran = Command::new("script")
        .args(["-q", "-e", "-c", &command, "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("TERM", term)
        .env("LC_ALL", locale)
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output();
    match ran {
        Ok(output) => Some(Ran::of(output).measures().stdout.replace("\r\n", "\n")),
        Err(_) => {
            not_tested("script is not installed (Debian: bsdutils)");
            None
        }
    }
}

/// How many rows the text moves the cursor up at once, `ESC [ n A`.
fn moves_up(text: &str) -> Vec<usize> {
    text.split("\u{1b}[")
        .filter_map(|rest| rest.split_once('A')?.0.parse().ok())
        .collect()
}

/// The text without what only a terminal sees.
fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        let end = after.find(|c: char| c.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    bare + rest
}

#[test]
fn progress_stays_within_the_terminal_and_makes_way_for_one_screen() {
    let home = Home::new();
    let Some(shown) = on_terminal(&home, "xterm", "C.UTF-8") else {
        return;
    };
    let up = moves_up(&shown);
    assert!(
        !up.is_empty() && up.iter().all(|&rows| rows < SCREEN.0),
        "{up:?}"
    );
    assert!(
        shown.contains("p50 of the last 32 calls: GetCallerIdentity, warm connections"),
        "{shown}"
    );
    let text = bare(&shown);
    let end = text.find("Files: ").expect("the end of the screen");
    let before = &text[..end];
    let table = before.rfind("GetCallerIdentity (ms)").expect("a table");
    // After the screen comes one line on stderr, which names every check that forbids: a log keeps it whole.
    let screen = &text[table..];
    let rows = screen
        .lines()
        .take_while(|line| !line.starts_with("Files: "));
    // Before the table: a line of the decision at least, what it is simulated from, and a blank line; after it: the files.
    assert!(rows.clone().count() <= SCREEN.0 - 4, "{text}");
    assert!(
        rows.into_iter()
            .all(|line| line.chars().count() <= SCREEN.1),
        "{text}"
    );
    assert!(
        before.contains("SIMULATED STS as seen from Frankfurt"),
        "{text}"
    );
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let home = Home::new();
    let Some(shown) = on_terminal(&home, "dumb", "C.UTF-8") else {
        return;
    };
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    assert!(shown.contains("100% | "), "{shown}");
    assert!(shown.is_ascii(), "{shown}");
}

#[test]
fn the_live_view_and_the_screen_are_ascii_where_the_locale_is() {
    let home = Home::new();
    let Some(shown) = on_terminal(&home, "xterm", "C") else {
        return;
    };
    assert!(shown.is_ascii(), "{shown}");
    assert!(!moves_up(&shown).is_empty(), "{shown}");
    assert!(bare(&shown).contains("> global"), "{shown}");
}

#[test]
fn what_the_screen_says_p99_needs_is_what_a_dry_run_proves() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs");
    let home = Home::new();
    let needs = |run: &str| {
        let file = golden.join(run).join("run.json");
        let shown = home.run([Path::new("report"), &file]).exits(0).stdout;
        let Some((_, after)) = shown.split_once("p99 needs ") else {
            panic!("{shown}");
        };
        let clause = after.split(" · ").next().unwrap_or_default().to_owned();
        let (options, time) = clause.trim_end().split_once(" (").expect("a length");
        let words: Vec<String> = options.split(' ').map(str::to_owned).collect();
        let time = time.split(')').next().unwrap_or_default();
        (words, time.to_owned())
    };
    let dry = |words: &[String], gate: &str| {
        let given = ["run", "--dry-run", "--simulate", "--gate", gate];
        home.run(given.into_iter().chain(words.iter().map(String::as_str)))
    };

    let (words, time) = needs("audit");
    assert_eq!(words, ["--preset", "p99"]);
    let plan = dry(&words, "p99 < 1s").exits(0).stdout;
    assert!(plan.contains(&format!("about {time}")), "{time}: {plan}");

    let (words, _) = needs("reqwest-resumed");
    assert_eq!(
        words[0], "--rounds",
        "the preset measures no resumed connections"
    );
    // As the run was: the rounds are for its endpoints, and a budget is for all.
    let words = [&words[..], &["--endpoints=global,eu-central-1".to_owned()]].concat();
    let of_one = "p99{endpoint:global,operation:get-caller-identity,connection:cold} < 1s";
    dry(&words, of_one).exits(0);
    let rounds: u32 = words[1].parse().expect("a number");
    // What is asked for leaves room for answers that resemble their neighbours; an eighth is too few for any.
    let mut fewer = words.clone();
    fewer[1] = (rounds / 8).to_string();
    dry(&fewer, of_one).refuses(2, &["p99", "--rounds"]);
}

#[test]
fn without_a_terminal_a_run_prints_one_screen_and_nothing_else() {
    let home = Home::new();
    let ran = home.measure(&SMALL).measures();
    fits("a small run", &ran.stdout);
    assert!(
        ran.stdout.contains("\nFiles: ") && !ran.stdout.contains('\u{1b}'),
        "{}",
        ran.stdout
    );
    let saved = home
        .run(["report", "out", "--all", "--verbose"])
        .exits(0)
        .stdout;
    assert!(
        saved.contains("\nRun:   ") && saved.contains("\npacing "),
        "{saved}"
    );
}

#[test]
fn what_no_format_shows_is_refused() {
    let home = Home::new();
    for option in [
        "--full",
        "--all",
        "--sort=name",
        "--columns=city",
        "--percentiles=50",
    ] {
        home.run(["report", "out", option, "--format=csv"]).refuses(
            2,
            &[
                option.split('=').next().unwrap_or(option),
                "--format terminal",
            ],
        );
        home.run(["report", "out", "--full", option])
            .refuses(2, &[]);
    }
    home.run(["report", "out", "--columns=p50"])
        .refuses(2, &["--columns", "city, percentiles"]);
    home.run(["report", "out", "--percentiles=50,p75"])
        .refuses(2, &["p75", "50, 90, 95, 99, 99.9, max"]);
}
