//! The signer against AWS's own suite, and what it keeps to itself.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SigningSettings,
    UriPathNormalizationMode,
};
use proptest::prelude::*;
use sts_model::{Call, Endpoint, Operation, Origin, ParameterValue, SecretSource};
use zeroize::Zeroizing;

use crate::credentials::{FoundCredentials, Keyring, Secret};

use super::signature::{Message, Scope, signature_headers};
use super::signer::CONTENT_TYPE;
use super::{Secrets, SignatureCache, Signer};

// Known answers: the AWS SigV4 test suite, as shipped with the aws-sigv4 crate (`aws-signing-test-suite/v4`).
const KEY_ID: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

/// 2015-08-30T12:36:00Z
fn suite_time() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)
}

fn found(token: Option<&str>) -> FoundCredentials {
    FoundCredentials {
        access_key_id: Secret::new(KEY_ID.to_owned()),
        secret_access_key: Secret::new(SECRET_KEY.to_owned()),
        session_token: token.map(|token| Secret::new(token.to_owned())),
        source: "test".to_owned(),
        expires: None,
    }
}

fn suite_signature(
    headers: &[(&str, &str)],
    body: &str,
    token: Option<&str>,
    checksum: PayloadChecksumKind,
) -> Vec<(String, Zeroizing<String>)> {
    let message = Message {
        method: "POST",
        url: "https://example.amazonaws.com/",
        headers,
        body: body.as_bytes(),
    };
    let scope = Scope {
        region: "us-east-1",
        service: "service",
        at: suite_time(),
    };
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = checksum;
    signature_headers(&message, &scope, &found(token), settings)
        .expect("the suite's requests can be signed")
}

fn value<'a>(headers: &'a [(String, Zeroizing<String>)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|header| header.0 == name)
        .map(|header| header.1.as_str())
}

proptest! {
    #[test]
    fn a_kept_seal_is_what_signing_afresh_gives(steps in prop::collection::vec((0..3_u64, 0..1_000_u64, any::<bool>()), 1..20)) {
        let keyring = Keyring::new(found(None));
        let signer = Signer::new(keyring.clone(), "stsbench/test".to_owned());
        let mut signatures = SignatureCache::new(signer.clone(), 2);
        let mut at = suite_time();
        for (seconds, millis, renewed) in steps {
            at += Duration::from_millis(seconds * 1000 + millis);
            if renewed {
                keyring.replace(found(seconds.is_multiple_of(2).then_some(TOKEN)));
            }
            for (place, operation) in Operation::DEFAULT.into_iter().enumerate() {
                let call = operation.default_call();
                let endpoint = endpoint("https://sts.eu-central-1.amazonaws.com/");
                let kept = signatures.sign(place, &endpoint, &call, at).expect("it can be signed");
                let afresh = signer.sign(&endpoint, &call, at).expect("it can be signed");
                prop_assert_eq!(&kept.headers, &afresh.headers);
                prop_assert_eq!((&kept.host, &kept.body), (&afresh.host, &afresh.body));
            }
        }
    }
}

#[test]
fn within_a_second_a_call_is_signed_once() {
    let mut signatures = SignatureCache::new(
        Signer::new(Keyring::new(found(None)), "stsbench/test".to_owned()),
        1,
    );
    let (endpoint, call) = (
        endpoint("https://sts.eu-central-1.amazonaws.com/"),
        Operation::GetCallerIdentity.default_call(),
    );
    let mut signed_at = |millis| {
        signatures.sign(
            0,
            &endpoint,
            &call,
            suite_time() + Duration::from_millis(millis),
        )
    };
    let [first, second, third] =
        [0, 999, 1000].map(|millis| signed_at(millis).expect("it can be signed"));
    assert!(Rc::ptr_eq(&first, &second) && !Rc::ptr_eq(&second, &third));
}

#[test]
fn forms_are_signed_as_in_the_suite() {
    for (content_type, signature) in [
        (
            "application/x-www-form-urlencoded",
            "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        ),
        (
            CONTENT_TYPE,
            "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
        ),
    ] {
        let headers = [
            ("content-type", content_type),
            ("host", "example.amazonaws.com"),
            ("content-length", "13"),
        ];
        let signed = suite_signature(
            &headers,
            "Param1=value1",
            None,
            PayloadChecksumKind::XAmzSha256,
        );
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date, Signature={signature}"
        );
        assert_eq!(value(&signed, "authorization"), Some(expected.as_str()));
    }
}

#[test]
fn the_session_token_is_signed_as_in_the_suite() {
    let headers = [("host", "example.amazonaws.com")];
    let signed = suite_signature(&headers, "", Some(TOKEN), PayloadChecksumKind::NoHeader);
    assert_eq!(
        value(&signed, "authorization"),
        Some(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-security-token, \
             Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
        )
    );
    assert_eq!(value(&signed, "x-amz-security-token"), Some(TOKEN));
}

#[test]
fn every_case_of_the_official_suite_gets_its_signature() {
    let mut signed = 0;
    for case in sigv4_suite::cases() {
        let Some(context) = &case.context else {
            continue;
        };
        let request = case.request("request.txt");
        // The suite writes spaces and Unicode as they are; a URL cannot, and then they are not encoded once more.
        let encoded = |text: &str| {
            let byte = |byte: u8| match byte {
                b'!'..=b'~' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            };
            text.bytes().map(byte).collect::<String>()
        };
        let mut url = format!("https://example.amazonaws.com{}", encoded(&request.path));
        if !request.query.is_empty() {
            url = format!("{url}?{}", encoded(&request.query));
        }
        let text = |(name, value): &(String, Vec<u8>)| {
            (
                name.clone(),
                String::from_utf8(value.clone()).expect("the suite is UTF-8"),
            )
        };
        let headers: Vec<(String, String)> = request.headers.iter().map(text).collect();
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let message = Message {
            method: &request.method,
            url: &url,
            headers: &headers,
            body: &request.body,
        };
        let scope = Scope {
            region: "us-east-1",
            service: "service",
            at: suite_time(),
        };
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        if !context.normalize {
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        if context.sign_body {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        if context.omit_session_token {
            settings.session_token_mode = SessionTokenMode::Exclude;
        }
        let found = found(context.credentials.token.as_deref());
        let headers = signature_headers(&message, &scope, &found, settings)
            .unwrap_or_else(|why| panic!("{}: {why}", case.name()));
        let authorization = value(&headers, "authorization").expect("it is signed");
        let signature = case.file("header-signature.txt");
        assert!(
            authorization.ends_with(&format!("Signature={signature}")),
            "{}: {authorization}",
            case.name()
        );
        signed += 1;
    }
    assert_eq!(signed, 38, "cases with signatures");
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::custom("eu-central-1", Origin::parse(url).expect("an origin")).expect("a name")
}

#[test]
fn a_call_is_signed_for_the_endpoints_region_and_host() {
    let signer = Signer::new(Keyring::new(found(Some(TOKEN))), "stsbench/test".to_owned());
    let endpoint = endpoint("https://sts.eu-central-1.amazonaws.com");
    let call = Operation::GetSessionToken.default_call();
    let request = signer
        .sign(&endpoint, &call, suite_time())
        .expect("the call can be signed");
    assert_eq!(request.host, "sts.eu-central-1.amazonaws.com");
    let authorization = value(&request.headers, "authorization").expect("it is signed");
    assert!(
        authorization.contains("Credential=AKIDEXAMPLE/20150830/eu-central-1/sts/aws4_request")
    );
    assert!(
        authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token")
    );
    assert_eq!(
        value(&request.headers, "x-amz-date"),
        Some("20150830T123600Z")
    );
    assert!(
        value(&request.headers, "accept-encoding").is_none(),
        "a compressed answer would hide its size"
    );
}

#[test]
fn fresh_credentials_sign_the_next_request() {
    let keyring = Keyring::new(found(None));
    let signer = Signer::new(keyring.clone(), "stsbench/test".to_owned());
    let endpoint = endpoint("https://sts.amazonaws.com");
    let call = Operation::GetCallerIdentity.default_call();
    let before = signer
        .sign(&endpoint, &call, suite_time())
        .expect("the call can be signed");
    keyring.replace(found(Some(TOKEN)));
    let after = signer
        .sign(&endpoint, &call, suite_time())
        .expect("the call can be signed");
    assert!(value(&before.headers, "x-amz-security-token").is_none());
    assert_eq!(value(&after.headers, "x-amz-security-token"), Some(TOKEN));
    assert!(signer.is_temporary());
}

#[test]
fn bad_080_a_token_that_breaks_its_header_is_refused_without_being_shown() {
    let signer = Signer::new(
        Keyring::new(found(Some("canary\r\nx-evil: 1"))),
        "stsbench/test".to_owned(),
    );
    let call = Operation::GetCallerIdentity.default_call();
    let endpoint = endpoint("https://sts.amazonaws.com");
    let refused = signer
        .sign(&endpoint, &call, suite_time())
        .map(|_| ())
        .expect_err("no such header");
    assert!(
        !format!("{refused} {refused:?}").contains("canary"),
        "{refused}"
    );
}

fn web_identity() -> Call {
    let values = [
        ("role-arn", "arn:aws:iam::123456789012:role/reader"),
        ("web-identity-token", "env:TOKEN"),
    ];
    let given =
        values.map(|(name, value)| (name.to_owned(), ParameterValue::Text(value.to_owned())));
    Call::new(Operation::AssumeRoleWithWebIdentity, &BTreeMap::from(given)).expect("complete")
}

fn secrets() -> Secrets {
    let mut secrets = Secrets::default();
    secrets.keep(
        SecretSource::Environment("TOKEN".to_owned()),
        Secret::new("eyJcanary.a.b".to_owned()),
    );
    secrets
}

#[test]
fn an_unsigned_operation_carries_neither_signature_nor_session_token() {
    let endpoint = endpoint("https://sts.amazonaws.com");
    let user_agent = || "stsbench/test".to_owned();
    for signer in [
        Signer::new(Keyring::new(found(Some(TOKEN))), user_agent()).with_secrets(secrets()),
        Signer::without_credentials(user_agent()).with_secrets(secrets()),
    ] {
        let request = signer
            .sign(&endpoint, &web_identity(), suite_time())
            .expect("it needs no credentials");
        let names: Vec<_> = request
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["content-type", "user-agent", "accept"]);
        assert!(
            request.body.contains("&WebIdentityToken=eyJcanary.a.b&"),
            "{}",
            request.body.as_str()
        );
        let shown = format!("{signer:?} {request:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn what_is_missing_is_named_and_nothing_is_sent_without_it() {
    let endpoint = endpoint("https://sts.amazonaws.com");
    let signer = Signer::without_credentials("stsbench/test".to_owned());
    let refusal = |call: &Call| {
        signer
            .sign(&endpoint, call, suite_time())
            .map(|_| ())
            .expect_err("refused")
            .to_string()
    };
    assert_eq!(
        refusal(&web_identity()),
        "cannot call assume-role-with-web-identity: its web-identity-token was not read"
    );
    let signed = refusal(&Operation::GetCallerIdentity.default_call());
    assert!(signed.contains("there are no credentials"), "{signed}");
}

#[test]
fn rule_01_neither_signer_nor_request_shows_a_secret() {
    let signer = Signer::new(Keyring::new(found(Some(TOKEN))), "stsbench/test".to_owned());
    let call = Operation::GetCallerIdentity.default_call();
    let request = signer
        .sign(&endpoint("https://sts.amazonaws.com"), &call, suite_time())
        .expect("it can be signed");
    let shown = format!("{signer:?} {request:?} {request:#?}");
    for secret in [KEY_ID, SECRET_KEY, TOKEN, "Signature", &TOKEN[..12]] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
