//! What must not be in the source.

use std::fs;
use std::path::Path;

use super::source::{self, Source};

fn everything() -> Vec<Source> {
    source::workspace().into_values().flatten().collect()
}

#[test]
fn rule_13_nothing_can_switch_the_verification_of_certificates_off_or_write_session_keys() {
    const NOWHERE: [&str; 5] = [
        "danger_accept",
        "ServerCertVerified::assertion",
        "SSLKEYLOGFILE",
        "KeyLogFile",
        "key_log",
    ];
    // It reads who issued a certificate and refuses the certificate: without `assertion` no verifier can accept one.
    const REFUSES_ALL: &str = "src/transport/issuer.rs";
    const IN_WHAT_REFUSES_ALL: [&str; 2] = ["dangerous()", "ServerCertVerifier"];
    for source in everything() {
        let refuses_all = Path::new(REFUSES_ALL) == source.path;
        let elsewhere = IN_WHAT_REFUSES_ALL.iter().filter(|_| !refuses_all);
        for word in NOWHERE.iter().chain(elsewhere) {
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
    const ALLOWED: [(&str, usize); 5] = [
        ("src/credentials/check.rs", 3),
        ("src/credentials/found.rs", 1),
        ("src/credentials/refresh.rs", 2),
        ("src/sign/secrets.rs", 2),
        ("src/sign/signature.rs", 3),
    ];
    for source in source::released("stsbench") {
        let sites = source.code.matches(".expose()").count();
        let allowed = ALLOWED
            .iter()
            .find(|(file, _)| Path::new(file) == source.path)
            .map_or(0, |(_, sites)| *sites);
        assert_eq!(
            sites,
            allowed,
            "{}: a secret leaves its wrapper",
            source.path.display()
        );
    }
}

#[test]
fn rule_01_a_secret_can_be_neither_printed_nor_copied() {
    let secret = source::root().join("src/credentials/secret.rs");
    let text = fs::read_to_string(secret).expect("readable");
    let code = source::source("secret.rs", &[], &text).code;
    assert!(
        !code.contains("derive("),
        "a derive gives more than it seems"
    );
    for word in ["Debug", "Display", "Serialize", "Clone", "Deref", "AsRef"] {
        let implemented =
            code.contains(&format!("impl {word}")) || code.contains(&format!("{word} for"));
        assert!(!implemented, "impl {word}");
    }
}

#[test]
fn the_source_holds_no_silenced_lint_no_stub_and_no_printing() {
    const WORDS: [&str; 9] = [
        "#[allow(",
        "#![allow(",
        "TODO",
        "FIXME",
        "todo!",
        "unimplemented!",
        "println!",
        "unsafe {",
        "unsafe fn",
    ];
    for source in everything() {
        for word in WORDS {
            assert!(
                !source.code.contains(word),
                "{} has {word}",
                source.path.display()
            );
        }
        assert!(
            !source.code.is_empty(),
            "{} is empty",
            source.path.display()
        );
    }
}

#[test]
fn only_transport_credentials_the_server_and_the_emulator_can_reach_the_network() {
    const WORDS: [&str; 5] = [
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "lookup_host",
        "ToSocketAddrs",
    ];
    for source in everything() {
        let emulator = source.path.starts_with("crates/sts-emulator");
        let may = emulator || ["transport", "credentials", "serve"].contains(&source.top());
        for word in WORDS {
            assert!(
                may || !source.code.contains(word),
                "{} has {word}",
                source.path.display()
            );
        }
    }
}

#[test]
fn a_long_function_is_excused_where_it_has_one_arm_for_each_finding_and_nowhere_else() {
    const EXCUSED: [&str; 3] = [
        "src/report/words/checks/load.rs",
        "src/report/words/checks/machine.rs",
        "src/report/words/checks/service.rs",
    ];
    for source in everything() {
        let excuses = ["expect(clippy::too_many", "expect(clippy::cognitive"]
            .map(|excuse| source.code.matches(excuse).count());
        let excused = EXCUSED.iter().any(|path| Path::new(path) == source.path);
        assert_eq!(
            excuses.iter().sum::<usize>(),
            usize::from(excused),
            "{}",
            source.path.display()
        );
    }
}
