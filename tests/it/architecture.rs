//! The shape of the house: data flows downhill, each third-party crate has its owners, and what must not be in the
//! source is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which data passes through them, and what each may import: rows above it only.
const LAYERS: [(&str, &[&str]); 14] = [
    ("parallel", &[]),
    ("plan", &[]),
    ("credentials", &[]),
    ("sign", &["credentials"]),
    ("sample", &["plan"]),
    ("health", &[]),
    ("transport", &["plan", "sign", "sample"]),
    ("load", &["plan", "sign", "sample", "health", "transport"]),
    ("record", &["plan", "sample"]),
    (
        "results",
        &["parallel", "plan", "sample", "health", "record"],
    ),
    (
        "judge",
        &["parallel", "plan", "sample", "health", "record", "results"],
    ),
    (
        "report",
        &["plan", "sample", "health", "record", "results", "judge"],
    ),
    (
        "selftest",
        &[
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
            "plan",
            "credentials",
            "sign",
            "sample",
            "health",
            "transport",
            "load",
            "record",
            "results",
            "judge",
            "report",
            "selftest",
        ],
    ),
];

/// Third-party crates with the modules that may name them. Crates of general use (serde, thiserror, tokio, …) are free.
const OWNERS: &[(&str, &[&str])] = &[
    ("hyper", &["transport", "emulator"]),
    ("hyper_util", &["transport", "emulator"]),
    ("http_body_util", &["transport", "emulator"]),
    ("rustls", &["transport", "emulator"]),
    ("tokio_rustls", &["transport", "emulator"]),
    ("webpki_roots", &["transport"]),
    ("reqwest", &["transport"]),
    ("nix", &["transport", "emulator"]),
    ("tower_layer", &["transport"]),
    ("tower_service", &["transport"]),
    ("domain", &["transport", "emulator"]),
    ("rcgen", &["emulator"]),
    ("aws_lc_rs", &["transport", "emulator"]),
    ("sha2", &["emulator"]),
    ("bergshamra_dsig", &["emulator"]),
    ("bergshamra_keys", &["emulator"]),
    ("jsonwebtoken", &["emulator"]),
    ("uppsala", &["emulator"]),
    ("hmac", &["emulator"]),
    ("rand_distr", &["emulator"]),
    ("tokio_tun", &["emulator"]),
    ("aws_sigv4", &["sign"]),
    ("aws_config", &["credentials"]),
    ("aws_credential_types", &["credentials", "sign"]),
    ("aws_sdk_sts", &["catalog", "credentials"]),
    ("zeroize", &["credentials", "sign", "transport"]),
    ("quick_xml", &["operation", "render"]),
    ("strsim", &["catalog", "operation", "compare", "cli"]),
    ("httpdate", &["load"]),
    ("serde_path_to_error", &["results"]),
    ("hdrhistogram", &["record", "results", "stats"]),
    ("statrs", &["stats"]),
    ("plotters", &["render"]),
    ("resvg", &["render"]),
    ("png", &["render"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anyhow", &["cli"]),
    ("anstream", &["cli"]),
    ("indicatif", &["cli"]),
];

/// One file of `src/`, without its tests and comments.
struct Source {
    path: PathBuf,
    module: String,
    /// Modules between the crate's root and this one.
    depth: usize,
    code: String,
    lines: usize,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every file that is compiled into the program. Files that only tests include are left out.
fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    rust_files(&root().join("src"), &mut paths);
    let texts: BTreeMap<PathBuf, String> = paths
        .into_iter()
        .map(|path| {
            (
                path.clone(),
                fs::read_to_string(&path).expect("source is text"),
            )
        })
        .collect();
    let only_tests: BTreeSet<PathBuf> = texts
        .iter()
        .flat_map(|(path, text)| test_files(path, text))
        .collect();
    let sources = texts
        .into_iter()
        .filter(|(path, _)| !only_tests.contains(path));
    sources.map(|(path, text)| source(path, &text)).collect()
}

fn source(path: PathBuf, text: &str) -> Source {
    let inside = path.strip_prefix(root().join("src")).expect("below src");
    let names: Vec<_> = inside
        .iter()
        .map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned())
        .collect();
    let depth = names
        .iter()
        .filter(|name| *name != "mod" && *name != "lib" && *name != "main")
        .count();
    let code = text.split("\nmod tests {").next().unwrap_or_default();
    let code = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    Source {
        module: names[0].clone(),
        depth,
        code,
        lines: text.lines().count(),
        path,
    }
}

/// The files behind `#[cfg(test)] mod name;` in the file at `path`.
fn test_files(path: &Path, text: &str) -> Vec<PathBuf> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let parent = path.parent().expect("a file has a directory");
    let below = if path.ends_with("mod.rs") || path.ends_with("lib.rs") {
        parent.to_owned()
    } else {
        path.with_extension("")
    };
    let mut files = Vec::new();
    for (at, _) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| **line == "#[cfg(test)]")
    {
        let mut after = lines[at + 1..].iter();
        let Some(mut next) = after.next() else {
            continue;
        };
        if let Some(given) = next.strip_prefix("#[path = \"") {
            files.push(parent.join(given.trim_end_matches("\"]")));
            continue;
        }
        if next.starts_with("#[") {
            let Some(following) = after.next() else {
                continue;
            };
            next = following;
        }
        let declared = next
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(super) ")
            .strip_prefix("mod ");
        if let Some(name) = declared.and_then(|rest| rest.strip_suffix(';')) {
            files.push(below.join(format!("{name}.rs")));
        }
    }
    files
}

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
        assert!(
            !rest.starts_with('{'),
            "{}: name one module a line, not crate::{{…}}",
            source.path.display()
        );
        found.insert(identifier(rest).to_owned());
    }
    // A chain of `super` as long as the file is deep ends at the crate's root.
    let climb = "super::".repeat(source.depth);
    for (at, _) in source.code.match_indices(&climb) {
        found.insert(identifier(&source.code[at + climb.len()..]).to_owned());
    }
    let modules: BTreeSet<_> = LAYERS
        .iter()
        .map(|(module, _)| (*module).to_owned())
        .collect();
    found
        .intersection(&modules)
        .filter(|module| **module != source.module)
        .cloned()
        .collect()
}

/// Whether `code` names the crate `name` as a path or in a `use`.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        let own_word =
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '.');
        own_word
            && (after.starts_with("::")
                || (code[..at].ends_with("use ") && after.starts_with([';', ' '])))
    })
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
    for source in sources() {
        let imports = imports(&source);
        if let Some((_, allowed)) = LAYERS.iter().find(|(module, _)| *module == source.module) {
            for import in &imports {
                assert!(
                    allowed.contains(&import.as_str()),
                    "{} imports {import}",
                    source.path.display()
                );
            }
        }
        needed.entry(source.module).or_default().extend(imports);
    }
    for (module, allowed) in &LAYERS[..LAYERS.len() - 1] {
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
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("readable");
    let declared: Vec<_> = library
        .lines()
        .filter_map(|line| {
            line.strip_prefix("pub mod ")
                .and_then(|rest| rest.strip_suffix(';'))
        })
        .collect();
    let table: Vec<_> = LAYERS.iter().map(|(module, _)| *module).collect();
    assert_eq!(declared, table);
}

#[test]
fn each_crate_has_its_owners() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    for (name, _) in OWNERS {
        let key = |name: &str| {
            manifest
                .lines()
                .any(|line| line.starts_with(&format!("{name} = ")))
        };
        let listed = key(name) || key(&name.replace('_', "-"));
        assert!(listed, "{name} is no dependency");
    }
    for source in sources() {
        for (name, owners) in OWNERS {
            let stranger =
                !owners.contains(&source.module.as_str()) && names_crate(&source.code, name);
            assert!(
                !stranger,
                "{} names {name}, which belongs to {owners:?}",
                source.path.display()
            );
        }
    }
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    let mut paths = Vec::new();
    rust_files(&root().join("src"), &mut paths);
    rust_files(&root().join("tests"), &mut paths);
    for path in paths
        .iter()
        .filter(|path| !path.ends_with("catalog/regions.rs"))
    {
        let lines = fs::read_to_string(path).expect("text").lines().count();
        assert!(
            lines <= 500,
            "{} has {lines} lines; split it",
            path.display()
        );
    }
}

#[test]
fn rule_13_nothing_can_switch_the_verification_of_certificates_off_or_write_session_keys() {
    for source in sources() {
        for word in [
            "danger_accept",
            "dangerous()",
            "SSLKEYLOGFILE",
            "KeyLogFile",
            "key_log",
            "ServerCertVerifier",
        ] {
            assert!(
                !source.code.contains(word),
                "{} has {word}",
                source.path.display()
            );
        }
    }
}

#[test]
fn rule_01_secrets_are_exposed_at_these_places_only() {
    const ALLOWED: [(&str, usize); 4] = [
        ("src/credentials/check.rs", 3),
        ("src/credentials/mod.rs", 1),
        ("src/credentials/refresh.rs", 2),
        ("src/sign.rs", 5),
    ];
    for source in sources() {
        let path = source.path.strip_prefix(root()).expect("below the root");
        let sites = source.code.matches(".expose()").count();
        let allowed = ALLOWED
            .iter()
            .find(|(file, _)| Path::new(file) == path)
            .map_or(0, |(_, sites)| *sites);
        assert_eq!(
            sites,
            allowed,
            "{}: a secret leaves its wrapper",
            path.display()
        );
    }
}

#[test]
fn rule_01_a_secret_can_be_neither_printed_nor_copied() {
    let secret = fs::read_to_string(root().join("src/credentials/secret.rs")).expect("readable");
    let code = source(root().join("src/credentials/secret.rs"), &secret).code;
    for word in [
        "derive",
        "Debug",
        "Display",
        "Serialize",
        "Clone",
        "Deref",
        "AsRef",
    ] {
        assert!(
            !code.contains(&format!("impl {word}")) && !code.contains(&format!("{word} for")),
            "impl {word}"
        );
        assert!(
            word != "derive" || !code.contains("derive("),
            "a derive gives more than it seems"
        );
    }
}

#[test]
fn the_source_holds_no_silenced_lint_no_stub_and_no_printing() {
    for source in sources() {
        for word in [
            "#[allow(",
            "#![allow(",
            "TODO",
            "FIXME",
            "todo!",
            "unimplemented!",
            "println!",
            "unsafe {",
            "unsafe fn",
        ] {
            assert!(
                !source.code.contains(word),
                "{} has {word}",
                source.path.display()
            );
        }
        assert!(source.lines > 0, "{} is empty", source.path.display());
    }
}

#[test]
fn only_transport_emulator_and_credentials_can_reach_the_network() {
    for source in sources() {
        let may = ["transport", "emulator", "credentials"].contains(&source.module.as_str());
        for word in [
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "lookup_host",
            "ToSocketAddrs",
        ] {
            assert!(
                may || !source.code.contains(word),
                "{} has {word}",
                source.path.display()
            );
        }
    }
}

#[test]
fn the_scanner_sees_what_it_is_there_for() {
    let path = |name: &str| root().join("src").join(name);
    let seen = |name: &str, text: &str| {
        imports(&source(path(name), text))
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(seen("stats/mod.rs", "use crate::plan::Plan;"), ["plan"]);
    assert_eq!(
        seen(
            "stats/quantile.rs",
            "fn f(x: super::super::results::Run) {}"
        ),
        ["results"]
    );
    assert_eq!(seen("sign.rs", "use super::sample::Sample;"), ["sample"]);
    assert!(
        seen(
            "stats/quantile.rs",
            "use super::plan;\n// crate::plan\n#[cfg(test)]\nmod tests {\nuse crate::plan;"
        )
        .is_empty()
    );
    assert!(
        names_crate("use clap;\n", "clap") && names_crate("let x = (hyper::body::Body)", "hyper")
    );
    assert!(
        !names_crate("use clap_complete::Shell; a.hyper::<u8>()", "clap")
            && !names_crate("x::hyper::y", "hyper")
    );
}
