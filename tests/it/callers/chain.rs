//! Credentials that are missing, broken, refused or about to end: exit code 4, no value shown, no load sent.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use sts_model::Operation;
use stsbench::credentials::{FoundCredentials, Keyring, Secret};
use stsbench::plan::{ConnectionMode, Deadlines, Target};
use stsbench::sign::Signer;
use stsbench::transport::{Connection as _, HyperTransport, Transport as _, Trust};

use crate::stub::{Stub, USER, sts};
use crate::support::{FAST, Home, KEY_ID, Ran, SECRET, TestEmulator, Untouched, wall_clock};

/// Runs against a peer that must not be called.
#[track_caller]
fn refused(home: &Home, words: &[&str]) {
    let peer = Untouched::new();
    let url = format!("peer={}", peer.url());
    let ran = home
        .measure(&["--endpoint-url", &url, "--endpoints", "peer"])
        .refuses(4, words);
    assert!(!ran.stderr.contains("CANARY"), "{}", ran.stderr);
    peer.check();
    assert!(
        !home.out().exists(),
        "a run that never began leaves nothing behind"
    );
}

/// Two quick calls to `url`.
fn short(home: &Home, url: &str, more: &[&str]) -> Ran {
    let given = format!("peer={url}");
    let arguments = [
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        "--connections=warm",
        "--rounds=2",
        "--blocks=2",
    ];
    let rest = [
        "--warmup-rounds=0",
        "--rate-per-endpoint=10",
        "--progress=never",
    ];
    home.measure(
        &arguments
            .into_iter()
            .chain(rest)
            .chain(more.iter().copied())
            .collect::<Vec<_>>(),
    )
}

#[test]
fn bad_076_without_credentials_every_place_is_listed() {
    let places = [
        "environment variables",
        "`default`",
        "web identity",
        "container",
        "instance metadata",
    ];
    refused(&Home::new(), &places);
}

#[test]
fn bad_077_a_key_without_its_secret_is_refused() {
    refused(
        &Home::new().set("AWS_ACCESS_KEY_ID", KEY_ID),
        &["AWS_SECRET_ACCESS_KEY is missing"],
    );
}

#[test]
fn bad_079_to_081_secrets_and_tokens_that_no_service_issued_are_refused() {
    // What other servers take, AWS may still not have issued.
    for secret in ["CANARY", "CANÄRYCANARYCANARYCANARY"] {
        let ran = Home::with_keys(KEY_ID, secret).measure(&["--endpoints", "eu-west-1"]);
        let ran = ran.refuses(4, &["secret access key"]);
        assert!(!ran.stderr.contains("CAN"), "{}", ran.stderr);
    }
    for secret in ["CANARY\nx: y", " CANARY", &"CANARY".repeat(20_000)] {
        refused(&Home::with_keys(KEY_ID, secret), &["secret access key"]);
    }
    for token in [
        "CANARY\nx: y",
        "CANARY\r",
        "CANARY CANARY",
        &"CANARY".repeat(3_000),
    ] {
        refused(
            &Home::with_keys(KEY_ID, SECRET).set("AWS_SESSION_TOKEN", token),
            &["session token"],
        );
    }
}

#[test]
fn bad_082_a_profile_that_does_not_exist_is_named() {
    refused(
        &Home::new().set("AWS_PROFILE", "nobody"),
        &["profile `nobody` does not exist"],
    );
    refused(&Home::new().set("AWS_PROFILE", ""), &[]);
    let peer = Untouched::new();
    let url = format!("peer={}", peer.url());
    let arguments = [
        "--profile",
        "nobody",
        "--endpoint-url",
        &url,
        "--endpoints",
        "peer",
    ];
    Home::with_keys(KEY_ID, SECRET)
        .measure(&arguments)
        .refuses(4, &["profile `nobody` does not exist"]);
    peer.check();
}

#[test]
fn bad_083_files_that_are_none_are_refused_by_line() {
    refused(
        &Home::new().file(".aws/credentials", "aws_access_key_id = CANARY\n"),
        &["credentials"],
    );
    refused(
        &Home::new().file(
            ".aws/credentials",
            b"[default]\naws_access_key_id = \0\xff\n",
        ),
        &["credentials"],
    );
    refused(
        &Home::new().file(".aws/credentials", "# CANARY\n".repeat(1_000_000)),
        &["larger"],
    );
}

#[test]
fn bad_084_a_circle_of_profiles_is_shown() {
    let circle = "[profile a]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = b\n\
        [profile b]\nrole_arn = arn:aws:iam::1:role/y\nsource_profile = a\n";
    refused(
        &Home::new()
            .file(".aws/config", circle)
            .set("AWS_PROFILE", "a"),
        &["circle", "a", "b"],
    );
}

fn with_process(command: &str) -> Home {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Home::new()
        .file(
            ".aws/config",
            format!("[default]\ncredential_process = {command}\n"),
        )
        .set("PATH", path)
}

#[test]
fn bad_085_a_process_that_hangs_is_ended_with_its_children() {
    let home = with_process("sh -c 'echo $$ > started; sleep 1000; true'");
    let peer = Untouched::new();
    let url = format!("peer={}", peer.url());
    let arguments = [
        "--endpoint-url",
        &url,
        "--endpoints=peer",
        "--credential-timeout=2s",
    ];
    home.measure(&arguments)
        .refuses(4, &["credential_process", "did not end within 2s"]);
    peer.check();
    let started = std::fs::read_to_string(home.path().join("started")).expect("it has started");
    let status = Path::new("/proc").join(started.trim()).join("stat");
    // A process that was ended and that nobody has collected yet is a zombie.
    assert!(
        std::fs::read_to_string(status).is_ok_and(|stat| stat.contains(") Z "))
            || !Path::new("/proc").join(started.trim()).exists()
    );
}

#[test]
fn a_process_may_take_longer_than_ten_seconds_and_be_given_less_or_more() {
    let keys = format!(r#"{{"Version":1,"AccessKeyId":"{KEY_ID}","SecretAccessKey":"{SECRET}"}}"#);
    let peer = Stub::start(|heard| sts(heard, USER, ""));
    let takes = |seconds: u32, limit: &[&str]| {
        let home = with_process(&format!("sh -c 'sleep {seconds}; cat answer'"));
        let home = home.file("answer", &keys);
        let operation = ["--operations=get-caller-identity"];
        short(&home, peer.url(), &[&operation, limit].concat())
    };
    takes(11, &[]).measures();
    takes(2, &["--credential-timeout=1s"]).refuses(4, &["did not end within 1s"]);
    takes(2, &["--credential-timeout=30s"]).measures();
    takes(0, &["--credential-timeout=1h"]).measures();
    takes(0, &["--credential-timeout=2h"]).refuses(2, &["--credential-timeout"]);
}

#[test]
fn bad_086_and_087_what_a_process_prints_is_not_repeated() {
    refused(
        &with_process("sh -c 'echo CANARY >&2; exit 1'"),
        &["credential_process"],
    );
    for output in [
        "{\"Version\":2,\"AccessKeyId\":\"CANARY\"}",
        "{\"Version\":1}",
        "CANARY",
        "{\"Version\":1,\"AccessKeyId\":\"AKIACANARYCANARY2222\",\"SecretAccessKey\":\"CANARYCANARYCANARY\",\
         \"SessionToken\":\"CANARY\",\"Expiration\":\"2001-01-01T00:00:00Z\"}",
    ] {
        refused(&with_process("cat answer").file("answer", output), &[]);
    }
    refused(&with_process("yes CANARY"), &["credential_process"]);
    refused(
        &with_process("/nonexistent/CANARY"),
        &["credential_process"],
    );
}

#[test]
fn bad_090_expired_credentials_are_refused_at_the_start() {
    let home = Home::with_keys(KEY_ID, SECRET)
        .set("AWS_SESSION_TOKEN", "CANARY")
        .set("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z");
    refused(&home, &["expired"]);
}

#[test]
fn bad_091_credentials_that_end_within_the_run_are_told() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let soon = rfc3339(wall_clock() + Duration::from_secs(90));
    let home = Home::with_keys(KEY_ID, SECRET)
        .set("AWS_SESSION_TOKEN", "CANARY")
        .set("AWS_CREDENTIAL_EXPIRATION", soon);
    let given = format!("peer={}", stub.url());
    let mut running = home
        .command([
            "run",
            "--out",
            "out",
            "--endpoint-url",
            &given,
            "--endpoints=peer",
            "--operations=get-caller-identity",
        ])
        .args(["--rate=1", "--duration=10m", "--progress=never"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("starts");
    crate::support::eventually("the first call", || {
        !stub.heard().is_empty() && home.out().join("samples.csv").exists()
    });
    crate::support::signal(&running, rustix::process::Signal::TERM);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.stderr.take().expect("piped"), &mut said)
        .expect("text");
    running.wait().expect("ends");
    assert!(
        said.contains("credentials expire") && said.contains("before the run"),
        "{said}"
    );
}

fn rfc3339(at: SystemTime) -> String {
    let moment = time::OffsetDateTime::from(at)
        .replace_nanosecond(0)
        .expect("zero is a nanosecond");
    moment
        .format(&time::format_description::well_known::Rfc3339)
        .expect("a date of this century")
}

#[test]
fn bad_089_the_root_users_keys_are_warned_of() {
    let stub = Stub::start(|heard| sts(heard, "arn:aws:iam::123456789012:root", ""));
    let home = Home::with_keys(KEY_ID, SECRET);
    short(&home, stub.url(), &["--operations=get-caller-identity"])
        .measures()
        .says(&["root user's keys"]);
}

#[test]
fn bad_092_a_file_that_others_may_read_is_warned_of() {
    let stub = Stub::start(|heard| sts(heard, USER, ""));
    let keys =
        format!("[default]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n");
    let home = Home::new().file(".aws/credentials", keys);
    let path = home.path().join(".aws/credentials");
    for (mode, warned) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
        let ran = short(
            &home,
            stub.url(),
            &["--operations=get-caller-identity", "--force"],
        )
        .measures();
        assert_eq!(
            ran.stderr.contains("can be read by others"),
            warned,
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn fault_27_wrong_keys_end_the_run_after_one_call_to_each_endpoint() {
    let fleet = TestEmulator::start(&format!(
        "endpoints = \"global,eu-central-1,eu-west-1\"\n{FAST}"
    ));
    let own = &fleet.announcement().credentials[0];
    let urls = [
        fleet.plaintext("global"),
        fleet.plaintext("eu-central-1"),
        fleet.plaintext("eu-west-1"),
    ];
    for (id, code) in [
        (own.access_key_id.as_str(), "SignatureDoesNotMatch"),
        (KEY_ID, "InvalidClientTokenId"),
    ] {
        let home = Home::with_keys(id, SECRET);
        let arguments = [
            "--endpoint-url",
            &urls[0],
            "--endpoint-url",
            &urls[1],
            "--endpoint-url",
            &urls[2],
            "--endpoints=global,eu-*",
        ];
        let ran = home.measure(&arguments).exits(4).says(&[code]);
        assert!(
            !ran.stderr.contains("CANARY") && ran.stderr.lines().count() == 1,
            "{}",
            ran.stderr
        );
    }
    let ledger = fleet.finish();
    assert_eq!(
        ledger.requests(),
        6,
        "two keys, three endpoints: {ledger:?}"
    );
}

/// Temporary credentials from the fleet itself, as that endpoint gives them.
pub fn session(fleet: &TestEmulator, endpoint: &str) -> Home {
    let own = &fleet.announcement().credentials[0];
    let found = FoundCredentials {
        access_key_id: Secret::new(own.access_key_id.clone()),
        secret_access_key: Secret::new(own.secret_access_key.clone()),
        session_token: None,
        source: "the fleet".to_owned(),
        expires: None,
    };
    let trust = Trust::public()
        .with_authority(fleet.announcement().ca_pem.as_bytes())
        .expect("a root");
    let endpoint = fleet.endpoint(endpoint).endpoint.clone();
    let call = Operation::GetSessionToken.default_call();
    let signed =
        Signer::new(Keyring::new(found), "test".to_owned()).sign(&endpoint, &call, wall_clock());
    let target = Target {
        endpoint,
        call,
        connection: ConnectionMode::Cold,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let exchange = tokio::task::LocalSet::new().block_on(&runtime, async {
        let transport = HyperTransport::new(trust, Deadlines::default());
        transport
            .connection(&target)
            .exchange(std::rc::Rc::new(signed.expect("signed")))
            .await
    });
    let response = exchange.response.expect("an answer");
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let element = |name: &str| {
        let after = body
            .split(&format!("<{name}>"))
            .nth(1)
            .unwrap_or_else(|| panic!("no {name} in {body}"));
        after
            .split('<')
            .next()
            .unwrap_or_default()
            .replace("&amp;", "&")
    };
    Home::with_keys(&element("AccessKeyId"), &element("SecretAccessKey"))
        .set("AWS_SESSION_TOKEN", element("SessionToken"))
}

#[test]
fn bad_088_temporary_credentials_leave_get_session_token_out_with_a_word() {
    let fleet = TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"));
    let (url, ca_file) = (fleet.secure("eu-central-1"), fleet.ca_file());
    let arguments = |operations: &'static str| {
        [
            "--endpoint-url",
            &url,
            "--ca-file",
            &ca_file,
            "--endpoints=eu-central-1",
            operations,
            "--connections=warm",
            "--rounds=2",
            "--blocks=2",
            "--rate-per-endpoint=10",
        ]
        .map(str::to_owned)
    };
    let run = |home: &Home, operations| {
        home.measure(
            &arguments(operations)
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    };
    let home = session(&fleet, "eu-central-1");
    run(&home, "--operations=get-caller-identity,get-session-token")
        .measures()
        .says(&["get-session-token", "left out"]);
    assert_eq!(
        home.stored().plan.targets.len(),
        1,
        "the other operation is measured"
    );
    assert!(
        home.stored()
            .header
            .caller
            .expect("known")
            .access_key
            .starts_with("ASIA")
    );
    let only = session(&fleet, "eu-central-1");
    run(&only, "--operations=get-session-token")
        .refuses(4, &["get-session-token", "get-caller-identity"]);
}
