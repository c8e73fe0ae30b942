//! The source of a crate as its module tree, without tests and comments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The names of a module from the crate's root down; empty for the root.
pub type ModulePath = Vec<String>;

/// One file of a crate.
#[derive(Debug)]
pub struct Source {
    /// Below the repository's root.
    pub path: PathBuf,
    /// The module that the file holds.
    pub module: ModulePath,
    /// Its text without comments and without the tests inside it.
    pub code: String,
    /// Whether it is compiled for tests only.
    pub only_tests: bool,
}

impl Source {
    /// The first name of its module; `lib` for the root.
    pub fn top(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// Lines that hold code.
    pub fn code_lines(&self) -> usize {
        self.code
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count()
    }
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates that are released, each with the file of its root, below the repository's root.
pub const CRATES: [(&str, &str); 4] = [
    ("stsbench", "src/lib.rs"),
    ("sts-model", "crates/sts-model/src/lib.rs"),
    ("latency-stats", "crates/latency-stats/src/lib.rs"),
    ("sts-emulator", "crates/sts-emulator/src/lib.rs"),
];

/// The module of a crate that is opened for tests and fuzzing alone.
pub const FUZZING: &str = "fuzz";

/// Every file of the crate named `name`, by following its `mod` lines.
pub fn files(name: &str) -> Vec<Source> {
    let (_, library) = CRATES
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a crate of the workspace");
    let mut found = Vec::new();
    follow(Path::new(library), Vec::new(), false, &mut found);
    found
}

/// The files of the crate that are compiled into the program.
pub fn released(name: &str) -> Vec<Source> {
    let mut files = files(name);
    files.retain(|file| !file.only_tests);
    files
}

/// Those, and what fuzzing opens beside them: all that has a place in the order of the modules.
pub fn ordered(name: &str) -> Vec<Source> {
    let is_fuzzing = |file: &Source| file.top() == FUZZING && !is_named_as_test(&file.path);
    let mut files = files(name);
    files.retain(|file| !file.only_tests || is_fuzzing(file));
    files
}

/// Whether the file's name says that it is for tests alone.
pub fn is_named_as_test(path: &Path) -> bool {
    path.file_stem()
        .is_some_and(|stem| stem.to_string_lossy().ends_with("_tests"))
}

/// Those of every crate, by crate.
pub fn workspace() -> BTreeMap<&'static str, Vec<Source>> {
    CRATES
        .iter()
        .map(|(name, _)| (*name, released(name)))
        .collect()
}

/// A source made of `text`, for tests of the scanner.
pub fn source(path: &str, module: &[&str], text: &str) -> Source {
    Source {
        path: path.into(),
        module: module.iter().map(|name| (*name).to_owned()).collect(),
        code: without_tests_and_comments(text),
        only_tests: false,
    }
}

fn follow(path: &Path, module: ModulePath, only_tests: bool, found: &mut Vec<Source>) {
    let text = fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for declared in declarations(&text) {
        let file = declared.file(path);
        let mut child = module.clone();
        child.push(declared.name);
        follow(&file, child, only_tests || declared.for_tests, found);
    }
    found.push(Source {
        path: path.to_owned(),
        module,
        code: without_tests_and_comments(&text),
        only_tests,
    });
}

/// A line `mod name;` with what stands above it.
struct Declaration {
    name: String,
    given_path: Option<String>,
    for_tests: bool,
}

impl Declaration {
    /// Where the module declared in the file `parent` is.
    fn file(&self, parent: &Path) -> PathBuf {
        let folder = parent.parent().expect("a file has a folder");
        if let Some(given) = &self.given_path {
            return folder.join(given);
        }
        let is_face = ["mod.rs", "lib.rs", "main.rs"]
            .iter()
            .any(|face| parent.ends_with(face));
        let below = if is_face {
            folder.to_owned()
        } else {
            parent.with_extension("")
        };
        let file = below.join(format!("{}.rs", self.name));
        if root().join(&file).exists() {
            file
        } else {
            below.join(&self.name).join("mod.rs")
        }
    }
}

fn declarations(text: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    let (mut for_tests, mut given_path) = (false, None);
    for line in text.lines() {
        let line = line.trim();
        if is_for_tests(line) {
            for_tests = true;
        } else if let Some(path) = line.strip_prefix("#[path = \"") {
            given_path = path.strip_suffix("\"]").map(str::to_owned);
        } else if let Some(name) = module_name(line) {
            let name = name.to_owned();
            found.push(Declaration {
                name,
                given_path: given_path.take(),
                for_tests,
            });
            for_tests = false;
        } else if line.ends_with([';', '{', '}']) {
            // The end of another item; an attribute can be several lines long.
            (for_tests, given_path) = (false, None);
        }
    }
    found
}

/// Whether the line is an attribute that leaves what follows out of the program: tests alone have it, or tests and fuzzing.
fn is_for_tests(line: &str) -> bool {
    const CONDITIONS: [&str; 5] = [
        "#[cfg(test",
        "#[cfg(all(test",
        "any(test, fuzzing)",
        "any(fuzzing, test)",
        "any(test, feature",
    ];
    line.starts_with("#[cfg(") && CONDITIONS.iter().any(|condition| line.contains(condition))
}

/// The name in a line such as `pub(crate) mod name;`.
fn module_name(line: &str) -> Option<&str> {
    let (before, name) = line.strip_suffix(';')?.rsplit_once("mod ")?;
    let visibility = before.trim();
    let is_visibility = visibility.is_empty() || visibility.starts_with("pub");
    (is_visibility && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then_some(name)
}

/// Without the module of tests inside the text, wherever it stands, and without whole lines of comment.
fn without_tests_and_comments(text: &str) -> String {
    const BEGIN: &str = "mod tests {\n";
    let code = match text.split_once(BEGIN) {
        Some((before, inside)) => {
            let after = inside.split_once("\n}\n").map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => text.to_owned(),
    };
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_stands_below_the_tests_of_a_file_is_seen() {
    let text =
        "fn one() {}\n#[cfg(test)]\nmod tests {\n    fn two() {\n    }\n}\nfn three() {}\n// four";
    let code = source("a.rs", &[], text).code;
    assert!(code.contains("one") && code.contains("three"), "{code}");
    assert!(!code.contains("two") && !code.contains("four"), "{code}");
}

#[test]
fn a_module_that_fuzzing_opens_is_none_of_the_program() {
    let for_tests = |text: &str| declarations(text)[0].for_tests;
    for attribute in [
        "#[cfg(test)]",
        "#[cfg(any(fuzzing, test))]",
        "#[cfg(all(feature = \"federation\", any(test, fuzzing)))]",
    ] {
        assert!(
            for_tests(&format!("{attribute}\npub mod a;")),
            "{attribute}"
        );
    }
    assert!(!for_tests("#[cfg(not(test))]\nmod a;"));
    assert!(!for_tests("#[cfg(feature = \"s3\")]\nmod a;"));
}
