//! Which file imports from which: no file may depend on itself through others.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{self, ModulePath, Source};

/// Names that a module takes over from others with `pub use`, with where each comes from.
type Reexports = BTreeMap<String, String>;

/// The files of a crate with what each names of the others.
struct Imports {
    reexports: BTreeMap<ModulePath, Reexports>,
    edges: BTreeMap<ModulePath, BTreeSet<ModulePath>>,
}

impl Imports {
    fn of(files: &[Source]) -> Self {
        let mut imports = Self {
            reexports: BTreeMap::new(),
            edges: BTreeMap::new(),
        };
        for file in files {
            imports
                .reexports
                .insert(file.module.clone(), reexports(&file.code));
        }
        for file in files {
            let named = paths(&file.code, |child| imports.is_child(&file.module, child));
            let targets = named
                .iter()
                .filter_map(|path| imports.resolve(&file.module, path, 0))
                .filter(|target| *target != file.module)
                .collect();
            imports.edges.insert(file.module.clone(), targets);
        }
        imports
    }

    fn is_child(&self, module: &[String], name: &str) -> bool {
        self.reexports.contains_key(&joined(module, name))
    }

    /// The module whose file defines what `path` names in `module`; re-exports are followed. `None` for other crates.
    fn resolve(&self, module: &[String], path: &str, depth: usize) -> Option<ModulePath> {
        const DEEPEST: usize = 12;
        if depth > DEEPEST {
            return None;
        }
        let mut names = path.split("::").peekable();
        let mut place = module.to_vec();
        match *names.peek()? {
            "crate" => place.clear(),
            "super" | "self" => {}
            first if self.is_child(module, first) => {}
            _ => return None,
        }
        for name in names {
            match name {
                "crate" | "self" => {}
                "super" => drop(place.pop()),
                child if self.is_child(&place, child) => place.push(child.to_owned()),
                item => {
                    let from = self.reexports.get(&place).and_then(|known| known.get(item));
                    return match from {
                        Some(from) => self.resolve(&place, from, depth + 1),
                        None => Some(place),
                    };
                }
            }
        }
        Some(place)
    }

    /// Groups of files of which each can be reached from each other.
    fn circles(&self) -> Vec<BTreeSet<ModulePath>> {
        let reach: BTreeMap<_, _> = self
            .edges
            .keys()
            .map(|module| (module, self.reachable(module)))
            .collect();
        let mut circles: Vec<BTreeSet<ModulePath>> = Vec::new();
        for (module, reached) in &reach {
            if reached.contains(*module) && !circles.iter().any(|known| known.contains(*module)) {
                let whole = reached
                    .iter()
                    .filter(|other| reach[other].contains(*module));
                circles.push(whole.cloned().collect());
            }
        }
        circles
    }

    fn reachable(&self, from: &ModulePath) -> BTreeSet<ModulePath> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for target in &self.edges[module] {
                if reached.insert(target.clone()) {
                    open.push(target);
                }
            }
        }
        reached
    }
}

fn joined(module: &[String], name: &str) -> ModulePath {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`, each with the name that it gets.
fn expanded(tree: &str) -> Vec<(String, String)> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let name = if alias.is_empty() {
            path.rsplit("::").next().unwrap_or(path)
        } else {
            alias
        };
        return if path.is_empty() {
            Vec::new()
        } else {
            vec![(path.trim().to_owned(), name.trim().to_owned())]
        };
    };
    let close = tree.rfind('}').expect("a brace that opens is closed");
    let (mut depth, mut start, mut parts) = (0, open + 1, Vec::new());
    for (at, letter) in tree[..close]
        .char_indices()
        .skip_while(|(at, _)| *at <= open)
    {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..close]);
    let before = &tree[..open];
    parts
        .into_iter()
        .flat_map(expanded)
        .map(|(path, name)| (format!("{before}{path}"), name))
        .collect()
}

/// The trees of the `use` lines, and whether each is `pub`.
fn uses(code: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let Some((before, start)) = line.trim_start().split_once("use ") else {
            continue;
        };
        let public = before.starts_with("pub");
        if !before.is_empty() && !public {
            continue;
        }
        let mut tree = start.to_owned();
        while !tree.contains(';') {
            let Some(line) = lines.next() else {
                return found;
            };
            tree.push_str(line.trim());
        }
        found.push((public, tree.trim_end_matches(';').to_owned()));
    }
    found
}

fn reexports(code: &str) -> Reexports {
    let public = uses(code).into_iter().filter(|(public, _)| *public);
    public
        .flat_map(|(_, tree)| expanded(&tree))
        .map(|(path, name)| (name, path))
        .collect()
}

/// The name under which a path is known: `a::{self}` is `a`.
fn called(path: &str, name: String) -> String {
    match path.strip_suffix("::self") {
        Some(module) if name == "self" => module.rsplit("::").next().unwrap_or(module).to_owned(),
        _ => name,
    }
}

/// Every path of `code` that can lead to another file of the crate.
fn paths(code: &str, is_child: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found: Vec<String> = uses(code)
        .iter()
        .flat_map(|(_, tree)| expanded(tree))
        .map(|(path, _)| path)
        .collect();
    let named: Reexports = uses(code)
        .iter()
        .flat_map(|(_, tree)| expanded(tree))
        .map(|(path, name)| (called(&path, name), path))
        .collect();
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in code.split(|c: char| !is_path(c)) {
        let first = word.split("::").next().unwrap_or(word);
        let leads = ["crate", "super", "self"].contains(&first) || is_child(first);
        // A path that ends in colons goes on in braces: `uses` has its parts.
        if !word.contains("::") || word.ends_with(':') {
            continue;
        }
        if leads {
            found.push(word.to_owned());
        } else if let Some(path) = named.get(first) {
            // A module that is imported by name leads to the files behind it.
            let path = path.strip_suffix("::self").unwrap_or(path);
            found.push(format!("{path}{}", &word[first.len()..]));
        }
    }
    found
}

#[test]
fn no_file_depends_on_itself_through_others() {
    for (name, files) in source::workspace() {
        let imports = Imports::of(&files);
        let path = |module: &ModulePath| {
            let file = files
                .iter()
                .find(|file| file.module == *module)
                .expect("a file");
            file.path.display().to_string()
        };
        let mut shown = Vec::new();
        for circle in imports.circles() {
            for module in &circle {
                let inside = imports.edges[module].intersection(&circle).map(&path);
                shown.push(format!(
                    "{} imports {:?}",
                    path(module),
                    inside.collect::<Vec<_>>()
                ));
            }
        }
        assert!(shown.is_empty(), "circles of imports in {name}: {shown:#?}");
    }
}

#[test]
fn a_circle_is_found_through_names_that_a_module_passes_on() {
    let files = [
        source::source("lib.rs", &[], "mod a;\nmod b;\nmod c;"),
        source::source(
            "a/mod.rs",
            &["a"],
            "mod deep;\npub use deep::{Deep as Renamed, Other};",
        ),
        source::source("a/deep.rs", &["a", "deep"], "use crate::b::{self, B};"),
        source::source("b.rs", &["b"], "use crate::{a::{Renamed}, c};"),
        source::source("c.rs", &["c"], "// use crate::b;\nfn c() { super::c::d() }"),
    ];
    let circles = Imports::of(&files).circles();
    let modules: Vec<Vec<String>> = circles
        .iter()
        .map(|circle| circle.iter().map(|m| m.join("::")).collect())
        .collect();
    assert_eq!(modules, [["a::deep", "b"]]);
}

#[test]
fn a_circle_is_found_through_a_module_that_is_imported_by_its_name() {
    let files = [
        source::source("lib.rs", &[], "mod a;\nmod b;"),
        source::source("a/mod.rs", &["a"], "pub mod deep;"),
        source::source("a/deep.rs", &["a", "deep"], "use crate::b::B;"),
        source::source("b.rs", &["b"], "use crate::a;\nfn c() { a::deep::d() }"),
    ];
    assert_eq!(Imports::of(&files).circles().len(), 1);
}
