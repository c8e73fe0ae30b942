//! AssumeRoleWithWebIdentity: a role's session for a user of an OpenID Connect provider.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Bounds, Text};
use crate::operation::shapes::{
    MINIMUM_SESSION_TOKEN_SIZE, POLICY, POLICY_ARNS, ROLE_ARN, ROLE_DURATION_SECONDS,
    ROLE_SESSION_NAME,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "AssumeRoleWithWebIdentity",
    cli_name: "assume-role-with-web-identity",
    purpose: "a role's session for whom an OpenID Connect provider vouches for",
    authentication: Authentication::Unsigned,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Unlisted,
    permission: Permission::Role,
    audit: Audit::ReadOnly,
    default_seconds: Some(3600),
    parameters: &[
        ROLE_ARN,
        ROLE_SESSION_NAME,
        Parameter::new(
            "WebIdentityToken",
            "web-identity-token",
            Kind::Text(Text::any(Bounds::new(4, 20_000))),
        )
        .required()
        .secret(),
        Parameter::new(
            "ProviderId",
            "provider-id",
            Kind::Text(Text::any(Bounds::new(4, 2048))),
        ),
        POLICY_ARNS,
        POLICY,
        ROLE_DURATION_SECONDS,
        MINIMUM_SESSION_TOKEN_SIZE,
    ],
    returns: Returns::Credentials,
};
