//! Parameters that several operations share, as the service model's shapes define them.

use super::parameter::{Kind, Parameter};
use super::rules::{ARN, Alphabet, Bounds, NAME, Text, is_word};

/// The role to be assumed.
pub(super) const ROLE_ARN: Parameter = Parameter::new("RoleArn", "role-arn", Kind::Text(ARN))
    .required()
    .identifying();

/// The session's name; it shows in the session's ARN and in CloudTrail.
pub(super) const ROLE_SESSION_NAME: Parameter = Parameter::new(
    "RoleSessionName",
    "role-session-name",
    Kind::Text(Text {
        length: Bounds::new(2, 64),
        alphabet: NAME,
    }),
)
.required()
.identifying()
.unless_given("stsbench");

/// Managed policies that narrow the session.
pub(super) const POLICY_ARNS: Parameter =
    Parameter::new("PolicyArns", "policy-arns", Kind::PolicyArns).identifying();

/// A policy that narrows the session.
pub(super) const POLICY: Parameter = policy(Bounds::new(1, 2048));

/// The same of AssumeRole, whose length the model leaves open.
pub(super) const UNRESTRICTED_POLICY: Parameter = policy(Bounds::from(1));

const fn policy(length: Bounds) -> Parameter {
    let alphabet = Alphabet {
        pattern: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
        admits: |text| {
            text.chars()
                .all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FF}'))
        },
    };
    Parameter::new("Policy", "policy", Kind::Text(Text { length, alphabet })).identifying()
}

/// How long what is issued lives. Unit: seconds.
///
/// By default the shortest that is allowed: credentials that are issued only to be timed should expire soon, since they cannot
/// be revoked one by one.
pub(super) const fn duration_seconds(least: i64, most: i64, default: &'static str) -> Parameter {
    Parameter::new(
        "DurationSeconds",
        "duration-seconds",
        Kind::Integer(Bounds::new(least, most)),
    )
    .unless_given(default)
}

/// A role session's.
pub(super) const ROLE_DURATION_SECONDS: Parameter = duration_seconds(900, 43_200, "900");
/// A user session's.
pub(super) const USER_DURATION_SECONDS: Parameter = duration_seconds(900, 129_600, "900");

/// Session tags.
pub(super) const TAGS: Parameter = Parameter::new("Tags", "tags", Kind::Tags).identifying();

/// The caller's MFA device.
pub(super) const SERIAL_NUMBER: Parameter = Parameter::new(
    "SerialNumber",
    "serial-number",
    Kind::Text(Text {
        length: Bounds::new(9, 256),
        alphabet: Alphabet {
            pattern: r"[\w+=/:,.@-]*",
            admits: |text| text.chars().all(|c| is_word(c) || "+=/:,.@-".contains(c)),
        },
    }),
)
.identifying();

/// The code that the MFA device shows.
pub(super) const TOKEN_CODE: Parameter = Parameter::new(
    "TokenCode",
    "token-code",
    Kind::Text(Text {
        length: Bounds::new(6, 6),
        alphabet: Alphabet {
            pattern: r"[\d]*",
            admits: |text| text.chars().all(|c| c.is_ascii_digit()),
        },
    }),
)
.secret();

/// To how many bytes the session token is padded at least.
pub(super) const MINIMUM_SESSION_TOKEN_SIZE: Parameter = Parameter::new(
    "MinimumSessionTokenSize",
    "minimum-session-token-size",
    Kind::Integer(Bounds::new(0, 4096)),
);
