//! GetCallerIdentity: who the credentials belong to. Needs no permission and cannot be denied by a policy.

use super::facts::{Accepts, Audit, Authentication, Facts, Offered, Permission, Quota, Returns};
use super::reply::{Unreadable, elements};

pub(super) const FACTS: Facts = Facts {
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

/// The caller, as STS names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// ARN of the user, the assumed role's session, or the root.
    pub arn: String,
    /// Unique id: `AIDA…` for a user, `AROA…:session` for a role.
    pub user_id: String,
    /// Twelve digits.
    pub account: String,
}

pub(super) fn read(body: &[u8]) -> Result<CallerIdentity, Unreadable> {
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
