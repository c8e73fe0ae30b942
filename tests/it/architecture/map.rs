//! ARCHITECTURE.md describes the tree that is there.

use std::collections::BTreeSet;
use std::fs;

use super::source;

/// The names in the first column of the tables whose head starts with `title`: `` | `name` | … | ``.
fn listed(text: &str, title: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    let rule = |line: &&str| !line.starts_with("|-");
    for line in text.lines().filter(rule) {
        let cell = line
            .strip_prefix("| ")
            .and_then(|rest| rest.split(" |").next());
        match cell {
            None => inside = false,
            Some(cell) if cell == title => inside = true,
            Some(cell) if inside => {
                let several = cell
                    .split(", ")
                    .map(|name| name.trim_matches('`').to_owned());
                names.extend(several);
            }
            Some(_) => {}
        }
    }
    names
}

fn map() -> String {
    fs::read_to_string(source::root().join("ARCHITECTURE.md")).expect("readable")
}

#[test]
fn every_module_of_stsbench_is_on_the_map_and_no_other() {
    let modules: BTreeSet<_> = source::ordered("stsbench")
        .iter()
        .filter(|file| !file.module.is_empty())
        .map(|file| file.top().to_owned())
        .collect();
    assert_eq!(listed(&map(), "module"), modules);
}

#[test]
fn every_folder_of_a_module_is_on_the_map_and_no_other() {
    let folders: BTreeSet<_> = source::CRATES
        .iter()
        .flat_map(|(name, _)| {
            source::ordered(name)
                .into_iter()
                .map(move |file| (*name, file))
        })
        .filter(|(_, file)| file.path.ends_with("mod.rs"))
        .filter_map(|(name, file)| match (name, file.module.as_slice()) {
            ("stsbench", [module, folder]) => Some(format!("{module}/{folder}")),
            (member, [folder]) if member != "stsbench" => Some(format!("{member}/{folder}")),
            _ => None,
        })
        .collect();
    assert_eq!(listed(&map(), "folder"), folders);
}

#[test]
fn every_crate_of_the_workspace_is_on_the_map_and_no_other() {
    let released = source::CRATES.iter().map(|(name, _)| (*name).to_owned());
    let crates: BTreeSet<_> = released.chain(["sigv4-suite".to_owned()]).collect();
    assert_eq!(listed(&map(), "crate"), crates);
}

#[test]
fn the_map_is_short_enough_to_be_read() {
    let lines = map().lines().count();
    assert!(
        lines <= 150,
        "ARCHITECTURE.md has {lines} lines; 150 are the limit"
    );
}
