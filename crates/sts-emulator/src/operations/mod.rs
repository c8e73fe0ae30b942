//! What the service answers once it knows who is asking: one file per operation.
//!
//! Beside them: `session_parameters` reads what several operations take, `authorization` decides who may, `issuance` makes the
//! credentials. Nothing here authenticates, waits or counts.

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod assume_root;
mod authorization;
mod decode_authorization_message;
mod federated_role;
mod get_access_key_info;
mod get_caller_identity;
mod get_delegated_access_token;
mod get_federation_token;
mod get_session_token;
mod get_web_identity_token;
mod issuance;
mod mfa;
mod ready_made;
mod session_parameters;

pub(super) use ready_made::ready_made;

use time::OffsetDateTime;

use sts_model::{FaultCode, Operation};

use super::federation::IdentityProviders;
use super::identities::{Identities, Principal};
use super::parameters::Parameters;
use super::reply::{Element, FaultReply};

/// Everything an operation may look at, besides who asks.
#[derive(Clone, Copy)]
pub(super) struct Inquiry<'a> {
    pub parameters: &'a Parameters,
    pub identities: &'a Identities,
    pub providers: &'a IdentityProviders,
    /// The partition of the endpoint, as in ARNs.
    pub partition: &'a str,
    /// The Region that serves the call.
    pub served_by: &'a str,
    /// Whether the call came to the global endpoint.
    pub is_global: bool,
    pub now: OffsetDateTime,
}

impl Inquiry<'_> {
    /// The Region whose activation counts and that policies see: us-east-1 for the global endpoint wherever it is served.
    pub(super) fn region(&self) -> &str {
        if self.is_global {
            "us-east-1"
        } else {
            self.served_by
        }
    }
}

/// Which operation is asked for, or the fault of the dispatcher. The `Action` must be present.
///
/// Nobody has published what the global endpoint says to the two operations that it has not; here it does not know them.
pub(super) fn dispatch(
    action: &str,
    version: Option<&str>,
    is_global: bool,
) -> Result<Operation, FaultReply> {
    let version = version.unwrap_or("NO_VERSION_SPECIFIED");
    let known = Operation::ALL
        .into_iter()
        .find(|operation| operation.api_name() == action);
    let here = known.filter(|operation| {
        version == sts_model::API_VERSION && (operation.is_global() || !is_global)
    });
    here.ok_or_else(|| {
        let message = format!("Could not find operation {action} for version {version}");
        FaultReply::new(400, FaultCode::InvalidAction, message)
    })
}

/// The elements of the answer. `caller` is who signed the request, absent for the operations that are not signed.
pub(super) fn perform(
    operation: Operation,
    inquiry: Inquiry<'_>,
    caller: Option<&Principal>,
) -> Result<Vec<Element>, FaultReply> {
    let signed = || {
        let missing = || {
            let message = "Request is missing Authentication Token";
            FaultReply::new(403, FaultCode::MissingAuthenticationToken, message)
        };
        let caller = caller.ok_or_else(missing)?;
        issuance::check_caller_region(inquiry, operation, caller)?;
        Ok(caller)
    };
    let result: Vec<Element> = match operation {
        Operation::AssumeRole => assume_role::perform(inquiry, signed()?)?,
        Operation::AssumeRoot => assume_root::perform(inquiry, signed()?)?,
        Operation::DecodeAuthorizationMessage => {
            decode_authorization_message::perform(inquiry, signed()?)?
        }
        Operation::GetAccessKeyInfo => get_access_key_info::perform(inquiry, signed()?)?,
        Operation::GetCallerIdentity => get_caller_identity::perform(inquiry, signed()?),
        Operation::GetDelegatedAccessToken => {
            get_delegated_access_token::perform(inquiry, signed()?)?
        }
        Operation::GetFederationToken => get_federation_token::perform(inquiry, signed()?)?,
        Operation::GetSessionToken => get_session_token::perform(inquiry, signed()?)?,
        Operation::AssumeRoleWithSaml => assume_role_with_saml::perform(inquiry)?,
        Operation::AssumeRoleWithWebIdentity => assume_role_with_web_identity::perform(inquiry)?,
        Operation::GetWebIdentityToken => get_web_identity_token::perform(inquiry, signed()?)?,
    };
    Ok(result)
}

#[cfg(test)]
mod tests;
