//! Signing one call: this program's signer beside the library that it signs with, on the same message.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use divan::{Bencher, black_box};
use sts_model::{Call, Operation, ParameterValue, SecretSource};
use sts_model::{Endpoint, Origin};
use stsbench::credentials::{FoundCredentials, Keyring, Secret};
use stsbench::sign::{Secrets, SignatureCache, Signer};

fn main() {
    divan::main();
}

/// Whether the credentials carry a session token, which is signed too.
#[divan::bench(args = [Token::Absent, Token::Present])]
fn signer(bencher: Bencher<'_, '_>, token: Token) {
    let signer = Signer::new(Keyring::new(found(token)), "stsbench/bench".to_owned());
    let (endpoint, call) = (endpoint(), call());
    bencher.bench(|| {
        signer
            .sign(black_box(&endpoint), black_box(&call), at())
            .expect("it can be signed")
    });
}

/// The same through the run's signatures, within one second: what a loop of calls pays for all but its first signature.
#[divan::bench(args = [Token::Absent, Token::Present])]
fn signatures_within_a_second(bencher: Bencher<'_, '_>, token: Token) {
    let mut signatures = SignatureCache::new(
        Signer::new(Keyring::new(found(token)), "stsbench/bench".to_owned()),
        1,
    );
    let (endpoint, call) = (endpoint(), call());
    bencher.bench_local(|| {
        signatures
            .sign(0, black_box(&endpoint), black_box(&call), at())
            .expect("it can be signed")
    });
}

/// A call with many parameters, one of them secret and as long as an identity provider's token: no signature, long form.
#[divan::bench]
fn form_of_a_web_identity(bencher: Bencher<'_, '_>) {
    let given = [
        ("role-arn", "arn:aws:iam::123456789012:role/reader"),
        ("web-identity-token", "env:TOKEN"),
        ("policy", "{\"Version\":\"2012-10-17\",\"Statement\":[]}"),
    ];
    let given =
        given.map(|(name, value)| (name.to_owned(), ParameterValue::Text(value.to_owned())));
    let call = Call::new(Operation::AssumeRoleWithWebIdentity, &given.into()).expect("complete");
    let mut secrets = Secrets::default();
    secrets.keep(
        SecretSource::Environment("TOKEN".to_owned()),
        Secret::new("eyJhbGciOiJSUzI1NiJ9.".repeat(60)),
    );
    let signer = Signer::without_credentials("stsbench/bench".to_owned()).with_secrets(secrets);
    let endpoint = endpoint();
    bencher.bench(|| {
        signer
            .sign(black_box(&endpoint), black_box(&call), at())
            .expect("it needs no credentials")
    });
}

/// Parameters, signature and headers as the library gives them, with nothing of this program around it.
#[divan::bench(args = [Token::Absent, Token::Present])]
fn library(bencher: Bencher<'_, '_>, token: Token) {
    let found = found(token);
    let body = call().form();
    bencher.bench(|| {
        let token = found
            .session_token
            .as_ref()
            .map(|token| token.expose().to_owned());
        let (key, secret) = (
            found.access_key_id.expose(),
            found.secret_access_key.expose(),
        );
        let identity = Credentials::new(key, secret, token, None, "bench").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("sts")
            .time(at())
            .settings(SigningSettings::default())
            .build()
            .expect("every field is set")
            .into();
        let headers = [
            ("host", HOST),
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
        ];
        let body = SignableBody::Bytes(black_box(body.as_bytes()));
        let request = SignableRequest::new("POST", URL, headers.into_iter(), body)
            .expect("the address is a valid one");
        sign(request, &parameters)
            .expect("it can be signed")
            .into_parts()
    });
}

/// The day's key alone: four HMACs.
#[divan::bench]
fn derived_key() -> impl AsRef<[u8]> {
    v4::generate_signing_key(black_box(SECRET_KEY), at(), "eu-central-1", "sts")
}

/// Whether there is a session token.
#[derive(Debug, Clone, Copy)]
enum Token {
    Absent,
    Present,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "user",
            Self::Present => "session",
        })
    }
}

fn found(token: Token) -> FoundCredentials {
    FoundCredentials {
        access_key_id: Secret::new("AKIDEXAMPLE".to_owned()),
        secret_access_key: Secret::new(SECRET_KEY.to_owned()),
        // As long as the tokens that STS issues to users.
        session_token: matches!(token, Token::Present)
            .then(|| Secret::new("IQoJb3JpZ2luX2Vj".repeat(40))),
        source: "bench".to_owned(),
        expires: None,
    }
}

fn endpoint() -> Endpoint {
    Endpoint::custom(
        "eu-central-1",
        Origin::parse(&format!("https://{HOST}")).expect("an origin"),
    )
    .expect("a name")
}

fn call() -> Call {
    Operation::GetCallerIdentity.default_call()
}

/// 2015-08-30T12:36:00Z, the moment of AWS's own test suite.
fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)
}

const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const HOST: &str = "sts.eu-central-1.amazonaws.com";
const URL: &str = "https://sts.eu-central-1.amazonaws.com/";
