//! AssumeRoot: a member account's root, for one task, for its organisation's management.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Bounds, Text};
use crate::operation::shapes::{MINIMUM_SESSION_TOKEN_SIZE, duration_seconds};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "AssumeRoot",
    cli_name: "assume-root",
    purpose: "a member account's root, for one task, for its organisation's management",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::RegionallyOnly,
    quota: Quota::Unlisted,
    permission: Permission::Caller,
    audit: Audit::Unobserved,
    default_seconds: Some(900),
    parameters: &[
        Parameter::new(
            "TargetPrincipal",
            "target-principal",
            Kind::Text(Text::any(Bounds::new(12, 2048))),
        )
        .required()
        .identifying(),
        Parameter::new("TaskPolicyArn", "task-policy-arn", Kind::PolicyArn).required(),
        // The model lets it go down to nothing; what a service issues for a second is another case than the others'.
        duration_seconds(0, 900, "900"),
        MINIMUM_SESSION_TOKEN_SIZE,
    ],
    returns: Returns::Credentials,
};
