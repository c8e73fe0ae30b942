//! Completion of paths to runs: runs below `reports` by their ids, directories that hold runs, other paths.

use std::ffi::OsStr;
use std::path::Path;

use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter as _};

use crate::cli::options::output::REPORTS;
use crate::results::RUN_FILE;

/// What is looked at in one directory: completion must not wait for a large one.
const MOST_ENTRIES: usize = 1_000;

/// Runs and directories of runs that begin so; every path where there are none.
pub(super) fn saved_runs(typed: &OsStr) -> Vec<CompletionCandidate> {
    let text = typed.to_string_lossy();
    let mut found = by_id(&text);
    for directory in directories(&text) {
        if !found
            .iter()
            .any(|run| *run == directory.trim_end_matches('/'))
        {
            found.push(directory);
        }
    }
    if found.is_empty() {
        return PathCompleter::any().complete(typed);
    }
    found.into_iter().map(CompletionCandidate::new).collect()
}

/// Runs below `reports` whose path or id begins so.
fn by_id(typed: &str) -> Vec<String> {
    let ids = entries(Path::new(REPORTS)).filter(|id| is_run(&Path::new(REPORTS).join(id)));
    let mut runs: Vec<String> = ids
        .map(|id| format!("reports/{id}"))
        .filter(|run| run.starts_with(typed) || run["reports/".len()..].starts_with(typed))
        .collect();
    runs.sort_unstable();
    runs
}

/// Directories that are runs or have runs in them, each with a slash at its end. Those whose name begins with a dot only where
/// one is typed.
fn directories(typed: &str) -> Vec<String> {
    let (parent, beginning) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let place = Path::new(if parent.is_empty() { "." } else { parent });
    let is_meant = |name: &String| {
        name.starts_with(beginning) && (!name.starts_with('.') || beginning.starts_with('.'))
    };
    let holds_runs = |name: &String| {
        let path = place.join(name);
        is_run(&path) || entries(&path).any(|below| is_run(&path.join(below)))
    };
    let mut found: Vec<String> = entries(place)
        .filter(is_meant)
        .filter(holds_runs)
        .map(|name| format!("{parent}{name}/"))
        .collect();
    found.sort_unstable();
    found
}

fn is_run(path: &Path) -> bool {
    path.join(RUN_FILE).is_file()
}

fn entries(directory: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let entries = entries.flatten().take(MOST_ENTRIES);
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_are_runs_or_hold_some_are_found_and_others_are_not() {
        let home = tempfile::tempdir().expect("a directory");
        for run in ["k1", "many/a", "many/b", ".hidden"] {
            let directory = home.path().join(run);
            std::fs::create_dir_all(&directory).expect("made");
            std::fs::write(directory.join("run.json"), "{}").expect("written");
        }
        std::fs::create_dir(home.path().join("empty")).expect("made");
        let root = home.path().to_str().expect("text");
        let found = |typed: &str| directories(&format!("{root}/{typed}"));
        let below = |name: &str| format!("{root}/{name}");
        assert_eq!(found(""), [below("k1/"), below("many/")]);
        assert_eq!(found("many/"), [below("many/a/"), below("many/b/")]);
        assert_eq!(found(".h"), [below(".hidden/")]);
        assert!(found("empty").is_empty());
    }
}
