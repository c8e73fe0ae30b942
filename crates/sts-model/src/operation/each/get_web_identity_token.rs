//! GetWebIdentityToken: a signed token that tells services outside AWS who the caller is.

use crate::operation::answer::Answer;
use crate::operation::answer::xml::{Copied, Unreadable, answer, is_filled};
use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{ANY_LENGTH, Alphabet, Bounds, Text};
use crate::operation::shapes::{TAGS, duration_seconds};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetWebIdentityToken",
    cli_name: "get-web-identity-token",
    purpose: "a signed token that tells services outside AWS who the caller is",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::RegionallyOnly,
    quota: Quota::Unlisted,
    permission: Permission::Caller,
    audit: Audit::Unobserved,
    default_seconds: Some(300),
    parameters: &[
        Parameter::new(
            "Audience",
            "audience",
            Kind::List {
                count: Bounds::new(1, 10),
                each: Text::any(Bounds::new(1, 1000)),
            },
        )
        .required()
        .unless_given("stsbench"),
        duration_seconds(60, 3600, "60"),
        // RS256 and ES384 are those that the API reference names.
        Parameter::new(
            "SigningAlgorithm",
            "signing-algorithm",
            Kind::Text(Text::any(Bounds::new(5, 5))),
        )
        .required()
        .unless_given("ES384"),
        Parameter::new("Scope", "scope", Kind::Text(SCOPE)),
        Parameter::new("SubjectMode", "subject-mode", Kind::Text(SUBJECT_MODE)),
        TAGS,
    ],
    returns: Returns::WebIdentityToken,
};

/// Words of OAuth 2.0's scope (RFC 6749, section 3.3), one space between them.
const SCOPE: Text = Text {
    length: Bounds::new(1, 256),
    alphabet: Alphabet {
        pattern: r"[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+( [\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+)*",
        admits: |text| {
            let letter =
                |c| matches!(c, '\x21' | '\x23'..='\x2B' | '\x2D'..='\x5B' | '\x5D'..='\x7E');
            text.split(' ')
                .all(|word| !word.is_empty() && word.chars().all(letter))
        },
    },
};
const SUBJECT_MODE: Text = Text {
    length: ANY_LENGTH,
    alphabet: Alphabet {
        pattern: "AWSIdentity|OriginIdentity",
        admits: |text| matches!(text, "AWSIdentity" | "OriginIdentity"),
    },
};

/// Of the token only its first characters are copied, which are the same in every JSON Web Token.
pub(crate) fn read(body: &[u8]) -> Result<Answer, Unreadable> {
    let beginning = Copied::Beginning(JWT_BEGINNING.len());
    let [token, expiration] = answer(
        body,
        "GetWebIdentityToken",
        [
            (
                &["GetWebIdentityTokenResult", "WebIdentityToken"],
                beginning,
            ),
            (
                &["GetWebIdentityTokenResult", "Expiration"],
                Copied::Nothing,
            ),
        ],
    )?;
    let is_token = token.is_some_and(|token| token.text == JWT_BEGINNING);
    if is_token && is_filled(&expiration) {
        Ok(Answer::WebIdentityToken)
    } else {
        Err(Unreadable::Mismatch)
    }
}

/// `{"` in base64: how the header of a JSON Web Token begins (RFC 7515, appendix A).
const JWT_BEGINNING: &str = "eyJ";
