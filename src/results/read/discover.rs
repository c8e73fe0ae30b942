//! The runs below a directory, by when they were measured, without reading any whole: a history can be long.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::place::PlaceFact;
use crate::results::accepted::ACCEPTED_FILE;
use crate::results::error::ResultsError;
use crate::results::model::window::moment;
use crate::results::store::run::RUN_FILE;

use super::parse::parse;
use super::run::{from_json, is_journal_alone, run_bytes};
use super::validate::{is_date_of_a_run, is_name};

/// A run's file, and what tells its place in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRun {
    /// The file.
    pub path: PathBuf,
    /// The run's id.
    pub run_id: String,
    /// When its epoch was, RFC 3339.
    pub started_at: String,
    /// The vantage's name.
    pub vantage: String,
    /// What the machine said about where it was.
    pub observed: Vec<PlaceFact>,
    /// From its epoch to its last answer, ns.
    pub elapsed_ns: u64,
}

/// Most files that are looked at below one directory.
pub(crate) const MAX_FILES_BELOW: usize = 10_000;

/// A file that is no run, and why.
pub(crate) type UnreadableFile = (PathBuf, ResultsError);

/// Every run that is named, by its file, or lies in or below a directory that is named, the oldest first; and each file that is
/// no run and each directory that is named and has none, with the reason. Below a directory these are the `run.json` of each directory that has one, with nothing beside or
/// below it, and all `*.json` but `baseline.json` and all bundles, `*.zip`, of any other. Links are not followed.
///
/// # Errors
/// [`ResultsError`] for what cannot be listed, and for more than [`MAX_FILES_BELOW`] files.
pub(crate) fn runs_at(
    paths: &[PathBuf],
) -> Result<(Vec<FoundRun>, Vec<UnreadableFile>), ResultsError> {
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    let mut files = Vec::new();
    for path in paths {
        let before = files.len();
        if path.is_dir() {
            collect(path, MAX_DEPTH, &mut files)?;
        } else {
            files.push(path.clone());
        }
        if files.len() == before {
            let path = path.clone();
            let error = if is_journal_alone(&path) {
                ResultsError::JournalAlone { path: path.clone() }
            } else {
                ResultsError::NoRun { path: path.clone() }
            };
            unreadable.push((path, error));
        }
    }
    for file in files {
        match found_run(&file) {
            Ok(run) => found.push(run),
            Err(error) => unreadable.push((file, error)),
        }
    }
    unreadable.extend(each_once(&mut found));
    Ok((found, unreadable))
}

/// Puts the runs in order, the oldest first, and keeps one of those that are the same. Of runs of one place and one id that
/// have different contents none is kept, because nothing says which of them is meant.
pub(crate) fn each_once(found: &mut Vec<FoundRun>) -> Vec<UnreadableFile> {
    found.sort_by_cached_key(|run| {
        let (id, place) = (run.run_id.clone(), run.vantage.clone());
        (moment(&run.started_at), id, place, run.path.clone())
    });
    let mut contradictory = Vec::new();
    let alike = |a: &FoundRun, b: &FoundRun| a.run_id == b.run_id && a.vantage == b.vantage;
    let mut kept = Vec::with_capacity(found.len());
    for runs in found.chunk_by(alike) {
        let [first, others @ ..] = runs else { continue };
        if others.iter().all(|other| is_same(first, other)) {
            kept.push(first.clone());
            continue;
        }
        for (run, other) in runs.iter().zip(others.iter().chain([first])) {
            let error = ResultsError::Contradictory {
                path: run.path.clone(),
                run_id: run.run_id.clone(),
                other: other.path.clone(),
            };
            contradictory.push((run.path.clone(), error));
        }
    }
    *found = kept;
    contradictory
}

/// Whether both files hold the same run: with another plan or another Region the same histograms say something else.
fn is_same(one: &FoundRun, other: &FoundRun) -> bool {
    if one.path == other.path {
        return true;
    }
    let bytes = |run: &FoundRun| run_bytes(&run.path).ok();
    let (one_bytes, other_bytes) = (bytes(one), bytes(other));
    if one_bytes == other_bytes {
        return true;
    }
    // The same run written by another version of this program, or indented otherwise.
    let run = |bytes: Option<Vec<u8>>, path: &Path| from_json(&bytes?, path).ok();
    let (one, other) = (run(one_bytes, &one.path), run(other_bytes, &other.path));
    one.is_some() && one == other
}

/// Directories within directories, at most.
const MAX_DEPTH: usize = 8;

/// Whether a file's name is that of a run's file or of a bundle.
fn is_named_as_run(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    matches!(extension, Some("json" | "zip")) && !path.ends_with(ACCEPTED_FILE)
}

fn collect(directory: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), ResultsError> {
    let failed = |cause| ResultsError::Io {
        path: directory.to_owned(),
        action: "listed",
        cause,
    };
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind: FileType = entry.file_type().map_err(failed)?;
        let path = entry.path();
        if kind.is_dir() {
            directories.push(path);
        } else if kind.is_file() && is_named_as_run(&path) {
            files.push(path);
        }
        if files.len() + directories.len() > MAX_FILES_BELOW {
            return Err(ResultsError::TooMany {
                path: directory.to_owned(),
                limit: MAX_FILES_BELOW,
            });
        }
    }
    // What lies beside and below a run's own file is made from it, or part of it.
    if let Some(run) = files.iter().find(|path| path.ends_with(RUN_FILE)) {
        paths.push(run.clone());
    } else {
        paths.append(&mut files);
        if depth > 0 {
            for below in &directories {
                collect(below, depth - 1, paths)?;
            }
        }
    }
    if paths.len() > MAX_FILES_BELOW {
        return Err(ResultsError::TooMany {
            path: directory.to_owned(),
            limit: MAX_FILES_BELOW,
        });
    }
    Ok(())
}

/// What of a run's file tells its place in time; the rest is passed over unread.
#[derive(Deserialize)]
struct Head {
    run_id: String,
    started_at: String,
    vantage: VantageHead,
    #[serde(default)]
    elapsed_ns: u64,
}

#[derive(Deserialize)]
struct VantageHead {
    name: String,
    #[serde(default)]
    observed: Vec<PlaceFact>,
}

/// The run in the file, by what is read of it.
///
/// # Errors
/// [`ResultsError`] for a file that is no run.
pub(crate) fn found_run(path: &Path) -> Result<FoundRun, ResultsError> {
    let Head {
        run_id,
        started_at,
        vantage,
        elapsed_ns,
    } = parse(&run_bytes(path)?, path)?;
    if !is_name(&run_id) || !is_date_of_a_run(&started_at) {
        return Err(ResultsError::impossible(
            path,
            "its run_id or started_at is none".to_owned(),
        ));
    }
    Ok(FoundRun {
        path: path.to_owned(),
        run_id,
        started_at,
        vantage: vantage.name,
        observed: vantage.observed,
        elapsed_ns,
    })
}

#[cfg(test)]
mod tests {
    use crate::results::model::run::Run;
    use crate::results::save::write;
    use crate::results::small_run;
    use crate::results::store::directory::Directory;

    use super::*;

    fn stored(below: &Path, name: &str, run: &Run) {
        fs::create_dir_all(below.join(name)).expect("made");
        write(&Directory::open(&below.join(name)).expect("opened"), run).expect("written");
    }

    fn run(run_id: &str, started_at: &str) -> Run {
        let mut run = small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>());
        run.header.run_id = run_id.to_owned();
        run.header.started_at = started_at.to_owned();
        run
    }

    fn below(home: &Path) -> (Vec<FoundRun>, Vec<UnreadableFile>) {
        runs_at(&[home.to_owned()]).expect("listed")
    }

    fn ids(home: &Path) -> Vec<String> {
        let (found, unreadable) = below(home);
        assert!(unreadable.is_empty(), "{unreadable:?}");
        found.into_iter().map(|found| found.run_id).collect()
    }

    #[test]
    fn runs_are_found_by_their_time_and_each_directory_of_a_run_once() {
        let home = tempfile::tempdir().expect("a directory");
        stored(home.path(), "z", &run("first", "2026-11-22T12:00:00Z"));
        stored(
            home.path(),
            "deep/er/a",
            &run("third", "2026-11-22T15:00:00+01:00"),
        );
        stored(home.path(), "a", &run("second", "2026-11-22T13:00:00Z"));
        stored(
            home.path(),
            "a/windows/01",
            &run("part-of-second", "2026-11-22T13:00:00Z"),
        );
        fs::write(home.path().join("a/summary.json"), "{}").expect("written");
        fs::copy(
            home.path().join("z/run.json"),
            home.path().join("deep/copy.json"),
        )
        .expect("copied");
        fs::write(home.path().join("notes.txt"), "none of ours").expect("written");
        std::os::unix::fs::symlink(home.path().join("z"), home.path().join("link"))
            .expect("linked");
        assert_eq!(ids(home.path()), ["first", "second", "third"]);
    }

    #[test]
    fn of_two_runs_of_one_place_and_id_with_other_contents_none_is_kept() {
        let home = tempfile::tempdir().expect("a directory");
        let first = run("first", "2026-11-22T12:00:00Z");
        let mut elsewhere = first.clone();
        elsewhere.header.vantage.name = "oregon".to_owned();
        let mut other = small_run::run(&(0..80).map(small_run::sample).collect::<Vec<_>>());
        other.header = first.header.clone();
        for (name, run) in [("a", &first), ("b", &elsewhere), ("c", &first)] {
            stored(home.path(), name, run);
        }
        assert_eq!(ids(home.path()), ["first", "first"]);

        stored(home.path(), "d", &other);
        let (found, contradictory) = below(home.path());
        let places: Vec<&str> = found.iter().map(|run| run.vantage.as_str()).collect();
        assert_eq!(places, ["oregon"]);
        assert_eq!(contradictory.len(), 3);
        for (file, error) in contradictory {
            let said = error.to_string();
            assert!(said.contains("other content"), "{said}");
            assert!(said.contains(&format!("{file:?}")), "{said}");
        }
    }

    #[test]
    fn runs_that_differ_in_anything_but_their_form_are_not_the_same() {
        let home = tempfile::tempdir().expect("a directory");
        let first = run("first", "2026-11-22T12:00:00Z");
        stored(home.path(), "a", &first);
        let text = fs::read_to_string(home.path().join("a/run.json")).expect("read");
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        fs::write(home.path().join("otherwise.json"), document.to_string()).expect("written");
        assert_eq!(ids(home.path()), ["first"]);

        let mut forged = first;
        forged.plan.judging.confidence = 0.5;
        stored(home.path(), "b", &forged);
        let (found, contradictory) = below(home.path());
        assert!(found.is_empty() && contradictory.len() == 3, "{found:?}");
    }

    #[test]
    fn what_is_no_run_is_told_and_costs_no_other() {
        let home = tempfile::tempdir().expect("a directory");
        stored(home.path(), "good", &run("good", "2026-11-22T12:00:00Z"));
        let of = |name: &str, contents: &str| {
            fs::write(home.path().join(name), contents).expect("written");
            let (found, mut unreadable) = below(home.path());
            fs::remove_file(home.path().join(name)).expect("removed");
            assert_eq!(found.len(), 1);
            unreadable.pop().expect("told").1
        };
        assert!(matches!(of("empty.json", ""), ResultsError::Empty { .. }));
        assert!(matches!(
            of("other.json", "{\"tool\":{\"name\":\"oha\"}}"),
            ResultsError::NotOurs { .. }
        ));
        let archive = of("other.zip", "PK\u{3}\u{4}, and no bundle").to_string();
        assert!(archive.contains("other.zip"), "{archive}");
        let half = |version: u32| {
            format!("{{\"tool\":{{\"name\":\"stsbench\"}},\"schema_version\":{version}")
        };
        assert!(matches!(
            of("half.json", &half(1)),
            ResultsError::Truncated { .. }
        ));
        assert!(matches!(
            of("new.json", &(half(99) + "}")),
            ResultsError::TooNew { .. }
        ));
        assert!(matches!(
            of("bare.json", &(half(1) + "}")),
            ResultsError::Impossible { .. }
        ));
        let (_, missing) = below(&home.path().join("none"));
        assert!(matches!(missing[..], [(_, ResultsError::Io { .. })]));
    }

    #[test]
    fn bad_075_ten_thousand_files_are_the_end() {
        let home = tempfile::tempdir().expect("a directory");
        for i in 0..=MAX_FILES_BELOW {
            fs::File::create(home.path().join(format!("{i}.json"))).expect("made");
        }
        assert!(matches!(
            runs_at(&[home.path().to_owned()]),
            Err(ResultsError::TooMany { .. })
        ));
    }
}
