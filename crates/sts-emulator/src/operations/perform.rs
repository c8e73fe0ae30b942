//! From an operation's name to its answer.

use sts_model::{FaultCode, Operation};

use super::assume::{
    assume_role, assume_role_with_saml, assume_role_with_web_identity, assume_root,
};
use super::common::issuance;
use super::inquiry::Inquiry;
use super::{
    decode_authorization_message, get_access_key_info, get_caller_identity,
    get_delegated_access_token, get_federation_token, get_scoped_credentials, get_session_token,
    get_web_identity_token,
};
use crate::iam::identities::Principal;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameter_form::check_forms;

/// Which operation is asked for, or the fault of the dispatcher. The `Action` must be present.
///
/// What the global endpoint answers to the two operations that it lacks is not documented; here it does not know them.
pub(crate) fn operation_named(
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
pub(crate) fn perform(
    operation: Operation,
    inquiry: Inquiry<'_>,
    caller: Option<&Principal>,
) -> Result<Vec<Element>, FaultReply> {
    check_forms(operation, inquiry.parameters)?;
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
        Operation::GetScopedCredentials => get_scoped_credentials::perform(inquiry, signed()?)?,
        Operation::GetSessionToken => get_session_token::perform(inquiry, signed()?)?,
        Operation::AssumeRoleWithSaml => assume_role_with_saml::perform(inquiry)?,
        Operation::AssumeRoleWithWebIdentity => assume_role_with_web_identity::perform(inquiry)?,
        Operation::GetWebIdentityToken => get_web_identity_token::perform(inquiry, signed()?)?,
    };
    Ok(result)
}

#[cfg(test)]
#[path = "operation_tests/mod.rs"]
mod tests;
