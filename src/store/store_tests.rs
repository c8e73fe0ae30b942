//! A store in a directory: what is written is read back, and what strangers put there harms nothing.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;

use proptest::prelude::*;
use time::macros::datetime;

use super::*;
use crate::results::{self, RUN_FILE, Run, small_run, to_json};

fn run(vantage: &str, run_id: &str, started_at: &str) -> Run {
    let mut run = small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>());
    run.header.run_id = run_id.to_owned();
    run.header.started_at = started_at.to_owned();
    run.header.vantage.name = vantage.to_owned();
    run
}

fn files(run: &Run) -> Vec<StoreFile> {
    vec![
        StoreFile {
            name: RUN_FILE,
            bytes: to_json(run),
        },
        StoreFile {
            name: "summary.csv",
            bytes: b"endpoint,p50_ns\n".to_vec(),
        },
    ]
}

fn store(home: &Path) -> Store {
    let uri = StoreUri::Directory(home.to_owned());
    Store::open(uri, &S3Access::default(), None).expect("a store")
}

fn push(store: &Store, run: &Run) -> Result<Pushed, StoreError> {
    store.push(run, &files(run))
}

fn frankfurt() -> Run {
    run(
        "frankfurt",
        "20261129-060000-0badcafe",
        "2026-11-29T06:00:00Z",
    )
}

fn directory_of(home: &Path, run: &Run) -> std::path::PathBuf {
    let key = RunKey::of(run).expect("a date");
    home.join(format!("v1/runs/{key}"))
}

#[test]
fn a_run_is_read_back_as_it_was_and_stored_twice_counts_once() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    let run = frankfurt();
    assert_eq!(push(&store, &run).expect("stored"), Pushed::Stored);
    assert_eq!(push(&store, &run).expect("again"), Pushed::AlreadyThere);
    let listing = store.list(&RunSelection::default()).expect("listed");
    assert_eq!(listing.runs.len(), 1);
    let path = store.fetch(&listing.runs[0]).expect("fetched");
    assert_eq!(results::read(&path).expect("read"), run);
    let names: Vec<String> = fs::read_dir(directory_of(home.path(), &run))
        .expect("a directory")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(names.len(), 3, "nothing temporary is left: {names:?}");
}

#[test]
fn another_run_of_the_same_id_is_refused_and_replaces_nothing() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    push(&store, &frankfurt()).expect("stored");
    let mut other = frankfurt();
    other.measured.elapsed_ns += 1;
    let error = push(&store, &other).expect_err("refused");
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
    let mut longer = frankfurt();
    longer.header.tool.version = "0".repeat(100_000);
    let error = push(&store, &longer).expect_err("refused");
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
    let listing = store.list(&RunSelection::default()).expect("listed");
    let path = store.fetch(&listing.runs[0]).expect("fetched");
    assert_eq!(results::read(&path).expect("read"), frankfurt());
}

#[test]
fn a_run_that_was_cut_off_is_not_there_until_it_is_stored_again() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    push(&store, &frankfurt()).expect("stored");
    fs::remove_file(directory_of(home.path(), &frankfurt()).join("manifest.json"))
        .expect("removed");
    assert_eq!(
        store.list(&RunSelection::default()).expect("listed"),
        Listing::default()
    );
    assert_eq!(push(&store, &frankfurt()).expect("again"), Pushed::Stored);
    assert_eq!(
        store
            .list(&RunSelection::default())
            .expect("listed")
            .runs
            .len(),
        1
    );
}

#[test]
fn what_is_drawn_from_a_run_may_differ_and_stays_as_it_was_first() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    push(&store, &frankfurt()).expect("stored");
    let directory = directory_of(home.path(), &frankfurt());
    fs::remove_file(directory.join("manifest.json")).expect("removed");
    let mut newer = files(&frankfurt());
    newer[1].bytes = b"of a later version\n".to_vec();
    assert_eq!(
        store.push(&frankfurt(), &newer).expect("again"),
        Pushed::Stored
    );
    let kept = fs::read(directory.join("summary.csv")).expect("read");
    assert_eq!(kept, b"endpoint,p50_ns\n");
    let key = RunKey::of(&frankfurt()).expect("a date");
    store.fetch(&key).expect("the manifest lists what is there");
}

#[test]
fn a_file_that_was_changed_or_is_missing_costs_that_run_alone() {
    let too_long = vec![b'x'; 4 << 20];
    let spoilt: [(&str, Option<&[u8]>, &str); 8] = [
        (
            "run.json",
            Some(&too_long),
            "not the one that the manifest lists",
        ),
        ("manifest.json", Some(&too_long), "its manifest is none"),
        (
            "run.json",
            Some(b"{}"),
            "not the one that the manifest lists",
        ),
        ("run.json", None, "is missing"),
        (
            "manifest.json",
            Some(b"<html>Log in</html>"),
            "its manifest is none",
        ),
        ("manifest.json", Some(b"{}"), "its manifest is none"),
        ("manifest.json", Some(b""), "its manifest is none"),
        ("manifest.json", Some(b"[[[[[[[[["), "its manifest is none"),
    ];
    for (name, content, words) in spoilt {
        let home = tempfile::tempdir().expect("a directory");
        let store = store(home.path());
        let other = run("tokyo", "20261129-070000-0badcafe", "2026-11-29T07:00:00Z");
        push(&store, &frankfurt()).expect("stored");
        push(&store, &other).expect("stored");
        let path = directory_of(home.path(), &frankfurt()).join(name);
        match content {
            Some(content) => fs::write(&path, content).expect("written"),
            None => fs::remove_file(&path).expect("removed"),
        }
        let listing = store.list(&RunSelection::default()).expect("listed");
        let [bad, good] = &listing.runs[..] else {
            panic!("two runs are listed: {listing:?}")
        };
        let error = store.fetch(bad).expect_err("spoilt");
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
        store.fetch(good).expect("the other one is good");
    }
}

#[test]
fn another_run_of_that_id_hides_none_whatever_day_it_claims() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    let edited = run(
        "frankfurt",
        "20261129-060000-0badcafe",
        "2026-11-28T06:00:00Z",
    );
    push(&store, &frankfurt()).expect("stored");
    let error = push(&store, &edited).expect_err("the id is taken");
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
    // Who can write to the store puts it there by hand.
    let from = directory_of(home.path(), &frankfurt());
    for day in ["2026-11-28", "2026-11-30"] {
        let to = from.to_str().expect("text").replace("2026-11-29", day);
        fs::create_dir_all(&to).expect("made");
        for name in ["run.json", "manifest.json"] {
            fs::copy(from.join(name), Path::new(&to).join(name)).expect("copied");
        }
    }
    let listing = store.list(&RunSelection::default()).expect("listed");
    assert_eq!(listing.runs, [RunKey::of(&frankfurt()).expect("a key")]);
    assert_eq!(listing.unreadable.len(), 2, "{listing:?}");
}

#[test]
fn a_run_without_a_vantage_is_not_stored() {
    let home = tempfile::tempdir().expect("a directory");
    for vantage in ["", " ", "a\nb"] {
        let nameless = run(vantage, "20261129-060000-0badcafe", "2026-11-29T06:00:00Z");
        let error = push(&store(home.path()), &nameless).expect_err("no name");
        assert!(
            error.to_string().contains("its vantage has no name"),
            "{error}"
        );
    }
    let listing = store(home.path()).list(&RunSelection::default());
    assert_eq!(listing.expect("listed"), Listing::default());
}

#[test]
fn a_directory_or_a_link_in_place_of_a_file_costs_that_run_alone() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    push(&store, &frankfurt()).expect("stored");
    let path = directory_of(home.path(), &frankfurt()).join("run.json");
    let key = RunKey::of(&frankfurt()).expect("a date");
    fs::rename(&path, home.path().join("elsewhere.json")).expect("moved");
    std::os::unix::fs::symlink(home.path().join("elsewhere.json"), &path).expect("linked");
    let error = store.fetch(&key).expect_err("a link");
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("made");
    let error = store.fetch(&key).expect_err("a directory");
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_manifest_of_another_place_or_run_is_not_believed() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    push(&store, &frankfurt()).expect("stored");
    let from = directory_of(home.path(), &frankfurt());
    let elsewhere = home
        .path()
        .join("v1/runs/dt=2026-11-29/vantage=tokyo/run=20261129-060000-0badcafe");
    fs::create_dir_all(&elsewhere).expect("made");
    for name in ["run.json", "manifest.json", "summary.csv"] {
        fs::copy(from.join(name), elsewhere.join(name)).expect("copied");
    }
    let wanted = RunSelection {
        vantages: vec!["tokyo".to_owned()],
        ..RunSelection::default()
    };
    let listing = store.list(&wanted).expect("listed");
    let error = store.fetch(&listing.runs[0]).expect_err("moved");
    assert!(error.to_string().contains("of another run"), "{error}");
}

#[test]
fn names_of_strangers_are_counted_and_links_are_not_followed() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    push(&store, &frankfurt()).expect("stored");
    let runs = home.path().join("v1/runs");
    for strange in [
        "dt=soon/vantage=a/run=b",
        "dt=2026-11-29/vantage=a%2/run=20261129-060000-0badcafe",
        "dt=2026-11-29/frankfurt/run=20261129-060000-0badcafe",
    ] {
        fs::create_dir_all(runs.join(strange)).expect("made");
        fs::write(runs.join(strange).join("manifest.json"), "{}").expect("written");
    }
    let no_text = OsString::from_vec(b"vantage=\xff\xfe".to_vec());
    fs::create_dir_all(runs.join("dt=2026-11-29").join(no_text)).expect("made");
    let of = |vantage: &str| {
        runs.join(format!(
            "dt=2026-11-29/vantage={vantage}/run=20261129-060000-0badcafe"
        ))
    };
    fs::create_dir_all(of("a").join("manifest.json")).expect("made");
    fs::create_dir_all(of("b")).expect("made");
    std::os::unix::fs::symlink("/dev/zero", of("b").join("manifest.json")).expect("linked");
    std::os::unix::fs::symlink(runs.join("dt=2026-11-29"), runs.join("dt=2026-11-30"))
        .expect("linked");
    fs::write(runs.join("notes.txt"), "none of ours").expect("written");
    let listing = store.list(&RunSelection::default()).expect("listed");
    assert_eq!((listing.runs.len(), listing.strange), (1, 7));
}

#[test]
fn runs_since_a_day_are_chosen_by_name() {
    let home = tempfile::tempdir().expect("a directory");
    let store = store(home.path());
    for (vantage, day) in [("a", 1), ("a", 2), ("a", 3), ("b/c", 1), ("b/c", 3)] {
        let id = format!("2026110{day}-060000-0badcafe");
        push(
            &store,
            &run(vantage, &id, &format!("2026-11-0{day}T06:00:00Z")),
        )
        .expect("stored");
    }
    let of = |selection: RunSelection| {
        let listing = store.list(&selection).expect("listed");
        let shown = |key: &RunKey| format!("{} {}", key.partition(), &key.run_id()[..8]);
        listing.runs.iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(
        of(RunSelection {
            since: Some(datetime!(2026-11-02 07:00 UTC)),
            ..RunSelection::default()
        }),
        ["a 20261103", "b%2Fc 20261103"]
    );
    assert_eq!(
        of(RunSelection {
            vantages: vec!["b/c".to_owned()],
            ..RunSelection::default()
        }),
        ["b%2Fc 20261101", "b%2Fc 20261103"]
    );
}

#[test]
fn a_directory_that_is_not_mounted_is_not_made_up() {
    let home = tempfile::tempdir().expect("a directory");
    let missing = home.path().join("share/store");
    let uri = StoreUri::Directory(missing.clone());
    let error = Store::open(uri, &S3Access::default(), None).expect_err("missing");
    assert!(
        error
            .to_string()
            .contains("make the directory above it first"),
        "{error}"
    );
    fs::write(home.path().join("share"), "").expect("written");
    let uri = StoreUri::Directory(home.path().join("share"));
    let error = Store::open(uri, &S3Access::default(), None).expect_err("a file");
    assert!(error.to_string().contains("is no directory"), "{error}");
    let made = store(&home.path().join("new"));
    assert_eq!(
        push(&made, &frankfurt()).expect("made and stored"),
        Pushed::Stored
    );
}

#[test]
fn many_writers_of_one_run_at_once_store_it_once_and_none_fails() {
    let home = tempfile::tempdir().expect("a directory");
    for round in 0..8 {
        let run = run(
            "frankfurt",
            &format!("2026112{round}-060000-0badcafe"),
            &format!("2026-11-2{round}T06:00:00Z"),
        );
        // They have one process id, as containers that share a store do.
        std::thread::scope(|scope| {
            let pushes: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| push(&store(home.path()), &run)))
                .collect();
            for pushed in pushes {
                pushed.join().expect("no panic").expect("stored");
            }
        });
        let names = fs::read_dir(directory_of(home.path(), &run)).expect("a directory");
        assert_eq!(names.count(), 3, "nothing temporary is left");
        let key = RunKey::of(&run).expect("a date");
        store(home.path()).fetch(&key).expect("whole");
    }
}

#[test]
fn links_that_somebody_planted_lead_no_writer_out_of_the_store() {
    let home = tempfile::tempdir().expect("a directory");
    let outside = tempfile::tempdir().expect("a directory");
    let elsewhere = outside.path().join("precious");
    fs::write(&elsewhere, "precious").expect("written");
    let of_run = directory_of(home.path(), &frankfurt());
    fs::create_dir_all(&of_run).expect("made");
    let link = |to: &Path, at: std::path::PathBuf| {
        std::os::unix::fs::symlink(to, at).expect("linked");
    };
    // The name that earlier versions gave to what they wrote.
    link(
        &elsewhere,
        of_run.join(format!(".run.json.{}", std::process::id())),
    );
    assert_eq!(
        push(&store(home.path()), &frankfurt()).expect("stored"),
        Pushed::Stored
    );
    assert_eq!(fs::read(&elsewhere).expect("read"), b"precious");

    fs::remove_file(of_run.join("run.json")).expect("removed");
    link(&elsewhere, of_run.join("run.json"));
    let error = push(&store(home.path()), &frankfurt()).expect_err("a link");
    assert!(error.to_string().contains("it is no file"), "{error}");

    let tokyo = run("tokyo", "20261129-070000-0badcafe", "2026-11-29T07:00:00Z");
    let day = home.path().join("v1/runs/dt=2026-11-29");
    link(outside.path(), day.join("vantage=tokyo"));
    let error = push(&store(home.path()), &tokyo).expect_err("a link");
    assert!(
        error
            .to_string()
            .contains("is a link or a file, and no directory"),
        "{error}"
    );
    assert_eq!(fs::read_dir(outside.path()).expect("listed").count(), 1);
    assert_eq!(fs::read(&elsewhere).expect("read"), b"precious");
    let listing = store(home.path())
        .list(&RunSelection::default())
        .expect("listed");
    assert_eq!((listing.runs.len(), listing.strange), (1, 1));
}

#[test]
fn a_store_whose_inner_directory_is_a_link_is_told_and_not_followed() {
    let (home, outside) = (tempfile::tempdir(), tempfile::tempdir());
    let (home, outside) = (home.expect("a directory"), outside.expect("a directory"));
    push(&store(outside.path()), &frankfurt()).expect("stored");
    std::os::unix::fs::symlink(outside.path().join("v1"), home.path().join("v1")).expect("linked");
    let listing = store(home.path())
        .list(&RunSelection::default())
        .expect("listed");
    assert!(
        listing.runs.is_empty() && listing.unreadable.len() == 1,
        "{listing:?}"
    );
    push(&store(home.path()), &frankfurt()).expect_err("a link");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_manifest_of_a_stranger_ends_the_program(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = manifest::StoredManifest::from_json(&bytes);
    }
}
