//! SECURITY.md and docs/method/simulation.md: every claim names the tests that hold it, and they exist.

use std::collections::BTreeSet;
use std::path::Path;

/// The names of all functions in the sources below `directory`.
fn functions(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).expect("listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            functions(&path, found);
            continue;
        }
        let keyword = match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => "fn ",
            Some("py") => "def ",
            _ => continue,
        };
        let text = std::fs::read_to_string(&path).expect("text");
        found.extend(text.lines().filter_map(|line| {
            let (_, rest) = line.split_once(keyword)?;
            let end = rest.find(['(', '<'])?;
            Some(rest[..end].to_owned())
        }));
    }
}

/// The names of tests in `text`: what stands between backticks and is a sentence.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|word| {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        word.chars().all(is_name) && word.matches('_').count() >= 3
    })
}

/// The text of a page, whose tests have been found to exist.
fn proven(page: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(page)).expect("text");
    let mut known = BTreeSet::new();
    for directory in ["src", "crates", "tests"] {
        functions(&root.join(directory), &mut known);
    }
    let unknown: Vec<&str> = named(&text).filter(|name| !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "{page}: no such tests: {unknown:#?}");
    text
}

#[test]
fn every_rule_that_an_emulator_can_miss_has_tests_that_exist() {
    let text = proven("docs/method/simulation.md");
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| D"))
        .collect();
    assert_eq!(rows.len(), 35);
    for row in rows {
        assert!(named(row).next().is_some(), "without a test: {row}");
    }
}

#[test]
fn every_claim_names_tests_that_exist() {
    let text = proven("SECURITY.md");
    let (_, claims) = text
        .split_once("## What is defended, and how")
        .expect("a chapter");
    let (claims, _) = claims.split_once("\n## ").expect("another");
    // A claim is an item of a list, or a paragraph that is none.
    let claims: Vec<&str> = claims
        .split("\n\n")
        .flat_map(|paragraph| paragraph.split("\n- "))
        .filter(|claim| claim.len() > 60)
        .collect();
    assert!(claims.len() > 20, "{}", claims.len());
    let bare: Vec<&&str> = claims
        .iter()
        .filter(|claim| named(claim).next().is_none())
        .collect();
    assert!(bare.is_empty(), "claims without a test: {bare:#?}");
}
