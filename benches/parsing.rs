//! Reading answers: those that STS gives, and those that somebody else would like to keep a reader busy with.

use divan::Bencher;
use divan::counter::BytesCount;
use sts_model::{Operation, Reading, Returns};

fn main() {
    divan::main();
}

/// An answer of the operation's own.
#[divan::bench(args = Operation::ALL)]
fn answer(bencher: Bencher<'_, '_>, operation: Operation) {
    let body = match operation.facts().returns {
        Returns::CallerIdentity => CALLER_IDENTITY.to_owned(),
        Returns::Credentials => SESSION_TOKEN.replace("GetSessionToken", operation.api_name()),
        Returns::Account => other(operation, "<Account>123456789012</Account>"),
        Returns::DecodedMessage => other(
            operation,
            &format!(
                "<DecodedMessage>{{{}}}</DecodedMessage>",
                "&quot;allowed&quot;:false,".repeat(80)
            ),
        ),
        Returns::WebIdentityToken => other(
            operation,
            &format!(
                "<WebIdentityToken>eyJ{}</WebIdentityToken><Expiration>2026-07-11T19:55:29Z</Expiration>",
                "hbGciOiJFUzM4NCJ9".repeat(50)
            ),
        ),
    };
    let call = operation.default_call();
    assert!(
        matches!(call.read(200, body.as_bytes()), Reading::Answer(_)),
        "the body is an answer"
    );
    bencher
        .counter(BytesCount::of_str(&body))
        .bench(|| call.read(200, divan::black_box(body.as_bytes())));
}

fn other(operation: Operation, inside: &str) -> String {
    let name = operation.api_name();
    format!("<{name}Response><{name}Result>{inside}</{name}Result></{name}Response>")
}

/// A fault in STS's own form.
#[divan::bench]
fn fault(bencher: Bencher<'_, '_>) {
    let call = Operation::GetCallerIdentity.default_call();
    assert!(
        matches!(call.read(400, THROTTLING.as_bytes()), Reading::Fault(_)),
        "the body is a fault"
    );
    bencher
        .counter(BytesCount::of_str(THROTTLING))
        .bench(|| call.read(400, divan::black_box(THROTTLING.as_bytes())));
}

/// 64 KiB, as much as is ever read, made to be slow.
#[divan::bench(args = [Hostile::Siblings, Hostile::Nesting, Hostile::Attributes, Hostile::References, Hostile::Page])]
fn hostile(bencher: Bencher<'_, '_>, kind: Hostile) {
    let body = kind.body();
    let call = Operation::GetCallerIdentity.default_call();
    assert!(
        !matches!(call.read(200, body.as_bytes()), Reading::Answer(_)),
        "the body is no answer"
    );
    bencher
        .counter(BytesCount::of_str(&body))
        .bench(|| call.read(200, divan::black_box(body.as_bytes())));
}

/// A way of being slow to read.
#[derive(Debug, Clone, Copy)]
enum Hostile {
    Siblings,
    Nesting,
    Attributes,
    References,
    Page,
}

impl Hostile {
    fn body(self) -> String {
        let root = |inside: &str| {
            format!("<GetCallerIdentityResponse>{inside}</GetCallerIdentityResponse>")
        };
        match self {
            Self::Siblings => root(&"<a></a>".repeat(LIMIT / 7 - 8)),
            Self::Nesting => "<GetCallerIdentityResponse>".repeat(LIMIT / 27),
            Self::Attributes => root(&format!("<a {}/>", "b=\"c\" ".repeat(LIMIT / 6 - 12))),
            Self::References => root(&format!(
                "<GetCallerIdentityResult><Arn>{}</Arn></GetCallerIdentityResult>",
                "&amp;".repeat(LIMIT / 5 - 40)
            )),
            Self::Page => format!(
                "<html><body>{}</body></html>",
                "Sign in ".repeat(LIMIT / 8 - 4)
            ),
        }
    }
}

impl std::fmt::Display for Hostile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

const LIMIT: usize = 64 * 1024;

const CALLER_IDENTITY: &str =
    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/Alice</Arn>
    <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
";

const SESSION_TOKEN: &str = "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">
  <GetSessionTokenResult>
    <Credentials>
      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
      <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
      <SessionToken>AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE/IvU1dYUg2RVAJBanLiHb4IgRmpRV3zrkuWJOgQs8IZZaIv2BXIa2R4OlgkBN9bkUDNCJiBeb/AXlzBBko7b15fjrBs2+cTQtpZ3CYWFXG8C5zqx37wnOE49mRl/+OtkIKGO7fAE</SessionToken>
      <Expiration>2026-07-11T19:55:29Z</Expiration>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata>
    <RequestId>58c5dbae-abef-11e0-8cfe-09039844ac7d</RequestId>
  </ResponseMetadata>
</GetSessionTokenResponse>
";

const THROTTLING: &str = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">
  <Error>
    <Type>Sender</Type>
    <Code>Throttling</Code>
    <Message>Rate exceeded</Message>
  </Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>
";
