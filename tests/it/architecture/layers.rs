//! The modules of the package stsbench, and which may import which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::source::{self, Source};

/// The modules in the order in which data passes through them, and what each may import: rows above it only.
const LAYERS: [(&str, &[&str]); 26] = [
    ("parallel", &[]),
    ("plan", &[]),
    ("sample", &["plan"]),
    ("classify", &["sample"]),
    ("echo", &[]),
    ("credentials", &["sample", "classify", "echo"]),
    ("place", &["parallel", "credentials"]),
    ("sign", &["echo", "credentials"]),
    ("health", &[]),
    ("transport", &["plan", "sample", "classify", "sign"]),
    (
        "load",
        &["parallel", "plan", "sign", "sample", "health", "transport"],
    ),
    ("record", &["plan", "sample"]),
    (
        "results",
        &["parallel", "place", "plan", "sample", "health", "record"],
    ),
    (
        "store",
        &[
            "parallel",
            "echo",
            "credentials",
            "place",
            "sign",
            "transport",
            "results",
        ],
    ),
    (
        "judge",
        &["parallel", "plan", "sample", "health", "record", "results"],
    ),
    ("advice", &["place", "plan", "results", "judge"]),
    ("matrix", &["plan", "results", "judge", "advice"]),
    ("notice", &["place"]),
    (
        "report",
        &[
            "place", "plan", "sample", "health", "record", "results", "judge", "advice", "matrix",
            "notice",
        ],
    ),
    (
        "redact",
        &[
            "place", "plan", "sample", "health", "record", "results", "judge", "report",
        ],
    ),
    (
        "session",
        &[
            "parallel",
            "plan",
            "credentials",
            "place",
            "sign",
            "sample",
            "transport",
            "load",
            "record",
            "results",
            "judge",
            "notice",
            "report",
        ],
    ),
    (
        "serve",
        &[
            "parallel", "plan", "sample", "load", "record", "results", "judge", "session",
        ],
    ),
    (
        "doctor",
        &[
            "parallel",
            "plan",
            "sample",
            "credentials",
            "place",
            "sign",
            "transport",
            "load",
            "notice",
            "session",
        ],
    ),
    (
        "selftest",
        &[
            "parallel",
            "plan",
            "sign",
            "sample",
            "transport",
            "load",
            "results",
            "report",
        ],
    ),
    (
        "cli",
        &[
            "parallel",
            "plan",
            "credentials",
            "place",
            "sign",
            "sample",
            "load",
            "results",
            "store",
            "judge",
            "advice",
            "matrix",
            "notice",
            "report",
            "redact",
            "session",
            "serve",
            "doctor",
            "selftest",
        ],
    ),
    (
        "fuzz",
        &[
            "plan",
            "credentials",
            "transport",
            "results",
            "store",
            "judge",
            "cli",
        ],
    ),
];

/// The crates of the workspace, and which of the others each may name.
const CRATES: [(&str, &[&str]); 4] = [
    ("sts-model", &[]),
    ("latency-stats", &[]),
    // The independent second opinion: what signs, sends and holds credentials must stay unknown to it.
    ("sts-emulator", &["sts_model"]),
    ("stsbench", &["sts_model", "latency_stats", "sts_emulator"]),
];

fn identifier(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// The top-level modules that `source` names.
fn imports(source: &Source) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.code.match_indices("crate::") {
        let rest = &source.code[at + "crate::".len()..];
        let path = source.path.display();
        assert!(
            !rest.starts_with('{'),
            "{path}: name one module a line, not crate::{{…}}"
        );
        found.insert(identifier(rest).to_owned());
    }
    // A chain of `super` as long as the module is deep ends at the crate's root.
    let climb = "super::".repeat(source.module.len());
    for (at, _) in source.code.match_indices(&climb) {
        found.insert(identifier(&source.code[at + climb.len()..]).to_owned());
    }
    let modules: BTreeSet<_> = LAYERS
        .iter()
        .map(|(module, _)| (*module).to_owned())
        .collect();
    found
        .intersection(&modules)
        .filter(|module| *module != source.top())
        .cloned()
        .collect()
}

#[test]
fn the_table_runs_downhill() {
    for (row, (module, allowed)) in LAYERS.iter().enumerate() {
        for import in *allowed {
            let above = LAYERS[..row].iter().any(|(name, _)| name == import);
            assert!(
                above,
                "{module} may not import {import}: it does not stand above"
            );
        }
    }
}

#[test]
fn the_code_obeys_the_table_and_the_table_allows_no_more_than_the_code_needs() {
    let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in source::ordered("stsbench") {
        let imports = imports(&source);
        if let Some((_, allowed)) = LAYERS.iter().find(|(module, _)| *module == source.top()) {
            for import in &imports {
                let path = source.path.display();
                assert!(
                    allowed.contains(&import.as_str()),
                    "{path} imports {import}"
                );
            }
        }
        needed
            .entry(source.top().to_owned())
            .or_default()
            .extend(imports);
    }
    for (module, allowed) in &LAYERS {
        let needed = needed.get(*module).expect("the module exists");
        let spare: Vec<_> = allowed
            .iter()
            .filter(|import| !needed.contains(**import))
            .collect();
        assert!(
            spare.is_empty(),
            "{module} no longer imports {spare:?}; take it out of the table"
        );
    }
}

#[test]
fn the_library_declares_its_modules_in_the_order_of_the_table() {
    let library = fs::read_to_string(source::root().join("src/lib.rs")).expect("readable");
    let declared: Vec<_> = library
        .lines()
        .filter_map(|line| {
            line.split_once("mod ")
                .map(|(_, rest)| rest.trim_end_matches(';'))
        })
        .filter(|name| LAYERS.iter().any(|(module, _)| module == name))
        .collect();
    let table: Vec<_> = LAYERS.iter().map(|(module, _)| *module).collect();
    assert_eq!(declared, table);
}

#[test]
fn a_crate_names_those_of_the_workspace_that_it_may() {
    let workspace = source::workspace();
    for (name, allowed) in CRATES {
        for source in &workspace[name] {
            for other in ["sts_model", "latency_stats", "sts_emulator", "stsbench"] {
                let named = source.code.contains(&format!("{other}::"));
                let own = name.replace('-', "_") == other;
                let path = source.path.display();
                assert!(
                    !named || own || allowed.contains(&other),
                    "{path} names {other}"
                );
            }
        }
    }
}

#[test]
fn the_scanner_sees_what_it_is_there_for() {
    let seen = |module: &[&str], text: &str| {
        let source = source::source("x.rs", module, text);
        imports(&source).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(seen(&["record"], "use crate::plan::Plan;"), ["plan"]);
    let deep = "fn f(x: super::super::results::Run) {}";
    assert_eq!(seen(&["judge", "pairs"], deep), ["results"]);
    assert_eq!(seen(&["sign"], "use super::sample::Sample;"), ["sample"]);
    let unseen = "use super::plan;\n// crate::plan\n#[cfg(test)]\nmod tests {\nuse crate::plan;";
    assert!(seen(&["judge", "pairs"], unseen).is_empty());
}
