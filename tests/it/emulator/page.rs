//! docs/guide/containers.md and deploy/emulator: every option in them exists, their fleet file is right, and their ports, paths and key
//! ids are those of an emulator that is started as they say.

use std::fs;
use std::path::{Path, PathBuf};

use sts_emulator::{EmulatorConfig, EmulatorProcess};

use crate::support::Home;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// The lines of a text that call `emulate`, and those below them that go on with options.
fn calls(text: &str) -> String {
    let mut called = String::new();
    let mut goes_on = false;
    for line in text.lines() {
        let starts = line.contains("emulate") && !line.trim_start().starts_with('#');
        goes_on = starts || goes_on && line.contains("--");
        if goes_on {
            called.push_str(line);
            called.push('\n');
        }
    }
    called
}

/// The long options in a text.
fn options(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
    text.match_indices("--")
        .filter(|(at, _)| !text[..*at].ends_with(is_name))
        .map(|(at, _)| {
            let rest = &text[at + 2..];
            &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())]
        })
        .filter(|name| !name.is_empty())
        .collect()
}

const FILES: [&str; 4] = [
    "docs/guide/containers.md",
    "deploy/emulator/compose.yaml",
    "deploy/emulator/Containerfile",
    "deploy/emulator/github.yml",
];

/// Options of Docker, Podman and OpenSSL on lines that name the emulator too.
const OF_OTHERS: [&str; 7] = [
    "file",
    "tag",
    "abort-on-container-exit",
    "interval",
    "timeout",
    "retries",
    "env",
];

#[test]
fn every_option_of_the_page_and_its_files_is_one_of_the_emulator() {
    let help = Home::new().run(["emulate", "--help"]).stdout;
    let known = options(&help);
    let mut seen = 0;
    for file in FILES {
        let page = text(file);
        for option in options(&calls(&page)) {
            let is_known = known.contains(&option) || OF_OTHERS.contains(&option);
            assert!(is_known, "{file}: --{option}");
            seen += usize::from(known.contains(&option));
        }
    }
    assert!(seen > 20, "{seen}");
}

/// The fleet file within the composition.
#[test]
fn the_table_of_faults_has_the_kinds_that_a_fleet_file_may_name() {
    let home = Home::new().file(
        "fleet.toml",
        "endpoints = \"global\"\n[[faults]]\nendpoints = [\"global\"]\nfault = { kind = \"none\" }\n",
    );
    let said = home
        .run(["emulate", "--fleet", "fleet.toml"])
        .exits(2)
        .stderr;
    let (_, allowed) = said.split_once("allowed: ").expect("the kinds");
    let page = text("docs/guide/emulator.md");
    let (_, table) = page.split_once("| kind | ").expect("a table");
    let rows = table
        .lines()
        .skip(2)
        .map_while(|line| line.strip_prefix("| `"));
    let kinds: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    assert_eq!(allowed.trim().split(", ").collect::<Vec<_>>(), kinds);
}

fn fleet_file() -> String {
    let page = text("deploy/emulator/compose.yaml");
    let (_, content) = page.split_once("content: |\n").expect("the fleet file");
    let secret = "a".repeat(40);
    content
        .lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect::<String>()
        .replace("${STS_SECRET}", &secret)
}

#[test]
fn the_composition_starts_a_fleet_with_the_key_id_and_the_ports_that_it_names() {
    let page = text("deploy/emulator/compose.yaml");
    let config: EmulatorConfig = toml::from_str(&fleet_file()).expect("a fleet file");
    assert!(config.mistakes().is_empty(), "{:?}", config.mistakes());
    let home = Home::new().file("fleet.toml", fleet_file());
    let file: PathBuf = home.path().join("fleet.toml");
    let file = file.to_string_lossy();
    let arguments: Vec<String> = calls(&page)
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- --"))
        .map(|option| match option {
            "fleet=/fleet.toml" => format!("--fleet={file}"),
            // Whatever runs on this machine may have these.
            "listen-port=8443" => "--listen-port=0".to_owned(),
            "ready-listen=127.0.0.1:8470" => "--ready-listen=127.0.0.1:0".to_owned(),
            other => format!("--{other}"),
        })
        .collect();
    assert_eq!(arguments.len(), 5, "{arguments:?}");
    let fleet =
        EmulatorProcess::start(env!("CARGO_BIN_EXE_stsbench"), &arguments).expect("it starts");
    let own = fleet.credentials().expect("a user");
    assert!(
        page.contains(&format!("AWS_ACCESS_KEY_ID: {}", own.access_key_id)),
        "{own:?}"
    );
    assert_eq!(own.secret_access_key, "a".repeat(40));
    let ready = fleet.announcement().ready_url.clone().expect("asked for");
    let (address, path) = ready
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .expect("a URL");
    for file in ["docs/guide/containers.md", "deploy/emulator/github.yml"] {
        assert!(text(file).contains(&format!("/{path}")), "{file}");
    }
    let asked = Home::new().run(["emulate", "--is-ready", address]);
    assert_eq!((asked.code, asked.stderr.as_str()), (Some(0), ""));
    fleet.finish().expect("it gives its ledger");
    let asked = Home::new().run(["emulate", "--is-ready", address]);
    assert_eq!(asked.code, Some(5));
    assert!(asked.stderr.contains("is not ready"), "{}", asked.stderr);
}

#[test]
fn an_open_address_needs_the_acknowledgement_in_one_clear_line() {
    let refused = Home::new().run(["emulate", "--listen", "0.0.0.0"]);
    assert_eq!(refused.code, Some(2));
    assert_eq!(
        refused.stderr,
        "error: fleet listen_address: other machines reach that address, and take what answers for AWS: say \
         --i-know-it-is-not-aws, or i_know_it_is_not_aws = true in a fleet file\n"
    );
    let needless = Home::new().run(["emulate", "--i-know-it-is-not-aws"]);
    assert_eq!(needless.code, Some(2));
    assert!(
        needless
            .stderr
            .contains("only for addresses that other machines reach"),
        "{}",
        needless.stderr
    );
    let wrong = Home::new().run(["emulate", "--clock", "noon"]);
    assert_eq!(
        (wrong.code, wrong.stderr.as_str()),
        (
            Some(2),
            "error: fleet clock: must be a time such as 2026-01-01T00:00:00Z, from 1970 to 9000\n"
        )
    );
}
