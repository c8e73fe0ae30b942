//! The numbers in tests' names against the catalogues of `docs/reference`: each number has a row, and each row a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `directory`, build output left out.
fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn functions(code: &str) -> impl Iterator<Item = &str> {
    let name_ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    code.split("fn ")
        .skip(1)
        .filter_map(move |rest| rest.split(name_ends).next())
}

/// The first and the last number of each part of `name` that follows `kind`: `bad_026_and_027` has two parts of one number,
/// `bad_031_to_037` one part of seven.
fn numbered(name: &str, kind: &str) -> Vec<(u32, u32)> {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    let mut words = name.split('_').peekable();
    while let Some(word) = words.next() {
        let begins = word == kind || (word == "and" && !parts.is_empty());
        if !begins {
            continue;
        }
        let Some(first) = words.next_if(|word| is_number(word)) else {
            continue;
        };
        let first = first.parse().expect("digits");
        let mut last = first;
        if words.next_if_eq(&"to").is_some() {
            last = words
                .next()
                .expect("the range ends")
                .parse()
                .expect("digits");
        }
        parts.push((first, last));
    }
    parts
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// The first cells of a catalogue's tables.
fn rows(file: &str) -> Vec<u32> {
    let text = fs::read_to_string(root().join("docs/reference").join(file)).expect("the catalogue");
    text.lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next()?.parse().ok())
        .collect()
}

#[test]
fn every_number_in_a_test_s_name_has_a_row_and_every_row_has_a_test() {
    let code: Vec<String> = ["src", "crates", "tests/it", "benches"]
        .iter()
        .flat_map(|directory| rust_files(&root().join(directory)))
        .map(|path| fs::read_to_string(path).expect("a text"))
        .collect();
    for (kind, file) in [
        ("fault", "faults.md"),
        ("rule", "safety-rules.md"),
        ("bad", "bad-input.md"),
    ] {
        let rows = rows(file);
        let tested: Vec<(u32, u32)> = code
            .iter()
            .flat_map(|code| functions(code))
            .flat_map(|name| numbered(name, kind))
            .collect();
        assert!(!tested.is_empty(), "{kind}");
        assert!(rows.is_sorted_by(|a, b| a < b), "{file} is in order");
        let ends: BTreeSet<u32> = tested.iter().flat_map(|&(a, b)| [a, b]).collect();
        let unlisted: Vec<_> = ends.iter().filter(|end| !rows.contains(end)).collect();
        assert!(
            unlisted.is_empty(),
            "{kind} without a row in {file}: {unlisted:?}"
        );
        let untested: Vec<_> = rows
            .iter()
            .filter(|row| !tested.iter().any(|(a, b)| (a..=b).contains(row)))
            .collect();
        assert!(
            untested.is_empty(),
            "rows of {file} without a test: {untested:?}"
        );
    }
}

#[test]
fn numbers_are_read_from_names_with_ranges_lists_and_several_kinds() {
    assert_eq!(numbered("bad_031_to_037_regions", "bad"), [(31, 37)]);
    assert_eq!(
        numbered("bad_029_and_119_and_121_names", "bad"),
        [(29, 29), (119, 119), (121, 121)]
    );
    assert_eq!(numbered("bad_092_rule_27_a_file", "rule"), [(27, 27)]);
    assert_eq!(numbered("fault_13_a_kept_connection", "fault"), [(13, 13)]);
    assert_eq!(numbered("a_fault_and_5_rows", "fault"), []);
}
