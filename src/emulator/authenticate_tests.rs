//! The verifier against AWS's own test suite and AWS's own signer; never against a signer of this project.

use std::path::Path;
use std::time::{Duration as StdDuration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign as aws_sign};
use aws_sigv4::sign::v4;

use super::super::identities::{Terms, TokenVersion, UserSpec};
use super::*;

/// A request that owns its parts.
#[derive(Debug, Clone)]
struct Owned {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Owned {
    fn received(&self) -> Received<'_> {
        let Self { method, path, query, headers, body } = self;
        Received { method, path, query, headers, body }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(found, _)| found != name);
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.received().header(name).expect(name).to_vec()).expect("ASCII")
    }
}

/// Reads the suite's `header-signed-request.txt`, with its folded header lines.
fn read_request(text: &str) -> Owned {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let start = lines.next().expect("a request line");
    let (method, target) = start.split_once(' ').expect("a method");
    let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
    for line in lines {
        if line.starts_with(' ') {
            let (_, value) = headers.last_mut().expect("a header to continue");
            value.extend_from_slice(line.as_bytes());
        } else {
            let (name, value) = line.split_once(':').expect("a header");
            headers.push((name.to_ascii_lowercase(), value.as_bytes().to_vec()));
        }
    }
    let [method, path, query] = [method, path, query].map(str::to_owned);
    Owned { method, path, query, headers, body: body.trim_end_matches('\n').as_bytes().to_vec() }
}

#[test]
fn every_case_of_the_official_suite_gives_its_canonical_request_string_to_sign_and_signature() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sigv4");
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let mut cases = 0;
    for case in std::fs::read_dir(&suite).expect("the suite is in the repository") {
        let case = case.expect("a readable directory").path();
        if !case.is_dir() {
            continue;
        }
        cases += 1;
        let name = case.display();
        let file = |name: &str| std::fs::read_to_string(case.join(name)).expect(name);
        let owned = read_request(&file("header-signed-request.txt"));
        let request = owned.received();
        let claim = Claim::from_header(&request).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        let canonical = canonical_request(&request, &claim.signed_headers);
        let canonical_text = String::from_utf8(canonical.clone()).expect("the suite is UTF-8");
        assert_eq!(canonical_text, file("header-canonical-request.txt"), "{name}");
        let expected = ExpectedScope { region: "us-east-1", service: "service" };
        let (key, scope) = claim.checked_scope(expected).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(key, "AKIDEXAMPLE", "{name}");
        let to_sign = string_to_sign(&clock::basic(claim.date), &scope.join("/"), &canonical);
        assert_eq!(to_sign, file("header-string-to-sign.txt"), "{name}");
        assert_eq!(claim.signature, file("header-signature.txt"), "{name}");
        claim.check_signature(&request, scope, secret).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert!(claim.check_signature(&request, scope, "another secret").is_err(), "{name}");
    }
    assert_eq!(cases, 31, "cases of the suite");
}

fn identities() -> Identities {
    Identities::new(&[], &[UserSpec::default()], &[])
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_795_000_000).expect("an instant of 2026")
}

/// What AWS's own signer sends to STS in eu-west-1 at `at`.
fn signed_by_aws(key: &str, secret: &str, token: Option<&str>, at: OffsetDateTime) -> Owned {
    let url = "https://sts.eu-west-1.amazonaws.com/";
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    let identity = Credentials::new(key, secret, token.map(str::to_owned), None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let seconds = u64::try_from(at.unix_timestamp()).expect("after 1970");
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("sts")
        .time(SystemTime::UNIX_EPOCH + StdDuration::from_secs(seconds))
        .settings(settings)
        .build()
        .expect("every parameter is given")
        .into();
    let headers = [("content-type", content_type)].into_iter();
    let signable = SignableRequest::new("POST", url, headers, SignableBody::Bytes(body)).expect("a plain request");
    let (instructions, _) = aws_sign(signable, &parameters).expect("a signable request").into_parts();
    let mut owned = Owned {
        method: "POST".into(),
        path: "/".into(),
        query: String::new(),
        headers: Vec::new(),
        body: body.to_vec(),
    };
    owned.set("host", "sts.eu-west-1.amazonaws.com");
    owned.set("content-type", content_type);
    instructions.headers().for_each(|(name, value)| owned.set(name, value));
    owned
}

const IRELAND: ExpectedScope<'_> = ExpectedScope { region: "eu-west-1", service: "sts" };

fn long_term() -> (Identities, Owned) {
    let identities = identities();
    let credentials = identities.credentials().remove(0);
    let request = signed_by_aws(&credentials.access_key_id, &credentials.secret_access_key, None, now());
    (identities, request)
}

fn code(result: Result<Principal, FaultReply>) -> (u16, String, String) {
    let fault = result.expect_err("the request is wrong");
    (fault.status, fault.code.as_str().to_owned(), fault.message.unwrap_or_default())
}

#[test]
fn requests_of_aws_own_signer_are_believed() {
    let (identities, request) = long_term();
    let principal = authenticate(&request.received(), IRELAND, &identities, now()).expect("a right signature");
    assert_eq!(principal.arn("aws"), "arn:aws:iam::123456789012:user/simulated");

    let terms = Terms {
        issued: now(),
        expiration: now() + Duration::seconds(900),
        region: "eu-west-1",
        version: TokenVersion::V2,
        minimum_token_size: 0,
    };
    let issued = identities.issue(&principal.session, terms);
    let (key, secret) = (&issued.access_key_id, &issued.secret_access_key);
    let session = signed_by_aws(key, secret, Some(&issued.session_token), now());
    let caller = authenticate(&session.received(), IRELAND, &identities, now()).expect("a right session");
    assert!(caller.is_temporary());

    let later = signed_by_aws(key, secret, Some(&issued.session_token), now() + Duration::seconds(900));
    let fault = code(authenticate(&later.received(), IRELAND, &identities, now() + Duration::seconds(900)));
    let message = "The security token included in the request is expired";
    assert_eq!(fault, (403, "ExpiredToken".into(), message.into()));

    let tokenless = signed_by_aws(key, secret, None, now());
    let fault = code(authenticate(&tokenless.received(), IRELAND, &identities, now()));
    assert_eq!(fault.1, "InvalidClientTokenId");
}

#[test]
fn a_change_of_one_byte_anywhere_is_refused() {
    let (identities, request) = long_term();
    let check = |what: &str, changed: &Owned| {
        let fault = code(authenticate(&changed.received(), IRELAND, &identities, now()));
        assert!([400, 403].contains(&fault.0), "{what}: {fault:?}");
        fault
    };
    let mismatch = (403, "SignatureDoesNotMatch".to_owned(), MISMATCH.to_owned());
    let changed = |change: fn(&mut Owned)| {
        let mut changed = request.clone();
        change(&mut changed);
        changed
    };
    assert_eq!(check("method", &changed(|r| r.method = "PUT".into())), mismatch);
    assert_eq!(check("path", &changed(|r| r.path = "/a".into())), mismatch);
    assert_eq!(check("query", &changed(|r| r.query = "a=".into())), mismatch);
    assert_eq!(
        check("content type", &changed(|r| r.set("content-type", "application/x-www-form-urlencoded"))),
        mismatch
    );
    assert_eq!(check("host", &changed(|r| r.set("host", "sts.eu-west-2.amazonaws.com"))), mismatch);
    assert_eq!(check("hash", &changed(|r| r.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))), mismatch);
    for position in 0..request.body.len() {
        let mut changed = request.clone();
        changed.body[position] ^= 1;
        assert_eq!(check("body", &changed), mismatch, "byte {position}");
    }
    let authorization = request.text("authorization");
    for position in 0..authorization.len() {
        let mut bytes = authorization.clone().into_bytes();
        bytes[position] = if bytes[position] == b'x' { b'y' } else { b'x' };
        let mut changed = request.clone();
        changed.set("authorization", &String::from_utf8(bytes).expect("ASCII"));
        check("authorization", &changed);
    }
    let date = request.text("x-amz-date");
    let mut later = request.clone();
    later.set("x-amz-date", &date.replace("0Z", "1Z").replace("5Z", "6Z"));
    assert_ne!(later.text("x-amz-date"), date);
    assert_eq!(check("date", &later), mismatch);
}

#[test]
fn the_window_is_fifteen_minutes_either_way() {
    let (identities, request) = long_term();
    let at = |offset: i64| authenticate(&request.received(), IRELAND, &identities, now() + Duration::seconds(offset));
    assert!(at(900).is_ok() && at(-900).is_ok());
    let signed = request.text("x-amz-date");
    let (early, late) = (code(at(901)).2, code(at(-901)).2);
    let form = |time: OffsetDateTime| clock::basic(time);
    let server = now() + Duration::seconds(901);
    let earliest = form(server - Duration::minutes(15));
    let expected = format!("Signature expired: {signed} is now earlier than {earliest} ({} - 15 min.)", form(server));
    assert_eq!(early, expected);
    assert!(late.starts_with("Signature not yet current: ") && late.ends_with(" + 15 min.)"), "{late}");
}

#[test]
fn scope_comes_before_the_key_and_the_key_before_the_signature() {
    let identities = identities();
    let stranger = signed_by_aws("AKIAXXXXXXXXXXNOTAWS", "wrong", None, now());
    let at = |region, service| {
        code(authenticate(&stranger.received(), ExpectedScope { region, service }, &identities, now())).2
    };
    assert_eq!(at("us-east-1", "sts"), "Credential should be scoped to a valid region. ");
    assert_eq!(at("eu-west-1", "iam"), "Credential should be scoped to correct service: 'iam'. ");
    assert_eq!(
        at("us-east-1", "iam"),
        "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'iam'. "
    );
    assert_eq!(at("eu-west-1", "sts"), "The security token included in the request is invalid.");
    let key = identities.credentials().remove(0).access_key_id;
    let wrong_secret = signed_by_aws(&key, "wrong", None, now());
    let fault = code(authenticate(&wrong_secret.received(), IRELAND, &identities, now()));
    assert_eq!(fault, (403, "SignatureDoesNotMatch".into(), MISMATCH.into()));
}

#[test]
fn headers_that_lack_parts_are_told_which() {
    let (identities, request) = long_term();
    let with = |authorization: Option<&str>| {
        let mut changed = request.clone();
        changed.headers.retain(|(name, _)| name != "authorization" && name != "x-amz-date");
        if let Some(authorization) = authorization {
            changed.set("authorization", authorization);
        }
        code(authenticate(&changed.received(), IRELAND, &identities, now()))
    };
    let missing = "Request is missing Authentication Token";
    assert_eq!(with(None), (403, "MissingAuthenticationToken".into(), missing.into()));
    assert_eq!(
        with(Some("AWS4-HMAC-SHA256")).2,
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a \
         'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"
    );
    assert_eq!(with(Some("Basic eDp5")).2, "Unsupported AWS 'algorithm': 'Basic'");
    assert!(with(Some("AWS4-HMAC-SHA256 Credential")).2.starts_with("'Credential' not a valid key=value pair"));

    let with_date = |authorization: &str, date: &str| {
        let mut changed = request.clone();
        changed.set("authorization", authorization);
        changed.set("x-amz-date", date);
        code(authenticate(&changed.received(), IRELAND, &identities, now()))
    };
    let date = request.text("x-amz-date");
    let whole = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0";
    assert_eq!(
        with_date(whole, &date).2,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'"
    );
    assert!(with_date(whole, "yesterday").2.starts_with("Date must be in ISO-8601 'basic format'. Got 'yesterday'."));
    let hostless = with_date("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=x-amz-date, Signature=0", &date);
    let message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    assert_eq!(hostless, (403, "SignatureDoesNotMatch".into(), message.into()));
}
