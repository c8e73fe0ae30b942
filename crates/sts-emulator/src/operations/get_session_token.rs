//! GetSessionToken: temporary credentials for a user's own long-term ones. It needs no permission.

use sts_model::FaultCode;

use crate::iam::identities::{Identity, Principal, Session};
use crate::operations::common::issuance::{check_minimum_size, issue};
use crate::operations::common::mfa::MfaParameters;
use crate::operations::common::session_parameters::duration_seconds;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

pub(super) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    if caller.is_temporary() {
        let message = "Cannot call GetSessionToken with session credentials";
        return Err(FaultReply::new(403, FaultCode::AccessDenied, message));
    }
    let mut violations = Violations::default();
    let seconds = duration_seconds(inquiry, &mut violations, DEFAULT_SECONDS, 900..=129_600)?;
    let mfa = MfaParameters::read(inquiry, &mut violations);
    check_minimum_size(inquiry, &mut violations)?;
    violations.into_result()?;
    let session = Session {
        mfa: Some(mfa.verify(inquiry, caller)?),
        ..caller.session.clone()
    };
    let issuance = issue(inquiry, &session, for_root(caller, seconds))?;
    let mut result = vec![issuance.credentials()];
    result.extend(issuance.sizes());
    Ok(result)
}

/// Root's sessions last an hour at most; longer ones are cut, not refused.
pub(super) fn for_root(caller: &Principal, seconds: i32) -> i32 {
    if matches!(caller.session.identity, Identity::Root) {
        seconds.min(3_600)
    } else {
        seconds
    }
}

/// Twelve hours (service model 2011-06-15).
pub(super) const DEFAULT_SECONDS: i32 = 43_200;
