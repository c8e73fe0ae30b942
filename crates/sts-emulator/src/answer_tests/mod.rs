//! Every answer of the emulator, whole and in both forms: for each operation its success and each of its errors. Clock and seed
//! are fixed, so they are compared byte for byte, with headers, with the files in `tests/data/answers`.
//!
//! `STS_EMULATOR_WRITE_ANSWERS=1 cargo test -p sts-emulator --lib answer` writes these files; tests/interop has botocore read them.

#![cfg(feature = "federation")]

mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use hyper::header::HeaderValue;

use crate::answer_tests::cases::{Case, Furnished, SignedBy, cases};
use crate::emulator::tests::{
    Key, Received, announced, exchange, faulty, plaintext, prompt, signed_as,
};
use crate::{
    AccountSpec, Emulator, EmulatorConfig, EmulatorView, InjectedFault, OidcProviderSpec,
    ProviderState, Quota, RoleSpec, UserSpec,
};
use sts_model::{FaultCode, Operation};

/// The emulators that the calls are made at, and the session of a role, fifteen minutes long.
struct World {
    fleets: BTreeMap<Furnished, (Emulator, EmulatorView)>,
    session: Key,
    /// One with many tags.
    tagged: Key,
}

/// What is there beside the built-in accounts.
fn furnished(base: EmulatorConfig, clock: Option<&str>) -> EmulatorConfig {
    let mut config = EmulatorConfig {
        clock: clock.map(str::to_owned),
        seed: 7,
        quota: Quota {
            requests_per_second: 1e6,
            burst: 1_000_000,
        },
        ..base
    };
    for account in &mut config.accounts {
        account.disabled_regions = vec!["eu-west-1".to_owned()];
    }
    config.accounts.push(AccountSpec {
        id: "222222222222".to_owned(),
        outbound_federation: false,
        ..AccountSpec::default()
    });
    config.users.push(UserSpec {
        account: "222222222222".to_owned(),
        ..UserSpec::named("restricted").allowed("sts:*")
    });
    config.roles.push(RoleSpec {
        name: "context".to_owned(),
        trust: config.roles[0].trust.replace(
            "\"sts:AssumeRole\",",
            "\"sts:AssumeRole\", \"sts:SetContext\",",
        ),
        ..RoleSpec::default()
    });
    for (name, state) in [
        ("rejecting", ProviderState::Rejecting),
        ("unreachable", ProviderState::Unreachable),
    ] {
        config.oidc_providers.push(OidcProviderSpec {
            url: format!("https://{name}.invalid"),
            state,
            ..OidcProviderSpec::default()
        });
    }
    config
}

impl World {
    async fn started(clocks: [Option<&str>; 2]) -> Self {
        let [usual, later] = clocks;
        let fault = |fault| furnished(faulty(fault), usual);
        let mut fleets = BTreeMap::new();
        for (fleet, config) in [
            (Furnished::Usual, furnished(prompt(), usual)),
            (Furnished::Later, furnished(prompt(), later)),
            (Furnished::Throttled, fault(InjectedFault::Throttle {})),
            (
                Furnished::Failing,
                fault(InjectedFault::ServerError { status: 500 }),
            ),
            (
                Furnished::Unavailable,
                fault(InjectedFault::ServerError { status: 503 }),
            ),
        ] {
            let emulator = Emulator::start(config).await.expect("it starts");
            let view = emulator.view();
            fleets.insert(fleet, (emulator, view));
        }
        let mut world = Self {
            fleets,
            session: Key::default(),
            tagged: Key::default(),
        };
        let tags = (1..=4).map(|at| {
            let value = "x".repeat(100);
            format!("&Tags.member.{at}.Key=k{at}&Tags.member.{at}.Value={value}")
        });
        world.session = world.session_with("").await;
        world.tagged = world.session_with(&tags.collect::<String>()).await;
        world
    }

    /// A session of the first user's role, with more parameters.
    async fn session_with(&self, more: &str) -> Key {
        let role = "arn:aws:iam::123456789012:role/simulated";
        let form = format!("RoleArn={role}&RoleSessionName=session&DurationSeconds=900{more}");
        let case = Case::new(
            Operation::AssumeRole,
            "ok",
            SignedBy::User("simulated"),
            form,
        );
        let answer = self.sent(&case, "text/xml").await;
        Key {
            id: answer.element("AccessKeyId").to_owned(),
            secret: answer.element("SecretAccessKey").to_owned(),
            token: Some(answer.element("SessionToken").to_owned()),
        }
    }

    fn key(&self, case: &Case) -> Key {
        let (_, view) = &self.fleets[&case.fleet];
        let of = |name: &str| {
            let known = view.credentials_of(name).expect(name);
            Key {
                id: known.access_key_id.clone(),
                secret: known.secret_access_key.clone(),
                token: None,
            }
        };
        match case.sender {
            SignedBy::User(name) => of(name),
            SignedBy::Session => self.session.clone(),
            SignedBy::Tagged => self.tagged.clone(),
            SignedBy::WrongSecret => Key {
                secret: "x".repeat(40),
                ..of("simulated")
            },
            SignedBy::UnknownKey => Key {
                id: "AKIAQQQQQQQQQQQQQQQQ".to_owned(),
                ..of("simulated")
            },
            SignedBy::Nobody | SignedBy::HalfAClaim | SignedBy::OldDate => of("simulated"),
        }
    }

    async fn sent(&self, case: &Case, accept: &str) -> Received {
        let (_, view) = &self.fleets[&case.fleet];
        let at = announced(view, case.endpoint);
        let body = format!("Action={}&Version=2011-06-15&{}", case.action, case.form);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", accept),
        ];
        let target = format!("/{}", case.query);
        let mut request = signed_as(at, &self.key(case), ("POST", &target), &headers, &body);
        let claim = "authorization";
        match case.sender {
            SignedBy::Nobody => drop(request.headers_mut().remove(claim)),
            SignedBy::HalfAClaim => {
                let half = HeaderValue::from_static("AWS4-HMAC-SHA256 Credential=AKIA");
                request.headers_mut().insert(claim, half);
            }
            SignedBy::OldDate => {
                let old = HeaderValue::from_static("20150830T123600Z");
                request.headers_mut().insert("x-amz-date", old);
            }
            _ => {}
        }
        exchange(&mut plaintext(at).await, request).await
    }

    /// Every answer, by the file that it belongs into and in its order there.
    async fn answers(&self) -> BTreeMap<String, String> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let announcement = self.fleets[&Furnished::Usual].1.announcement();
        let mut surprises = Vec::new();
        for case in cases(&announcement.parameters) {
            for (form, accept) in [("xml", "text/xml"), ("json", "application/json")] {
                let received = self.sent(&case, accept).await;
                let said = code(&received.body);
                if said != case.says {
                    let name = case.operation.api_name();
                    surprises.push(format!("{name} {} {}", case.title, received.body));
                }
                let file = files.entry(format!("{}.{form}.txt", case.operation.api_name()));
                let text = file.or_default();
                let _ = writeln!(text, "=== {}", case.title);
                let _ = writeln!(text, "{}", received.status.as_u16());
                for (name, value) in &received.headers {
                    let _ = writeln!(text, "{name}: {}", value.to_str().expect("ASCII"));
                }
                let _ = writeln!(text, "\n{}", received.body.trim_end());
            }
        }
        assert!(surprises.is_empty(), "{}", surprises.join("\n"));
        files
    }
}

/// The code of an error in either form, or `ok`.
fn code(body: &str) -> &str {
    let between = |start, end| Some(body.split_once(start)?.1.split_once(end)?.0);
    between("<Code>", "</Code>")
        .or_else(|| between("\"Code\":\"", "\""))
        .unwrap_or("ok")
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/answers")
}

const CLOCKS: [Option<&str>; 2] = [Some("2026-01-01T00:00:00Z"), Some("2026-01-03T00:00:00Z")];

#[tokio::test]
async fn every_answer_in_both_forms_is_the_one_that_was_written_down() {
    let answers = World::started(CLOCKS).await.answers().await;
    if std::env::var_os("STS_EMULATOR_WRITE_ANSWERS").is_some() {
        std::fs::create_dir_all(directory()).expect("made");
        for (file, text) in &answers {
            std::fs::write(directory().join(file), text).expect("written");
        }
    }
    let kept = std::fs::read_dir(directory()).expect("a directory");
    let kept: BTreeSet<String> = kept
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(kept, answers.keys().cloned().collect());
    for (file, text) in &answers {
        let written = std::fs::read_to_string(directory().join(file)).expect("text");
        for (line, (now, then)) in text.lines().zip(written.lines()).enumerate() {
            assert_eq!(now, then, "{file}:{}", line + 1);
        }
        assert_eq!(text.len(), written.len(), "{file}");
    }
}

#[tokio::test]
async fn with_a_clock_that_stands_still_two_emulators_give_the_same_answers() {
    let (first, second) = (World::started(CLOCKS).await, World::started(CLOCKS).await);
    assert_eq!(first.answers().await, second.answers().await);
    let announced = |world: &World| {
        let view = &world.fleets[&Furnished::Usual].1;
        let about = view.announcement();
        (about.parameters.clone(), about.outbound_jwks.clone())
    };
    assert_eq!(announced(&first), announced(&second));
    // Long-term secrets follow from no seed.
    let secret = |world: &World| {
        let view = &world.fleets[&Furnished::Usual].1;
        view.credentials()
            .expect("a user")
            .secret_access_key
            .clone()
    };
    assert_ne!(secret(&first), secret(&second));
}

#[tokio::test]
async fn with_a_clock_that_runs_no_answer_is_like_another() {
    // What only a later clock can bring about is left out.
    let answers = || async {
        let world = World::started([None, None]).await;
        let announcement = world.fleets[&Furnished::Usual].1.announcement();
        let cases = cases(&announcement.parameters);
        let mut found = Vec::new();
        for case in cases.iter().filter(|case| case.fleet != Furnished::Later) {
            let received = world.sent(case, "text/xml").await;
            let id = received.header("x-amzn-requestid").to_owned();
            found.push((case.title.clone(), id, received.body));
        }
        found
    };
    let (first, second) = (answers().await, answers().await);
    assert_eq!(first.len(), second.len());
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(one.0, other.0);
        assert_ne!(one.1, other.1, "{}", one.0);
        assert_ne!(one.2, other.2, "{}", one.0);
    }
}

#[test]
fn every_code_that_the_emulator_knows_is_among_the_answers_or_has_a_reason() {
    let world = crate::answer_tests::cases::all_codes();
    let missing: BTreeSet<&str> = FaultCode::KNOWN
        .iter()
        .copied()
        .filter(|code| !world.contains(*code))
        .collect();
    let never: BTreeSet<&str> = NEVER_SAID.iter().map(|(code, _)| *code).collect();
    assert_eq!(missing, never);
    for (code, reason) in NEVER_SAID {
        assert!(!reason.is_empty(), "{code}");
    }
}

/// Codes that clients know and this emulator never says.
const NEVER_SAID: &[(&str, &str)] = &[
    (
        "RequestExpired",
        "STS calls an old signature SignatureDoesNotMatch",
    ),
    (
        "RequestLimitExceeded",
        "EC2's name of throttling, which clients count as such",
    ),
    ("SlowDown", "S3's name of it"),
    ("ThrottlingException", "other services' name of it"),
    ("TooManyRequestsException", "Lambda's name of it"),
];
