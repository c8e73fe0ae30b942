//! Which operations of STS credentials may call at all, whatever a policy says: the sentences of the service model on GetSessionToken
//! and GetFederationToken.

use crate::iam::identities::{Identity, Principal};

/// Whether credentials of that kind may do `action`, whoever allows it.
pub(crate) fn may_call(caller: &Principal, action: &str) -> bool {
    // Those of AssumeRoot have the policy of a task, those of GetSessionToken have none.
    let is_of_root = matches!(caller.session.identity, Identity::Root);
    let is_for_a_task = is_of_root && caller.session.has_session_policies();
    match &caller.session.identity {
        Identity::FederatedUser { .. } => OF_FEDERATION_TOKENS.contains(&action),
        Identity::Root | Identity::User(_) if caller.is_temporary() && !is_for_a_task => {
            OF_SESSION_TOKENS.contains(&action)
        }
        Identity::Root | Identity::User(_) | Identity::AssumedRole { .. } => true,
    }
}

/// "You cannot call any STS API except AssumeRole, GetCallerIdentity, GetScopedCredentials, GetWebIdentityToken, or
/// GetDelegatedAccessToken" (GetSessionToken), with the permissions that parts of their requests need. Nobody needs a permission for
/// GetCallerIdentity.
const OF_SESSION_TOKENS: [&str; 9] = [
    "sts:AssumeRole",
    "sts:GetDelegatedAccessToken",
    "sts:GetScopedCredentials",
    "sts:GetWebIdentityToken",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:SetWebIdentityTokenScope",
    "sts:TagGetWebIdentityToken",
    "sts:TagSession",
];

/// "You cannot call any STS operations except GetCallerIdentity, GetScopedCredentials, or GetDelegatedAccessToken"
/// (GetFederationToken).
const OF_FEDERATION_TOKENS: [&str; 2] = ["sts:GetDelegatedAccessToken", "sts:GetScopedCredentials"];
