//! GetDelegatedAccessToken: credentials in exchange for a delegation's token.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{ANY_LENGTH, Text};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetDelegatedAccessToken",
    cli_name: "get-delegated-access-token",
    purpose: "credentials in exchange for a delegation's token",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Unlisted,
    permission: Permission::Caller,
    audit: Audit::Unobserved,
    default_seconds: None,
    parameters: &[Parameter::new(
        "TradeInToken",
        "trade-in-token",
        Kind::Text(Text::any(ANY_LENGTH)),
    )
    .required()
    .secret()],
    returns: Returns::Credentials,
};
