//! How many names a crate shows to others: each is a promise, and one that nobody uses is hidden.

use super::source::{self, ModulePath, Source};

/// The crates, each with the number of its names that others can see.
const MOST_NAMES: [(&str, usize); 4] = [
    ("stsbench", 265),
    // Its facts are what the three others are made of.
    ("sts-model", 74),
    ("latency-stats", 51),
    ("sts-emulator", 50),
];

#[test]
fn no_crate_shows_more_names_than_a_reader_can_keep() {
    for (name, most) in MOST_NAMES {
        let shown = names(&source::released(name));
        assert!(
            shown.len() <= most,
            "{name} shows {} names, {most} are the limit: hide what nobody outside uses\n{shown:#?}",
            shown.len()
        );
    }
}

#[test]
fn names_are_found_where_others_can_reach_them() {
    let files = [
        source::source(
            "src/lib.rs",
            &[],
            "pub mod shown;\npub(crate) mod kept;\npub use kept::{\n    One, Two as Three,\n    deeper::Four,\n};",
        ),
        source::source(
            "src/shown.rs",
            &["shown"],
            "pub struct Five;\nstruct Six;\nimpl Five {\n    pub fn seven() {}\n}\npub async fn eight() {}\npub(crate) const NINE: u8 = 9;",
        ),
        source::source("src/kept.rs", &["kept"], "pub struct Ten;"),
    ];
    assert_eq!(
        names(&files),
        [
            "Four",
            "One",
            "Three",
            "shown",
            "shown::Five",
            "shown::eight"
        ]
    );
}

/// The names that another crate can write, modules among them, in the alphabet's order.
fn names(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| is_open(&file.module, files)) {
        for name in defined(&file.code).chain(exported(&file.code)) {
            let mut path = file.module.clone();
            path.push(name);
            found.push(path.join("::"));
        }
    }
    found.retain(|name| name != source::FUZZING);
    found.sort();
    found
}

/// Whether every module on the way is `pub`.
fn is_open(module: &ModulePath, files: &[Source]) -> bool {
    let Some((name, parent)) = module.split_last() else {
        return true;
    };
    let declaration = format!("pub mod {name};");
    let declared = files
        .iter()
        .find(|file| file.module == parent)
        .is_some_and(|file| file.code.lines().any(|line| line == declaration));
    name != source::FUZZING && declared && is_open(&parent.to_vec(), files)
}

/// What the lines that begin with `pub` define. Methods are indented.
fn defined(code: &str) -> impl Iterator<Item = String> {
    const KINDS: [&str; 8] = [
        "struct", "enum", "trait", "fn", "type", "static", "const", "mod",
    ];
    code.lines().filter_map(|line| {
        let rest = line.strip_prefix("pub ")?;
        let mut words = rest
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .skip_while(|word| !KINDS.contains(word));
        // `const fn name`: the last of the kinds in a row has the name behind it.
        let name = words.find(|word| !KINDS.contains(word))?;
        (!rest.starts_with("use ")).then(|| name.to_owned())
    })
}

/// What the `pub use` lines show, under the names that they give.
fn exported(code: &str) -> impl Iterator<Item = String> {
    let uses = code.split("\npub use ").skip(1);
    let first = code.strip_prefix("pub use ").into_iter();
    uses.chain(first).flat_map(|rest| {
        let list = rest.split(';').next().unwrap_or_default();
        let named = list.split([',', '{', '}']).filter_map(|item| {
            let item = item.trim();
            let shown = item.rsplit([':', ' ']).next()?;
            (!shown.is_empty()).then(|| shown.to_owned())
        });
        named.collect::<Vec<_>>()
    })
}
