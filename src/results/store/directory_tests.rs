use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("exists").permissions().mode() & 0o7777
}

fn refusal(path: &Path) -> String {
    let text = Directory::prepare(path, Overwrite::Refuse)
        .expect_err("refused")
        .to_string();
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn rule_15_files_are_private_even_when_the_umask_hides_nothing() {
    let home = tempfile::tempdir().expect("a directory");
    let before = rustix::process::umask(Mode::empty());
    let directory =
        Directory::prepare(&home.path().join("a/b"), Overwrite::Refuse).expect("prepared");
    directory.write("run.json", b"{}").expect("written");
    directory.create("samples.csv").expect("created");
    directory
        .subdirectory("charts")
        .expect("made")
        .write("a.svg", b"<svg/>")
        .expect("written");
    rustix::process::umask(before);
    let at = |name: &str| mode(&home.path().join(name));
    assert_eq!(
        (at("a"), at("a/b"), at("a/b/charts")),
        (0o700, 0o700, 0o700)
    );
    assert_eq!(
        (
            at("a/b/run.json"),
            at("a/b/samples.csv"),
            at("a/b/charts/a.svg")
        ),
        (0o600, 0o600, 0o600)
    );
}

#[test]
fn rule_15_a_link_in_place_of_a_file_is_refused_and_its_target_untouched() {
    let home = tempfile::tempdir().expect("a directory");
    let victim = home.path().join("victim");
    fs::write(&victim, "mine").expect("written");
    let directory =
        Directory::prepare(&home.path().join("out"), Overwrite::Refuse).expect("prepared");
    for name in ["run.json", "samples.csv"] {
        symlink(&victim, home.path().join("out").join(name)).expect("linked");
    }
    assert!(matches!(
        directory.write("run.json", b"x"),
        Err(ResultsError::Symlink { .. })
    ));
    assert!(matches!(
        directory.create("samples.csv"),
        Err(ResultsError::Symlink { .. })
    ));
    assert!(matches!(
        directory.open_file("samples.csv"),
        Err(ResultsError::Symlink { .. })
    ));
    assert_eq!(fs::read_to_string(&victim).expect("read"), "mine");
}

#[test]
fn fault_38_a_directory_that_cannot_take_the_run_is_named_with_the_reason() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("file");
    fs::write(&file, "").expect("written");
    assert!(refusal(&file).contains("not a directory"));
    assert!(refusal(&file.join("below")).contains("not a directory"));
    assert!(refusal(Path::new("/dev/full")).contains("\"/dev/full\": is not a directory"));
    // Not even root can make a directory or a file there.
    assert!(refusal(Path::new("/proc/stsbench/out")).contains("cannot be written"));
    assert!(matches!(
        Directory::prepare(Path::new("/proc/self"), Overwrite::Force),
        Err(ResultsError::Symlink { .. } | ResultsError::NotWritable { .. })
    ));
    assert!(matches!(
        Directory::prepare(Path::new("/proc"), Overwrite::Force),
        Err(ResultsError::NotWritable { .. })
    ));
}

#[test]
fn bad_062_a_directory_with_files_is_refused_unless_forced() {
    let home = tempfile::tempdir().expect("a directory");
    fs::write(home.path().join("thesis\n.tex"), "years").expect("written");
    assert!(refusal(home.path()).contains("already holds \"thesis\\n.tex\""));
    let directory = Directory::prepare(home.path(), Overwrite::Force).expect("forced");
    directory.write("run.json", b"{}").expect("written");
    assert_eq!(
        fs::read_to_string(home.path().join("thesis\n.tex")).expect("read"),
        "years"
    );
}

#[test]
fn bad_063_a_link_to_a_directory_is_refused_however_it_is_spelt() {
    let home = tempfile::tempdir().expect("a directory");
    let link = home.path().join("link");
    symlink(home.path(), &link).expect("linked");
    for spelling in [link.clone(), link.join(""), link.join(".")] {
        for overwrite in [Overwrite::Refuse, Overwrite::Force] {
            let refused = Directory::prepare(&spelling, overwrite);
            assert!(
                matches!(refused, Err(ResultsError::Symlink { .. })),
                "{spelling:?}"
            );
        }
    }
}

#[test]
fn bad_064_and_065_a_name_that_is_empty_or_too_long_is_refused() {
    assert!(matches!(
        Directory::prepare(Path::new(""), Overwrite::Refuse),
        Err(ResultsError::NoPath)
    ));
    let long = std::env::temp_dir().join("x".repeat(256));
    assert!(matches!(
        Directory::prepare(&long, Overwrite::Refuse),
        Err(ResultsError::NameTooLong { .. })
    ));
}

#[test]
fn rule_20_only_plain_names_become_files() {
    let home = tempfile::tempdir().expect("a directory");
    let directory = Directory::open(home.path()).expect("opened");
    let long = "x".repeat(129);
    for name in [
        "",
        ".",
        "..",
        "../x",
        "/etc/passwd",
        "a/b",
        ".hidden",
        "A",
        "ü",
        "a b",
        "a\0",
        &long,
    ] {
        assert!(
            matches!(directory.write(name, b""), Err(ResultsError::FileName(_))),
            "{name:?}"
        );
        assert!(
            matches!(directory.subdirectory(name), Err(ResultsError::FileName(_))),
            "{name:?}"
        );
    }
    assert_eq!(directory.first_entry().expect("listed"), None);
}

#[test]
fn fault_37_a_write_that_fails_leaves_the_old_file_and_no_rest() {
    let home = tempfile::tempdir().expect("a directory");
    let directory = Directory::open(home.path()).expect("opened");
    directory.write("run.json", b"old").expect("written");
    // A directory in the temporary file's place stops the write at its first step, for root too.
    fs::create_dir(home.path().join(".run.json.new")).expect("made");
    let error = directory
        .write("run.json", b"new")
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("run.json") && error.contains("cannot be written"),
        "{error}"
    );
    assert_eq!(directory.read("run.json", 10).expect("read"), b"old");
}

#[test]
fn files_are_read_up_to_their_limit_and_pipes_not_at_all() {
    let home = tempfile::tempdir().expect("a directory");
    let directory = Directory::open(home.path()).expect("opened");
    directory.write("a", b"12345").expect("written");
    assert_eq!(directory.read("a", 5).expect("read"), b"12345");
    assert!(matches!(
        directory.read("a", 4),
        Err(ResultsError::TooLarge { limit_bytes: 4, .. })
    ));
    rustix::fs::mknodat(CWD, home.path().join("pipe"), FileType::Fifo, Mode::RWXU, 0)
        .expect("made");
    assert!(matches!(
        directory.read("pipe", 4),
        Err(ResultsError::NotAFile { .. })
    ));
    assert!(matches!(
        read_path(Path::new("/dev/zero"), 4),
        Err(ResultsError::NotAFile { .. })
    ));
}

#[test]
fn of_many_that_claim_a_directory_at_once_one_has_it_until_it_lets_go() {
    for overwrite in [Overwrite::Refuse, Overwrite::Force] {
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("out");
        let claims: Vec<_> = std::thread::scope(|scope| {
            let claims: Vec<_> = (0..12)
                .map(|_| scope.spawn(|| Directory::claim(&path, overwrite)))
                .collect();
            claims
                .into_iter()
                .map(|claim| claim.join().expect("no panic"))
                .collect()
        });
        let (held, refused): (Vec<_>, Vec<_>) = claims.into_iter().partition(Result::is_ok);
        assert_eq!(held.len(), 1);
        for refusal in refused {
            let refusal = refusal.expect_err("somebody else has it");
            assert!(matches!(refusal, ResultsError::Busy { .. }), "{refusal}");
        }
        drop(held);
        assert!(Directory::claim(&path, overwrite).is_ok());
    }
}

#[test]
fn the_probe_of_a_run_that_was_ended_is_no_obstacle_and_goes() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("d");
    for bytes in ["", "\n"] {
        fs::create_dir_all(&path).expect("made");
        fs::write(path.join(PROBE), bytes).expect("written");
        Directory::examine(&path, Overwrite::Refuse).expect("free");
        fs::write(path.join(PROBE), bytes).expect("written");
        drop(Directory::prepare(&path, Overwrite::Refuse).expect("free"));
        assert!(!path.join(PROBE).exists());
    }
    fs::write(path.join(PROBE), "").expect("written");
    fs::write(path.join("run.json"), "{}").expect("written");
    assert!(refusal(&path).contains("already holds \"run.json\""));
}
