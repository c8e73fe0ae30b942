//! AssumeRoleWithSAML: a role's session for a user of a SAML provider.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{ARN, Bounds, Text};
use crate::operation::shapes::{
    MINIMUM_SESSION_TOKEN_SIZE, POLICY, POLICY_ARNS, ROLE_ARN, ROLE_DURATION_SECONDS,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "AssumeRoleWithSAML",
    cli_name: "assume-role-with-saml",
    purpose: "a role's session for whom a SAML provider vouches for",
    authentication: Authentication::Unsigned,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Unlisted,
    permission: Permission::Role,
    audit: Audit::ReadOnly,
    default_seconds: Some(3600),
    parameters: &[
        ROLE_ARN,
        Parameter::new("PrincipalArn", "principal-arn", Kind::Text(ARN))
            .required()
            .identifying(),
        Parameter::new(
            "SAMLAssertion",
            "saml-assertion",
            Kind::Text(Text::any(Bounds::new(4, 100_000))),
        )
        .required()
        .secret(),
        POLICY_ARNS,
        POLICY,
        ROLE_DURATION_SECONDS,
        MINIMUM_SESSION_TOKEN_SIZE,
    ],
    returns: Returns::Credentials,
};
