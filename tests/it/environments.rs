//! Which endpoint the AWS SDK for Rust calls in each environment of `tests/data/clients/environments.json`: what is recorded
//! there, by which `stsbench advise` is judged. The other clients are asked by `scripts/interop`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_sdk_sts::config::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde::Deserialize;

#[derive(Deserialize)]
struct Recorded {
    environment: String,
    variables: BTreeMap<String, String>,
    config: String,
    credentials: String,
    called: BTreeMap<String, String>,
}

/// Takes a request where it would be sent.
#[derive(Debug, Clone, Default)]
struct Taken(Arc<Mutex<Option<String>>>);

impl HttpConnector for Taken {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let url = request.uri().trim_end_matches('/').to_owned();
        let authorization = request.headers().get("authorization").unwrap_or_default();
        // Credential=KEY/DATE/REGION/sts/aws4_request
        let region = authorization.split('/').nth(2).unwrap_or_default();
        *self.0.lock().expect("one thread") = Some(format!("{url} {region}"));
        HttpConnectorFuture::ready(Err(ConnectorError::user("taken".into())))
    }
}

/// What the SDK calls in this process's environment, as in `https://sts.amazonaws.com us-east-1`, or `error`.
async fn called() -> String {
    let taken = Taken::default();
    let connector = SharedHttpConnector::new(taken.clone());
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .credentials_provider(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            None,
            None,
            "test",
        ))
        .retry_config(RetryConfig::disabled())
        .load()
        .await;
    let sent = aws_sdk_sts::Client::new(&config)
        .get_caller_identity()
        .send()
        .await;
    assert!(sent.is_err(), "nothing answers");
    let taken = taken.0.lock().expect("one thread").take();
    taken.unwrap_or_else(|| "error".to_owned())
}

/// Begins the line on which a process says what it would call.
const SAID: &str = "the SDK calls ";

#[tokio::test]
#[ignore = "the other test runs it, in a process for each environment"]
async fn asked() {
    // Of a URL that is none the SDK panics.
    let said = tokio::spawn(called()).await;
    println!("\n{SAID}{}", said.unwrap_or_else(|_| "error".to_owned()));
}

/// What a process of that environment says.
fn asked_in(case: &Recorded) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let (config, credentials) = (dir.path().join("config"), dir.path().join("credentials"));
    fs::write(&config, &case.config).expect("written");
    fs::write(&credentials, &case.credentials).expect("written");
    let this = std::env::current_exe().expect("this program");
    let done = Command::new(this)
        .args(["--exact", "environments::asked", "--ignored", "--nocapture"])
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", config)
        .env("AWS_SHARED_CREDENTIALS_FILE", credentials)
        .envs(&case.variables)
        .output()
        .expect("started");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let found = said.lines().find_map(|line| line.strip_prefix(SAID));
    found.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn the_aws_sdk_for_rust_calls_what_is_recorded_in_each_environment() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/clients/environments.json");
    let text = fs::read_to_string(path).expect("readable");
    let recorded: Vec<Recorded> = serde_json::from_str(&text).expect("a list");
    assert!(recorded.len() >= 40, "{} environments", recorded.len());
    let mut wrong = Vec::new();
    for case in &recorded {
        let called = asked_in(case);
        if case.called.get("rust") != Some(&called) {
            wrong.push(format!("{} → {called}", case.environment));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
