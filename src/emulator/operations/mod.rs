//! What the service answers once it knows who is asking: one file per operation.

mod get_caller_identity;
mod get_session_token;

use time::OffsetDateTime;

use crate::operation::{FaultCode, Operation};

use super::identities::{Identities, Principal};
use super::parameters::Parameters;
use super::reply::{Element, FaultReply, answer};

/// Everything an operation may look at.
#[derive(Clone, Copy)]
pub(super) struct Inquiry<'a> {
    pub parameters: &'a Parameters,
    pub principal: &'a Principal,
    pub identities: &'a Identities,
    /// The partition of the endpoint, as in ARNs.
    pub partition: &'a str,
    /// The Region that serves the call.
    pub served_by: &'a str,
    pub now: OffsetDateTime,
}

/// Which operation is asked for, or the fault of the dispatcher. The `Action` must be present.
pub(super) fn dispatch(action: &str, version: Option<&str>) -> Result<Operation, FaultReply> {
    let version = version.unwrap_or("NO_VERSION_SPECIFIED");
    let known = Operation::ALL.into_iter().find(|operation| operation.api_name() == action);
    known.filter(|_| version == crate::operation::API_VERSION).ok_or_else(|| {
        let message = format!("Could not find operation {action} for version {version}");
        FaultReply::new(400, FaultCode::InvalidAction, message)
    })
}

/// The body of the answer.
pub(super) fn perform(operation: Operation, inquiry: Inquiry<'_>, request_id: &str) -> Result<String, FaultReply> {
    let result: Vec<Element> = match operation {
        Operation::GetCallerIdentity => get_caller_identity::perform(inquiry),
        Operation::GetSessionToken => get_session_token::perform(inquiry)?,
        other => return Err(FaultReply::new(400, FaultCode::InvalidAction, format!("{other} is not served yet"))),
    };
    Ok(answer(operation.api_name(), result, request_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_actions_of_the_one_version_are_dispatched() {
        assert_eq!(dispatch("GetCallerIdentity", Some("2011-06-15")), Ok(Operation::GetCallerIdentity));
        for (action, version, message) in [
            ("NoSuchAction", Some("2011-06-15"), "Could not find operation NoSuchAction for version 2011-06-15"),
            ("GetCallerIdentity", None, "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"),
            ("", Some("2011-06-15"), "Could not find operation  for version 2011-06-15"),
        ] {
            let fault = dispatch(action, version).expect_err(message);
            assert_eq!((fault.status, fault.message.as_deref()), (400, Some(message)));
        }
    }
}
