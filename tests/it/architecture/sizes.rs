//! How much fits in one file and in one folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::source;

/// Lines of code in a file, without blank lines, comments and the tests inside it.
const MOST_LINES: usize = 400;
/// Files in a folder, beside its sub-folders.
const MOST_FILES: usize = 13;
/// Made by scripts/regions.
const GENERATED: &str = "regions.rs";

#[test]
fn no_file_holds_more_than_four_hundred_lines_of_code() {
    for (_, files) in source::workspace() {
        for file in files.iter().filter(|file| !file.path.ends_with(GENERATED)) {
            let (lines, path) = (file.code_lines(), file.path.display());
            assert!(
                lines <= MOST_LINES,
                "{path} has {lines} lines of code; split it"
            );
        }
    }
}

#[test]
fn no_folder_holds_more_than_about_a_dozen_files() {
    for (name, _) in source::CRATES {
        let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for file in source::files(name)
            .iter()
            .filter(|file| !source::is_named_as_test(&file.path))
        {
            let folder = file.path.parent().expect("a file has a folder").to_owned();
            *folders.entry(folder).or_default() += 1;
        }
        for (folder, files) in folders {
            let shown = folder.display();
            assert!(
                files <= MOST_FILES,
                "{shown} holds {files} files; give it sub-folders"
            );
        }
    }
}

#[test]
fn files_for_tests_say_so_by_their_names() {
    for (name, _) in source::CRATES {
        // The entrances of fuzzing are named after what they are for.
        let files = source::files(name);
        let for_tests = files
            .iter()
            .filter(|file| file.only_tests && file.top() != source::FUZZING);
        for file in for_tests {
            let inside = file
                .path
                .iter()
                .any(|part| part.to_string_lossy().ends_with("_tests"));
            let path = file.path.display();
            assert!(
                inside || source::is_named_as_test(&file.path),
                "{path}: name it …_tests.rs"
            );
        }
    }
}

#[test]
fn no_source_is_left_over() {
    for (name, library) in source::CRATES {
        let files = source::files(name);
        let mut found = Vec::new();
        rust_files(Path::new(library).parent().expect("a folder"), &mut found);
        // Some systems get another file for the same module, by `#[cfg_attr(…, path = "…")]`.
        let is_declared = |path: &PathBuf| {
            let quoted = format!("\"{}\"", path.file_name().expect("a name").display());
            let mut others = files.iter();
            others.any(|file| file.path == *path || file.code.contains(&quoted))
        };
        found.retain(|path| !is_declared(path) && path != Path::new("src/main.rs"));
        assert!(found.is_empty(), "no module declares {found:?}");
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(source::root().join(folder)).expect("readable") {
        let name = entry.expect("readable").file_name();
        let path = folder.join(name);
        if source::root().join(&path).is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
