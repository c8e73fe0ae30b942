//! The verifier against AWS's own test suite and AWS's own signer; never against a signer of this project.

use std::time::{Duration as StdDuration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign as aws_sign,
};
use aws_sigv4::sign::v4;

use super::*;
use crate::iam::identities::{Terms, TokenVersion, UserSpec};
use crate::service::signature::canonical_request::{
    canonical_path, canonical_query, canonical_request, push_encoded,
};
use crate::service::signature::presented_signature::MISMATCH;
use sigv4_suite::{Case, CaseRequest, Context, SECRET};

/// A request that owns its parts.
pub(crate) type Owned = CaseRequest;

/// A request of the suite, as the verifier takes it and as tests alter it.
pub(crate) trait Alterable {
    fn received(&self) -> Received<'_>;
    fn set(&mut self, name: &str, value: &str);
    fn text(&self, name: &str) -> String;
}

impl Alterable for Owned {
    fn received(&self) -> Received<'_> {
        let Self {
            method,
            path,
            query,
            headers,
            body,
        } = self;
        Received {
            method,
            path,
            query,
            headers,
            body,
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(found, _)| found != name);
        self.headers
            .push((name.to_owned(), value.as_bytes().to_vec()));
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.received().header(name).expect(name).to_vec()).expect("ASCII")
    }
}

/// One case in one of its two forms: canonical request, string to sign and signature.
fn check_case(case: &Case, form: &str, context: &Context) {
    let name = format!("{} {form}", case.name());
    let file = |part: &str| case.file(&format!("{form}-{part}.txt"));
    let owned = case.request(&format!("{form}-signed-request.txt"));
    let request = owned.received();
    let presented =
        PresentedSignature::read(&request).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
    // Services as S3 take paths as they are, and some want the token added after signing. STS does neither.
    let as_sent = || {
        let encoded = |segment: &str| {
            let mut encoded = String::new();
            push_encoded(&mut encoded, segment.as_bytes());
            encoded
        };
        request
            .path
            .split('/')
            .map(encoded)
            .collect::<Vec<_>>()
            .join("/")
    };
    let path = if context.normalize {
        canonical_path(request.path)
    } else {
        as_sent()
    };
    let apart: &[&str] = match (form, context.omit_session_token) {
        ("header", _) => &[],
        (_, false) => &["X-Amz-Signature"],
        (_, true) => &["X-Amz-Signature", "X-Amz-Security-Token"],
    };
    let query = canonical_query(request.query, apart);
    let canonical = canonical_request(&request, &path, &query, &presented.signed_headers);
    let canonical_text = String::from_utf8(canonical.clone()).expect("the suite is UTF-8");
    assert_eq!(canonical_text, file("canonical-request"), "{name}");
    let expected = ExpectedScope {
        region: "us-east-1",
        service: "service",
    };
    let (key, scope) = presented
        .checked_scope(expected)
        .unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
    assert_eq!(key, "AKIDEXAMPLE", "{name}");
    let to_sign = string_to_sign(&clock::basic(presented.date), &scope.join("/"), &canonical);
    assert_eq!(to_sign, file("string-to-sign"), "{name}");
    assert_eq!(presented.signature, file("signature"), "{name}");
    let signed = mac(&signing_key(SECRET, scope), to_sign.as_bytes());
    assert_eq!(hex(signed.as_ref()), presented.signature, "{name}");
    if context.normalize && (form == "header" || !context.omit_session_token) {
        presented
            .check_signature(&request, scope, SECRET)
            .unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
    }
    assert!(
        presented
            .check_signature(&request, scope, "another secret")
            .is_err(),
        "{name}"
    );
}

#[test]
fn every_case_of_the_official_suite_gives_its_canonical_request_string_to_sign_and_signature_in_both_forms()
 {
    let mut signed = 0;
    for case in sigv4_suite::cases() {
        let Some(context) = &case.context else {
            // Two cases of double encoding have neither key nor query form, and their date is that of the canonical request.
            let mut owned = case.request("request.txt");
            owned.set("x-amz-date", "20210511T154045Z");
            let path = canonical_path(&owned.path);
            let headers = ["host".to_owned(), "x-amz-date".to_owned()];
            let canonical = canonical_request(&owned.received(), &path, "", &headers);
            assert_eq!(
                canonical,
                case.file("header-canonical-request.txt").as_bytes(),
                "{}",
                case.name()
            );
            continue;
        };
        for form in ["header", "query"] {
            check_case(&case, form, context);
        }
        signed += 1;
    }
    assert_eq!(signed, 38, "cases with signatures");
}

pub(crate) fn identities() -> Identities {
    Identities::new(&[], &[UserSpec::default()], &[])
}

pub(crate) fn now() -> OffsetDateTime {
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
    let signable = SignableRequest::new("POST", url, headers, SignableBody::Bytes(body))
        .expect("a plain request");
    let (instructions, _) = aws_sign(signable, &parameters)
        .expect("a signable request")
        .into_parts();
    let mut owned = Owned {
        method: "POST".into(),
        path: "/".into(),
        query: String::new(),
        headers: Vec::new(),
        body: body.to_vec(),
    };
    owned.set("host", "sts.eu-west-1.amazonaws.com");
    owned.set("content-type", content_type);
    instructions
        .headers()
        .for_each(|(name, value)| owned.set(name, value));
    owned
}

pub(crate) const IRELAND: ExpectedScope<'_> = ExpectedScope {
    region: "eu-west-1",
    service: "sts",
};

fn long_term() -> (Identities, Owned) {
    let identities = identities();
    let credentials = identities.credentials().remove(0);
    let request = signed_by_aws(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        None,
        now(),
    );
    (identities, request)
}

pub(crate) fn code(result: Result<Principal, FaultReply>) -> (u16, String, String) {
    let fault = result.expect_err("the request is wrong");
    (
        fault.status,
        fault.code.as_str().to_owned(),
        fault.message.unwrap_or_default(),
    )
}

#[test]
fn requests_of_aws_own_signer_are_believed() {
    let (identities, request) = long_term();
    let principal =
        authenticate(&request.received(), IRELAND, &identities, now()).expect("a right signature");
    assert_eq!(
        principal.arn("aws"),
        "arn:aws:iam::123456789012:user/simulated"
    );

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
    let caller =
        authenticate(&session.received(), IRELAND, &identities, now()).expect("a right session");
    assert!(caller.is_temporary());

    let later = signed_by_aws(
        key,
        secret,
        Some(&issued.session_token),
        now() + Duration::seconds(900),
    );
    let fault = code(authenticate(
        &later.received(),
        IRELAND,
        &identities,
        now() + Duration::seconds(900),
    ));
    let message = "The security token included in the request is expired";
    assert_eq!(fault, (403, "ExpiredToken".into(), message.into()));

    let tokenless = signed_by_aws(key, secret, None, now());
    let fault = code(authenticate(
        &tokenless.received(),
        IRELAND,
        &identities,
        now(),
    ));
    assert_eq!(fault.1, "InvalidClientTokenId");
}

#[test]
fn two_claims_bad_escapes_and_other_algorithms_are_refused() {
    let (identities, request) = long_term();
    let with = |change: &dyn Fn(&mut Owned)| {
        let mut changed = request.clone();
        change(&mut changed);
        code(authenticate(
            &changed.received(),
            IRELAND,
            &identities,
            now(),
        ))
    };
    let mismatch = (403, "SignatureDoesNotMatch".to_owned(), MISMATCH.to_owned());
    assert_eq!(
        with(&|r| r.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256".into()),
        mismatch,
        "header and query"
    );
    let twice = with(&|r| {
        r.headers
            .push(("authorization".into(), r.text("authorization").into_bytes()));
    });
    assert_eq!(twice, mismatch, "two headers");
    for bad in ["a=%", "a=%zz", "%2=b"] {
        assert_eq!(
            with(&|r| r.query = bad.into()).1,
            "MalformedQueryString",
            "{bad}"
        );
    }
    let asymmetric = with(&|r| {
        let authorization = r.text("authorization");
        r.set(
            "authorization",
            &authorization.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        );
    });
    let message = "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'";
    assert_eq!(
        asymmetric,
        (400, "IncompleteSignature".into(), message.into())
    );
    let asymmetric = with(&|r| {
        r.headers.retain(|(name, _)| name != "authorization");
        r.query = "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256".into();
    });
    assert_eq!(asymmetric.2, message);
    for hash in [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    ] {
        assert_eq!(
            with(&|r| r.set("x-amz-content-sha256", hash)),
            mismatch,
            "{hash}"
        );
    }
}

#[test]
fn presigned_urls_that_lack_parts_are_told_which() {
    let identities = identities();
    let with = |query: &str| {
        let mut owned = CaseRequest::read("GET / HTTP/1.1\nHost:sts.eu-west-1.amazonaws.com\n");
        owned.query = query.to_owned();
        code(authenticate(&owned.received(), IRELAND, &identities, now()))
    };
    let (status, code, message) = with("X-Amz-Algorithm=AWS4-HMAC-SHA256");
    assert_eq!((status, code.as_str()), (400, "IncompleteSignature"));
    assert_eq!(
        message,
        "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include \
         'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters \
         must include 'X-Amz-Date'. Re-examine the query-string parameters."
    );
    let rest =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb&X-Amz-Signature=0&X-Amz-Date=";
    let (_, _, message) = with(&format!("{rest}&X-Amz-SignedHeaders=host"));
    assert_eq!(
        message,
        "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."
    );
    let (_, _, message) = with(&format!(
        "{rest}20261122T100000Z&X-Amz-SignedHeaders=accept"
    ));
    assert!(message.starts_with("'Host' or ':authority'"), "{message}");
}

#[test]
fn a_change_of_one_byte_anywhere_is_refused() {
    let (identities, request) = long_term();
    let check = |what: &str, changed: &Owned| {
        let fault = code(authenticate(
            &changed.received(),
            IRELAND,
            &identities,
            now(),
        ));
        assert!([400, 403].contains(&fault.0), "{what}: {fault:?}");
        fault
    };
    let mismatch = (403, "SignatureDoesNotMatch".to_owned(), MISMATCH.to_owned());
    let changed = |change: fn(&mut Owned)| {
        let mut changed = request.clone();
        change(&mut changed);
        changed
    };
    assert_eq!(
        check("method", &changed(|r| r.method = "PUT".into())),
        mismatch
    );
    assert_eq!(check("path", &changed(|r| r.path = "/a".into())), mismatch);
    assert_eq!(
        check("query", &changed(|r| r.query = "a=".into())),
        mismatch
    );
    assert_eq!(
        check(
            "content type",
            &changed(|r| r.set("content-type", "application/x-www-form-urlencoded"))
        ),
        mismatch
    );
    assert_eq!(
        check(
            "host",
            &changed(|r| r.set("host", "sts.eu-west-2.amazonaws.com"))
        ),
        mismatch
    );
    assert_eq!(
        check(
            "hash",
            &changed(|r| r.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))
        ),
        mismatch
    );
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
    let at = |offset: i64| {
        authenticate(
            &request.received(),
            IRELAND,
            &identities,
            now() + Duration::seconds(offset),
        )
    };
    assert!(at(900).is_ok() && at(-900).is_ok());
    let signed = request.text("x-amz-date");
    let (early, late) = (code(at(901)).2, code(at(-901)).2);
    let form = |time: OffsetDateTime| clock::basic(time);
    let server = now() + Duration::seconds(901);
    let earliest = form(server - Duration::minutes(15));
    let expected = format!(
        "Signature expired: {signed} is now earlier than {earliest} ({} - 15 min.)",
        form(server)
    );
    assert_eq!(early, expected);
    assert!(
        late.starts_with("Signature not yet current: ") && late.ends_with(" + 15 min.)"),
        "{late}"
    );
}

#[test]
fn scope_comes_before_the_key_and_the_key_before_the_signature() {
    let identities = identities();
    let stranger = signed_by_aws("AKIAXXXXXXXXXXNOTAWS", "wrong", None, now());
    let at = |region, service| {
        code(authenticate(
            &stranger.received(),
            ExpectedScope { region, service },
            &identities,
            now(),
        ))
        .2
    };
    assert_eq!(
        at("us-east-1", "sts"),
        "Credential should be scoped to a valid region. "
    );
    assert_eq!(
        at("eu-west-1", "iam"),
        "Credential should be scoped to correct service: 'iam'. "
    );
    assert_eq!(
        at("us-east-1", "iam"),
        "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'iam'. "
    );
    assert_eq!(
        at("eu-west-1", "sts"),
        "The security token included in the request is invalid."
    );
    let key = identities.credentials().remove(0).access_key_id;
    let wrong_secret = signed_by_aws(&key, "wrong", None, now());
    let fault = code(authenticate(
        &wrong_secret.received(),
        IRELAND,
        &identities,
        now(),
    ));
    assert_eq!(
        fault,
        (403, "SignatureDoesNotMatch".into(), MISMATCH.into())
    );
}

#[test]
fn headers_that_lack_parts_are_told_which() {
    let (identities, request) = long_term();
    let with = |authorization: Option<&str>| {
        let mut changed = request.clone();
        changed
            .headers
            .retain(|(name, _)| name != "authorization" && name != "x-amz-date");
        if let Some(authorization) = authorization {
            changed.set("authorization", authorization);
        }
        code(authenticate(
            &changed.received(),
            IRELAND,
            &identities,
            now(),
        ))
    };
    let missing = "Request is missing Authentication Token";
    assert_eq!(
        with(None),
        (403, "MissingAuthenticationToken".into(), missing.into())
    );
    assert_eq!(
        with(Some("AWS4-HMAC-SHA256")).2,
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a \
         'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"
    );
    assert_eq!(
        with(Some("Basic eDp5")).2,
        "Unsupported AWS 'algorithm': 'Basic'"
    );
    assert!(
        with(Some("AWS4-HMAC-SHA256 Credential"))
            .2
            .starts_with("'Credential' not a valid key=value pair")
    );

    let with_date = |authorization: &str, date: &str| {
        let mut changed = request.clone();
        changed.set("authorization", authorization);
        changed.set("x-amz-date", date);
        code(authenticate(
            &changed.received(),
            IRELAND,
            &identities,
            now(),
        ))
    };
    let date = request.text("x-amz-date");
    let whole = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0";
    assert_eq!(
        with_date(whole, &date).2,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'"
    );
    assert!(
        with_date(whole, "yesterday")
            .2
            .starts_with("Date must be in ISO-8601 'basic format'. Got 'yesterday'.")
    );
    let hostless = with_date(
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=x-amz-date, Signature=0",
        &date,
    );
    let message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    assert_eq!(
        hostless,
        (403, "SignatureDoesNotMatch".into(), message.into())
    );
}
