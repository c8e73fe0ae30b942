//! GetAccessKeyInfo: the account that an access key id belongs to, whether or not the key still exists.
//!
//! Newer key ids say it themselves, so that every well-formed one is answered without a table, real ones included.

use sts_model::FaultCode;

use crate::iam::identities::{Principal, account_of};
use crate::operations::common::authorization::require;
use crate::operations::common::context::caller_context;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

pub(super) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    let mut violations = Violations::default();
    let id = violations.required("accessKeyId", inquiry.parameters.first("AccessKeyId"));
    if let Some(id) = id {
        violations.length("accessKeyId", id, 16..=128);
        violations.word("accessKeyId", id, "", "[\\w]*");
    }
    violations.into_result()?;
    require(
        inquiry,
        caller,
        "sts:GetAccessKeyInfo",
        None,
        &caller_context(inquiry, caller),
    )?;
    let account = account_of(id.unwrap_or_default()).ok_or_else(|| {
        FaultReply::new(
            400,
            FaultCode::ValidationError,
            "Access key ID is not valid.",
        )
    })?;
    Ok(vec![Element::text("Account", &account)])
}
