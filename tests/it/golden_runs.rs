//! Saved runs and what they rendered to when they were saved: the same file gives the same bytes in every version.
//!
//! Runs, commands and expectations are files in `tests/data/golden-runs`, described by the README there and written by
//! `scripts/golden-runs`; a new run needs nothing here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use aws_lc_rs::digest::{SHA256, digest};

use crate::support::Home;

/// What stands in a run's folder beside the saved run.
const OURS: [&str; 3] = ["commands", "expected", "expected.sha256"];

/// The page for a browser holds the other outputs and its own style, which changes more often; scripts/browser is about it.
const PAGE: &str = "html";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs")
}

#[test]
fn golden_runs_render_to_the_same_bytes_as_when_they_were_saved() {
    let home = Home::new();
    let mut runs = BTreeSet::new();
    // All of them before the first command: a command may name another run.
    for (name, path) in files_below(&golden()) {
        if let Some((run, inside)) = name.split_once('/') {
            runs.insert(run.to_owned());
            if !OURS.contains(&inside.split('/').next().unwrap_or_default()) {
                write(&home.path().join(&name), &read(&path));
            }
        }
    }
    assert!(!runs.is_empty(), "there are no golden runs");
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let left = Mutex::new(runs);
    let differences = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some(run) = left.lock().expect("no worker fails").pop_last() else {
                        break;
                    };
                    let found = differences_of(&home, &run);
                    differences.lock().expect("no worker fails").extend(found);
                }
            });
        }
    });
    let mut differences = differences.into_inner().expect("no worker fails");
    differences.sort();
    assert!(
        differences.is_empty(),
        "{} outputs differ from those of golden runs:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// Renders a run, and tells what is not as expected.
fn differences_of(home: &Home, run: &str) -> Vec<String> {
    render(home, run);
    let made = files_below(&home.path().join(run));
    let expected = expected(run);
    let names: BTreeSet<&String> = made.keys().chain(expected.keys()).collect();
    let difference = |name: &String| {
        let what = match (made.get(name), expected.get(name)) {
            (None, _) => "is missing".to_owned(),
            (Some(_), None) => "was not there before".to_owned(),
            (Some(path), Some(hash)) => {
                let bytes = read(path);
                if hex(&bytes) == *hash {
                    return None;
                }
                let before = golden().join(run).join("expected").join(name);
                if before.exists() {
                    first_difference(&read(&before), &bytes)
                } else {
                    "has another SHA-256".to_owned()
                }
            }
        };
        Some(format!("{run}: {name} {what}"))
    };
    names.into_iter().filter_map(difference).collect()
}

/// Carries out a run's own commands, then those of every run, in the run's folder. `scripts/golden-runs` does the same.
fn render(home: &Home, run: &str) {
    let folder = home.path().join(run);
    let own = fs::read_to_string(golden().join(run).join("commands")).unwrap_or_default();
    let of_all = fs::read_to_string(golden().join("commands")).expect("commands of every run");
    let mut exit_codes = String::new();
    for line in own.lines().chain(of_all.lines()) {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a name");
        let arguments: Vec<&str> = words.collect();
        let ended = home
            .command(&arguments)
            .current_dir(&folder)
            .env("NO_COLOR", "1")
            .output()
            .expect("the program starts");
        let code = ended.status.code().expect("it ends by itself");
        exit_codes += &format!("{name} {code}\n");
        if arguments[0] == "merge" {
            keep_merged(&folder.join(arguments[arguments.len() - 1]));
        } else {
            write(&folder.join(format!("{name}.out")), &ended.stdout);
        }
        if !ended.stderr.is_empty() {
            write(&folder.join(format!("{name}.err")), &ended.stderr);
        }
    }
    write(&folder.join("exit-codes"), exit_codes.as_bytes());
}

/// A merged run gets an id of its own time. It gets a fixed one here, and only what does not show the other is kept.
fn keep_merged(merged: &Path) {
    if !merged.exists() {
        return;
    }
    let text = String::from_utf8(read(&merged.join("run.json"))).expect("JSON is text");
    let (before, rest) = text.split_once("\"run_id\":\"").expect("a run has an id");
    let (_, after) = rest.split_once('"').expect("an id ends");
    let fixed = format!("{before}\"run_id\":\"merged\"{after}");
    fs::remove_dir_all(merged).expect("removed");
    write(&merged.join("run.json"), fixed.as_bytes());
}

/// The SHA-256 of every file that a run's folder holds in the end.
fn expected(run: &str) -> BTreeMap<String, String> {
    let path = golden().join(run).join("expected.sha256");
    let text = String::from_utf8(read(&path)).expect("hashes are text");
    text.lines()
        .map(|line| {
            let (hash, name) = line.split_once("  ").expect("a hash and a name");
            (name.to_owned(), hash.to_owned())
        })
        .collect()
}

fn first_difference(before: &[u8], now: &[u8]) -> String {
    let [before, now] = [before, now].map(String::from_utf8_lossy);
    let [mut old, mut new] = [before.split('\n'), now.split('\n')];
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let [old, new] = [old, new].map(|line| line.unwrap_or("(the end)"));
                return format!("differs in line {number}\n  before: {old}\n  now:    {new}");
            }
        }
    }
    "differs, but its text in expected/ does not: scripts/golden-runs writes both".to_owned()
}

fn hex(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// All files below a folder, by their path from there.
fn files_below(top: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut open = vec![top.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_none_or(|kind| kind != PAGE) {
                let inside = path.strip_prefix(top).expect("below the top");
                found.insert(inside.to_str().expect("names are ASCII").to_owned(), path);
            }
        }
    }
    found
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("below the home")).expect("made");
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
