//! An emulator with an audit trail, called over TLS and plaintext; its files read by nobody's parser but JSON's.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::emulator::Emulator;
use crate::emulator::tests::{
    IDENTITY, Key, announced, call, connector, exchange, faulty, key, prompt, signed,
};
use crate::{EmulatorConfig, GlobalServing, InjectedFault, UNKNOWN_OPERATION};

#[cfg(feature = "federation")]
#[path = "federated_tests.rs"]
mod federated;

/// The records by Region, in the order in which they were written.
fn records(directory: &Path) -> BTreeMap<String, Vec<Value>> {
    let files = fs::read_dir(directory).expect("the trail is there");
    let file = |path: std::path::PathBuf| {
        assert_eq!(
            fs::metadata(&path).expect("a file").permissions().mode() & 0o777,
            0o600,
            "{}",
            path.display()
        );
        let region = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("text");
        (
            region,
            text.lines()
                .map(|line| serde_json::from_str(line).expect(line))
                .collect(),
        )
    };
    files
        .map(|entry| file(entry.expect("an entry").path()))
        .collect()
}

fn audited(directory: &Path, spec: EmulatorConfig) -> EmulatorConfig {
    EmulatorConfig {
        audit: Some(directory.join("trail")),
        ..spec
    }
}

fn form(action: &str, parameters: &[(&str, &str)]) -> String {
    let parameters = parameters
        .iter()
        .map(|(name, value)| format!("&{name}={}", value.replace('/', "%2F")));
    format!(
        "Action={action}&Version=2011-06-15{}",
        parameters.collect::<String>()
    )
}

#[tokio::test]
async fn every_call_leaves_one_record_in_its_regions_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let fleet = Emulator::start(audited(directory.path(), prompt()))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let (right, wrong) = (
        key(&view),
        Key {
            secret: "x".repeat(40),
            ..key(&view)
        },
    );
    for (name, key, body) in [
        ("eu-west-1", &right, IDENTITY),
        (
            "eu-west-1",
            &right,
            "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=901",
        ),
        (
            "eu-west-1",
            &right,
            "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=1",
        ),
        ("eu-west-1", &wrong, IDENTITY),
        (
            "eu-west-1",
            &right,
            "Action=NoSuchAction&Version=2011-06-15",
        ),
        ("global", &right, IDENTITY),
        ("eu-central-1", &right, IDENTITY),
    ] {
        call(&view, name, key, body).await;
    }
    let ledger = fleet.shutdown().await;
    let trail = directory.path().join("trail");
    assert_eq!(
        fs::metadata(&trail).expect("made").permissions().mode() & 0o777,
        0o700
    );
    let records = records(&trail);
    let counts: Vec<_> = records
        .iter()
        .map(|(region, records)| (region.as_str(), records.len()))
        .collect();
    assert_eq!(
        counts,
        [("eu-central-1", 1), ("eu-west-1", 3), ("us-east-1", 1)]
    );
    // The ledger counts these calls, that of the wrong signer, and what named no operation.
    let pages = ledger.endpoints.values();
    let unknown: u64 = pages
        .filter_map(|page| page.results.get(UNKNOWN_OPERATION))
        .flat_map(BTreeMap::values)
        .sum();
    assert_eq!(ledger.requests() - unknown, 6);
    assert!(ledger.endpoints.values().all(|page| page.unrecorded == 0));

    let ireland = &records["eu-west-1"];
    let identity = &ireland[0];
    let key_id = &right.id;
    assert_eq!(
        identity["userIdentity"],
        json!({
            "type": "IAMUser",
            "principalId": identity["userIdentity"]["principalId"],
            "arn": "arn:aws:iam::123456789012:user/simulated",
            "accountId": "123456789012",
            "accessKeyId": key_id,
            "userName": "simulated",
        })
    );
    for (field, value) in [
        ("eventVersion", json!("1.11")),
        ("eventSource", json!("sts.amazonaws.com")),
        ("eventName", json!("GetCallerIdentity")),
        ("awsRegion", json!("eu-west-1")),
        ("sourceIPAddress", json!("127.0.0.1")),
        ("requestParameters", Value::Null),
        ("responseElements", Value::Null),
        ("readOnly", json!(true)),
        ("recipientAccountId", json!("123456789012")),
    ] {
        assert_eq!(identity[field], value, "{field}");
    }
    assert!(
        identity.get("tlsDetails").is_none() && identity.get("errorCode").is_none(),
        "{identity}"
    );
    let session = &ireland[1];
    assert_eq!(
        session["requestParameters"],
        json!({ "durationSeconds": 901 })
    );
    let credentials = &session["responseElements"]["credentials"];
    assert!(
        credentials["sessionToken"].is_string() && credentials.get("secretAccessKey").is_none(),
        "{credentials}"
    );
    let expiration = credentials["expiration"].as_str().expect("a time");
    assert!(
        expiration.ends_with(" AM") || expiration.ends_with(" PM"),
        "{expiration}"
    );
    assert_eq!(
        (&ireland[2]["errorCode"], &ireland[2]["responseElements"]),
        (&json!("ValidationError"), &Value::Null)
    );
    // Whoever signs wrongly is nobody, and no account has a trail for that.
    assert_eq!(ireland.len(), 3);
    let details = &records["us-east-1"][0]["additionalEventData"]["RequestDetails"];
    assert_eq!(
        details,
        &json!({ "endpointType": "global", "awsServingRegion": "us-east-1" })
    );
}

#[tokio::test]
async fn sessions_and_other_accounts_are_told_as_such() {
    let directory = tempfile::tempdir().expect("a directory");
    let fleet = Emulator::start(audited(directory.path(), prompt()))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    let user = key(&view);
    let own = "arn:aws:iam::123456789012:role/simulated";
    let other = "arn:aws:iam::210987654321:role/shared";
    let assume = |role, more: &[(&str, &str)]| {
        form(
            "AssumeRole",
            &[&[("RoleArn", role), ("RoleSessionName", "audit")], more].concat(),
        )
    };
    let tags = [
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "blue"),
        ("TransitiveTagKeys.member.1", "team"),
        ("SourceIdentity", "somebody"),
        ("Unknown", "x"),
    ];
    let assumed = call(&view, "eu-west-1", &user, &assume(own, &tags)).await;
    assert_eq!(assumed.status, 200, "{}", assumed.body);
    let element = |name: &str| assumed.element(name).to_owned();
    let role = Key {
        id: element("AccessKeyId"),
        secret: element("SecretAccessKey"),
        token: Some(element("SessionToken")),
    };
    call(&view, "eu-west-1", &role, IDENTITY).await;
    assert_eq!(
        call(&view, "eu-west-1", &user, &assume(other, &[]))
            .await
            .status,
        200
    );
    let with_code = form(
        "GetSessionToken",
        &[
            ("SerialNumber", "arn:aws:iam::123456789012:mfa/simulated"),
            ("TokenCode", "123456"),
        ],
    );
    call(&view, "eu-west-1", &user, &with_code).await;
    fleet.shutdown().await;

    let trail = directory.path().join("trail");
    let text = fs::read_to_string(trail.join("eu-west-1.jsonl")).expect("records");
    assert!(
        !text.contains(&role.secret) && !text.contains(&user.secret) && !text.contains("123456\""),
        "a secret is out"
    );
    let records = &records(&trail)["eu-west-1"];
    assert_eq!(
        records[0]["requestParameters"],
        json!({
            "roleArn": own,
            "roleSessionName": "audit",
            "sourceIdentity": "somebody",
            "tags": [{ "key": "team", "value": "blue" }],
            "transitiveTagKeys": ["team"],
        })
    );
    let account = "123456789012";
    assert_eq!(
        records[0]["resources"],
        json!([{ "accountId": account, "type": "AWS::IAM::Role", "ARN": own }])
    );
    assert_eq!(
        records[0]["responseElements"]["assumedRoleUser"]["arn"],
        json!("arn:aws:sts::123456789012:assumed-role/simulated/audit")
    );
    assert!(records[0].get("sharedEventID").is_none());
    let identity = &records[1]["userIdentity"];
    assert_eq!(
        (&identity["type"], &identity["accessKeyId"]),
        (&json!("AssumedRole"), &json!(role.id))
    );
    let context = &identity["sessionContext"];
    assert_eq!(
        (&context["sessionIssuer"]["arn"], &context["sourceIdentity"]),
        (&json!(own), &json!("somebody"))
    );
    assert_eq!(context["attributes"]["mfaAuthenticated"], json!("false"));
    assert!(
        records[2]["sharedEventID"].is_string(),
        "another account's role"
    );
    assert_eq!(
        records[3]["requestParameters"]["tokenCode"],
        json!("HIDDEN_DUE_TO_SECURITY_REASONS")
    );
}

#[tokio::test]
async fn a_locally_served_global_call_is_recorded_in_us_east_1_under_the_name_it_is_handed_on_by() {
    let directory = tempfile::tempdir().expect("a directory");
    let spec = EmulatorConfig {
        global_endpoint: GlobalServing::LocalServing,
        vantage: "eu-north-1".to_owned(),
        ..prompt()
    };
    let fleet = Emulator::start(audited(directory.path(), spec))
        .await
        .expect("the fleet starts");
    let view = fleet.view();
    for name in ["global", "eu-west-1"] {
        let at = announced(&view, name);
        let host = ServerName::try_from(at.host.clone()).expect("a host name");
        let stream = TcpStream::connect(at.endpoint.address.expect("an address"))
            .await
            .expect("the fleet listens");
        let stream = connector(&view)
            .connect(host, stream)
            .await
            .expect("the root is trusted");
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("a fresh connection");
        tokio::spawn(connection);
        let received = exchange(&mut sender, signed(at, &key(&view), IDENTITY)).await;
        assert_eq!(received.status, 200);
    }
    fleet.shutdown().await;
    let records = records(&directory.path().join("trail"));
    let tls = |host: &str| {
        json!({
            "tlsVersion": "TLSv1.3",
            "cipherSuite": records["us-east-1"][0]["tlsDetails"]["cipherSuite"],
            "clientProvidedHostHeader": host,
            "keyExchange": "X25519MLKEM768",
        })
    };
    let global = &records["us-east-1"][0];
    assert_eq!(
        global["tlsDetails"],
        tls("sts-global.eu-north-1.amazonaws.com")
    );
    assert!(
        global["tlsDetails"]["cipherSuite"]
            .as_str()
            .is_some_and(|suite| suite.starts_with("TLS_")),
        "{global}"
    );
    let details = &global["additionalEventData"]["RequestDetails"];
    assert_eq!(
        details,
        &json!({ "endpointType": "global", "awsServingRegion": "eu-north-1" })
    );
    assert_eq!(
        records["eu-west-1"][0]["tlsDetails"],
        tls("sts.eu-west-1.amazonaws.com")
    );
}

#[tokio::test]
async fn an_injected_refusal_is_recorded_as_one_and_a_lost_answer_as_what_it_was() {
    for (fault, code) in [
        (InjectedFault::Throttle {}, json!("Throttling")),
        (
            InjectedFault::ServerError { status: 503 },
            json!("ServiceUnavailable"),
        ),
        (InjectedFault::GarbageBody {}, Value::Null),
    ] {
        let directory = tempfile::tempdir().expect("a directory");
        let fleet = Emulator::start(audited(directory.path(), faulty(fault)))
            .await
            .expect("the fleet starts");
        let view = fleet.view();
        call(&view, "eu-west-1", &key(&view), IDENTITY).await;
        fleet.shutdown().await;
        let records = records(&directory.path().join("trail"));
        assert_eq!(records["eu-west-1"][0]["errorCode"], code);
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_starts_nothing_and_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, "").expect("writable");
    let spec = EmulatorConfig {
        audit: Some(file.join("trail")),
        ..prompt()
    };
    let error = Emulator::start(spec).await.expect_err("no directory");
    let cause = std::error::Error::source(&error);
    assert!(
        cause.is_none(),
        "said twice where causes are told: {cause:?}"
    );
    let error = error.to_string();
    assert!(
        error.starts_with("cannot write the audit trail to ") && error.contains("file/trail"),
        "{error}"
    );
}
