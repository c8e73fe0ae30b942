//! Third-party crates and the modules that may name them. Crates of general use (serde, thiserror, tokio, …) are free.

use std::fs;

use super::source;

/// In the package stsbench.
const OWNERS: &[(&str, &[&str])] = &[
    ("hyper", &["classify", "credentials", "transport", "serve"]),
    ("hyper_util", &["credentials", "transport", "serve"]),
    ("http_body_util", &["credentials", "transport", "serve"]),
    ("rustls", &["classify", "credentials", "transport"]),
    ("tokio_rustls", &["transport"]),
    ("webpki_roots", &["transport"]),
    ("reqwest", &["transport", "store"]),
    ("rusty_s3", &["store"]),
    // The sockets of measured calls, and the home directory of an account.
    ("nix", &["transport", "credentials"]),
    ("tower_layer", &["transport"]),
    ("tower_service", &["transport"]),
    ("domain", &["transport"]),
    (
        "aws_lc_rs",
        &["credentials", "transport", "results", "report", "serve"],
    ),
    ("aws_sigv4", &["sign"]),
    ("aws_config", &["credentials"]),
    ("aws_credential_types", &["credentials", "sign"]),
    ("aws_sdk_sts", &["credentials"]),
    ("aws_sdk_sso", &["credentials"]),
    ("aws_sdk_ssooidc", &["credentials"]),
    ("aws_smithy_http_client", &["credentials"]),
    ("aws_smithy_runtime_api", &["credentials"]),
    (
        "zeroize",
        &["echo", "credentials", "sign", "transport", "store"],
    ),
    ("prometheus_client", &["serve"]),
    ("quick_xml", &["store", "report"]),
    ("askama", &["report"]),
    ("flate2", &["report"]),
    ("httpdate", &["load"]),
    ("serde_path_to_error", &["results"]),
    ("hdrhistogram", &["record", "results"]),
    ("plotters", &["report"]),
    ("tiny_skia", &["report"]),
    ("png", &["report"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anyhow", &["cli"]),
    ("anstream", &["cli"]),
];

/// Crates that these members of the workspace must not depend on: the emulator shares no code with what signs and sends,
/// and neither the facts nor the statistics bring the AWS SDK or a socket with them.
const STRANGERS: [(&str, &[&str]); 3] = [
    ("sts-model", &["aws-", "hyper", "tokio", "reqwest"]),
    (
        "latency-stats",
        &["aws-", "hyper", "tokio", "reqwest", "sts-", "serde"],
    ),
    (
        "sts-emulator",
        &[
            "aws-sigv4",
            "aws-config",
            "aws-credential-types",
            "aws-sdk",
            "reqwest",
        ],
    ),
];

/// Whether `code` names the crate `name` as a path or in a `use`.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        let inside_a_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '.';
        let in_use = code[..at].ends_with("use ") && after.starts_with([';', ' ']);
        !before.is_some_and(inside_a_word) && (after.starts_with("::") || in_use)
    })
}

/// The names in a manifest's section.
fn dependencies(manifest: &str, section: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != section).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let name = |line: &str| {
        line.split([' ', '.', '='])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    lines
        .filter(|line| !line.starts_with('#'))
        .map(name)
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn each_crate_has_its_owners() {
    let manifest = fs::read_to_string(source::root().join("Cargo.toml")).expect("readable");
    let listed = dependencies(&manifest, "[dependencies]");
    for (name, _) in OWNERS {
        let listed = listed
            .iter()
            .any(|dependency| dependency.replace('-', "_") == *name);
        assert!(listed, "{name} is no dependency");
    }
    for source in source::released("stsbench") {
        for (name, owners) in OWNERS {
            let stranger = !owners.contains(&source.top()) && names_crate(&source.code, name);
            let path = source.path.display();
            assert!(
                !stranger,
                "{path} names {name}, which belongs to {owners:?}"
            );
        }
    }
}

#[test]
fn no_member_depends_on_what_must_stay_unknown_to_it() {
    for (member, strangers) in STRANGERS {
        let path = source::root()
            .join("crates")
            .join(member)
            .join("Cargo.toml");
        let manifest = fs::read_to_string(path).expect("readable");
        let dependencies = dependencies(&manifest, "[dependencies]");
        assert!(!dependencies.is_empty(), "{member}");
        for dependency in dependencies {
            let stranger = strangers
                .iter()
                .any(|stranger| dependency.starts_with(stranger));
            assert!(!stranger, "{member} depends on {dependency}");
        }
    }
}

#[test]
fn the_scanner_sees_a_crate_where_it_is_named() {
    assert!(names_crate("use clap;\n", "clap"));
    assert!(names_crate("let x = (hyper::body::Body)", "hyper"));
    assert!(!names_crate(
        "use clap_complete::Shell; a.hyper::<u8>()",
        "clap"
    ));
    assert!(!names_crate("x::hyper::y", "hyper"));
}
