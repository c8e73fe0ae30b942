//! One name, one type: within a crate no two types that other files can see are called the same.

use std::collections::BTreeMap;

use super::source;

/// Types of which a platform or a feature compiles one and leaves the other out.
const ALTERNATIVES: [&str; 4] = [
    "IdentityProviders",
    "KernelClock",
    "KernelLink",
    "KernelTimestamping",
];

#[test]
fn no_two_types_of_a_crate_that_other_files_can_see_share_a_name() {
    for (name, _) in source::CRATES {
        let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in source::released(name) {
            for defined in visible_types(&file.code) {
                let path = file.path.display().to_string();
                seen.entry(defined).or_default().push(path);
            }
        }
        seen.retain(|defined, files| files.len() > 1 && !ALTERNATIVES.contains(&defined.as_str()));
        assert!(seen.is_empty(), "{name}: {seen:#?}");
    }
}

/// The names of the structs, enums and traits that the code lets other files see.
fn visible_types(code: &str) -> Vec<String> {
    let name = |line: &str| {
        let visible = line.trim_start().strip_prefix("pub")?;
        let mut words = visible.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.find(|word| ["struct", "enum", "trait"].contains(word))?;
        words.next().map(str::to_owned)
    };
    code.lines().filter_map(name).collect()
}

#[test]
fn visible_types_are_found_and_private_ones_are_not() {
    let code = "pub struct One<T>(T);\n    pub(in crate::a) enum Two {\nstruct Three;\npub(crate) trait Four: Five {\npub fn six() {}";
    assert_eq!(visible_types(code), ["One", "Two", "Four"]);
}
