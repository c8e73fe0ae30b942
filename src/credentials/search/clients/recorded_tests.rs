//! The facts about clients against what the clients themselves called: `tests/data/clients/environments.json`, which
//! `scripts/interop` and `tests/it` hold against them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use sts_model::{CLIENTS, Called, Client};

use crate::credentials::search::files;

use super::environment::environment_of;

#[derive(Deserialize)]
struct Recorded {
    environment: String,
    variables: BTreeMap<String, String>,
    config: String,
    credentials: String,
    called: BTreeMap<String, String>,
}

/// As in the file: `https://sts.amazonaws.com us-east-1`, or `error`.
fn in_short(called: &Called) -> String {
    match called {
        Called::Endpoint {
            url,
            signing_region,
            ..
        } => format!("{url} {signing_region}"),
        Called::Refused { .. } => "error".to_owned(),
    }
}

#[test]
fn clients_call_what_they_were_seen_to_call_in_each_environment() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/clients/environments.json");
    let text = std::fs::read_to_string(path).expect("readable");
    let recorded: Vec<Recorded> = serde_json::from_str(&text).expect("a list");
    assert!(recorded.len() >= 40, "{} environments", recorded.len());
    let mut wrong = Vec::new();
    for case in &recorded {
        let dir = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).expect("written");
            Some(path)
        };
        let files = files::read(
            write("config", &case.config),
            write("credentials", &case.credentials),
        );
        let profiles = files.expect("readable");
        let environment = environment_of(case.variables.clone(), &profiles).expect("well formed");
        for (id, called) in &case.called {
            let client = Client::named(id).expect("a client of the table");
            let said = in_short(&client.called(&environment));
            if said != *called {
                wrong.push(format!(
                    "{}: {id} called {called}, not {said}",
                    case.environment
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let asked = |client: &&Client| client.sources.iter().any(|it| it.starts_with("asked"));
    for client in CLIENTS.iter().filter(asked) {
        assert!(
            recorded
                .iter()
                .all(|case| case.called.contains_key(client.id)),
            "{} says that it was asked",
            client.id
        );
    }
}
