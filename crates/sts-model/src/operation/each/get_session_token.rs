//! GetSessionToken: short-lived credentials for the caller's own long-term ones.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::shapes::{
    MINIMUM_SESSION_TOKEN_SIZE, SERIAL_NUMBER, TOKEN_CODE, USER_DURATION_SECONDS,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetSessionToken",
    cli_name: "get-session-token",
    purpose: "short-lived credentials for the caller",
    authentication: Authentication::Signed,
    accepts: Accepts::LongTerm,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::Nothing,
    audit: Audit::ReadOnly,
    default_seconds: Some(43_200),
    parameters: &[
        USER_DURATION_SECONDS,
        SERIAL_NUMBER,
        TOKEN_CODE,
        MINIMUM_SESSION_TOKEN_SIZE,
    ],
    returns: Returns::Credentials,
};
