//! GetDelegatedAccessToken: credentials in exchange for a delegation's token.

use super::facts::{Accepts, Audit, Authentication, Facts, Offered, Permission, Quota, Returns};
use super::parameter::{ANY_LENGTH, Kind, Parameter, Text};

pub(super) const FACTS: Facts = Facts {
    api_name: "GetDelegatedAccessToken",
    cli_name: "get-delegated-access-token",
    purpose: "credentials in exchange for a delegation's token",
    authentication: Authentication::Signed,
    accepts: Accepts::AnyCredentials,
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
