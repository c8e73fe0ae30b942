//! GetCallerIdentity: who the credentials belong to. Needs no permission and cannot be denied by a policy.

use crate::operation::answer::CallerIdentity;
use crate::operation::answer::xml::{Unreadable, elements};
use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetCallerIdentity",
    cli_name: "get-caller-identity",
    purpose: "who the caller is",
    authentication: Authentication::Signed,
    accepts: Accepts::AnyCredentials,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::Nothing,
    audit: Audit::ReadOnly,
    default_seconds: None,
    parameters: &[],
    returns: Returns::CallerIdentity,
};

pub(crate) fn read(body: &[u8]) -> Result<CallerIdentity, Unreadable> {
    let [arn, user_id, account] = elements(
        body,
        "GetCallerIdentityResponse",
        [
            &["GetCallerIdentityResult", "Arn"],
            &["GetCallerIdentityResult", "UserId"],
            &["GetCallerIdentityResult", "Account"],
        ],
    )?;
    match (arn, user_id, account) {
        (Some(arn), Some(user_id), Some(account)) => Ok(CallerIdentity {
            arn,
            user_id,
            account,
        }),
        _ => Err(Unreadable::Mismatch),
    }
}
