//! GetFederationToken: short-lived credentials for a user whom the caller names.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Bounds, NAME, Text};
use crate::operation::shapes::{
    MINIMUM_SESSION_TOKEN_SIZE, POLICY, POLICY_ARNS, TAGS, USER_DURATION_SECONDS,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetFederationToken",
    cli_name: "get-federation-token",
    purpose: "short-lived credentials for somebody whom the caller vouches for",
    authentication: Authentication::Signed,
    accepts: Accepts::LongTerm,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::Caller,
    audit: Audit::Write,
    default_seconds: Some(43_200),
    parameters: &[
        Parameter::new(
            "Name",
            "name",
            Kind::Text(Text {
                length: Bounds::new(2, 32),
                alphabet: NAME,
            }),
        )
        .required()
        .identifying()
        .unless_given("stsbench"),
        POLICY,
        POLICY_ARNS,
        USER_DURATION_SECONDS,
        TAGS,
        MINIMUM_SESSION_TOKEN_SIZE,
    ],
    returns: Returns::Credentials,
};
