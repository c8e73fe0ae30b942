//! GetCallerIdentity: who the credentials belong to. Needs no permission and cannot be denied by a policy.

use crate::operation::answer::xml::{Copied, Unreadable, answer};
use crate::operation::answer::{CallerIdentity, Remote};
use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetCallerIdentity",
    cli_name: "get-caller-identity",
    purpose: "who the caller is",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::Nothing,
    audit: Audit::ReadOnly,
    default_seconds: None,
    parameters: &[],
    returns: Returns::CallerIdentity,
};

/// The user's id has to be there and may be empty, as it is from services that know no ids. It is not kept.
pub(crate) fn read(body: &[u8]) -> Result<CallerIdentity, Unreadable> {
    let [arn, user_id, account] = answer(
        body,
        "GetCallerIdentity",
        [
            (&["GetCallerIdentityResult", "Arn"], Copied::Whole),
            (&["GetCallerIdentityResult", "UserId"], Copied::Nothing),
            (&["GetCallerIdentityResult", "Account"], Copied::Whole),
        ],
    )?;
    let arn = arn.and_then(|arn| Remote::new(&arn.text));
    let account = account.and_then(|account| Remote::new(&account.text));
    match (arn, user_id, account) {
        (Some(arn), Some(_), Some(account)) => Ok(CallerIdentity { arn, account }),
        _ => Err(Unreadable::Mismatch),
    }
}
