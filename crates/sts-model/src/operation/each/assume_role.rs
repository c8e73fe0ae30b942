//! AssumeRole: a role's session for a caller whom the role trusts.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Alphabet, Bounds, NAME, TAG_COUNT, TAG_KEY, Text, is_word};
use crate::operation::shapes::{
    MINIMUM_SESSION_TOKEN_SIZE, POLICY_ARNS, ROLE_ARN, ROLE_DURATION_SECONDS, ROLE_SESSION_NAME,
    SERIAL_NUMBER, TAGS, TOKEN_CODE, UNRESTRICTED_POLICY,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "AssumeRole",
    cli_name: "assume-role",
    purpose: "a role's session for a caller whom the role trusts",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::CallerAndRole,
    audit: Audit::ReadOnly,
    default_seconds: Some(3600),
    parameters: &[
        ROLE_ARN,
        ROLE_SESSION_NAME,
        POLICY_ARNS,
        UNRESTRICTED_POLICY,
        ROLE_DURATION_SECONDS,
        TAGS,
        Parameter::new(
            "TransitiveTagKeys",
            "transitive-tag-keys",
            Kind::List {
                count: TAG_COUNT,
                each: TAG_KEY,
            },
        )
        .identifying(),
        Parameter::new("ExternalId", "external-id", Kind::Text(EXTERNAL_ID)).identifying(),
        SERIAL_NUMBER,
        TOKEN_CODE,
        Parameter::new(
            "SourceIdentity",
            "source-identity",
            Kind::Text(SOURCE_IDENTITY),
        )
        .identifying(),
        // The assertion is signed by an identity provider and speaks for a user.
        Parameter::new(
            "ProvidedContexts",
            "provided-contexts",
            Kind::ProvidedContexts,
        )
        .secret(),
        MINIMUM_SESSION_TOKEN_SIZE,
    ],
    returns: Returns::Credentials,
};

const EXTERNAL_ID: Text = Text {
    length: Bounds::new(2, 1224),
    alphabet: Alphabet {
        pattern: r"[\w+=,.@:\/-]*",
        admits: |text| text.chars().all(|c| is_word(c) || "+=,.@:/-".contains(c)),
    },
};
const SOURCE_IDENTITY: Text = Text {
    length: Bounds::new(2, 256),
    alphabet: NAME,
};
