//! DecodeAuthorizationMessage: the reason of a refusal, as some services encode it.
//!
//! Here the emulator encodes reasons of its own, sealed so that it alone can read them. STS's own refusals carry none, so a
//! emulator announces one ready to be decoded.

use serde_json::{Value, json};

use sts_model::FaultCode;

use crate::iam::identities::{Principal, Session};
use crate::iam::policy::Context;
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
    let message = violations.required("encodedMessage", inquiry.parameters.first("EncodedMessage"));
    if let Some(message) = message {
        violations.length("encodedMessage", message, 1..=10_240);
    }
    violations.into_result()?;
    require(
        inquiry,
        caller,
        "sts:DecodeAuthorizationMessage",
        None,
        &caller_context(inquiry, caller),
    )?;
    let decoded: Value = inquiry
        .identities
        .open(PURPOSE, message.unwrap_or_default())
        .ok_or_else(|| {
            FaultReply::new(
                400,
                FaultCode::InvalidAuthorizationMessage,
                "Message is not valid",
            )
        })?;
    Ok(vec![Element::text("DecodedMessage", &decoded.to_string())])
}

/// The encoded reason why `who` may not do `action` to `resource`: nothing allows it.
pub(super) fn encoded(
    inquiry: Inquiry<'_>,
    who: &Session,
    action: &str,
    resource: &str,
    context: &Context,
) -> String {
    let values = |values: &[String]| {
        values
            .iter()
            .map(|value| json!({ "value": value }))
            .collect::<Vec<_>>()
    };
    let items: Vec<Value> = context
        .iter()
        .map(|(key, found)| json!({ "key": key, "values": { "items": values(found) } }))
        .collect();
    let message = json!({
        "allowed": false,
        "explicitDeny": false,
        "matchedStatements": { "items": [] },
        "failures": { "items": [] },
        "context": {
            "principal": { "id": who.user_id(), "arn": who.arn(inquiry.partition) },
            "action": action,
            "resource": resource,
            "conditions": { "items": items },
        },
    });
    inquiry.identities.seal(PURPOSE, &message)
}

const PURPOSE: &str = "authorization-message";
