//! DecodeAuthorizationMessage: the reason of a refusal, as some services encode it.
//!
//! Here the emulator encodes reasons of its own, sealed so that it alone can read them. STS's own refusals carry none, so a
//! emulator announces one ready to be decoded.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use sts_model::FaultCode;

use crate::iam::identities::{Identity, Principal, Session};
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
    let decoded: Reason = inquiry
        .identities
        .open(PURPOSE, message.unwrap_or_default())
        .ok_or_else(|| {
            FaultReply::new(
                400,
                FaultCode::InvalidAuthorizationMessage,
                "Message is not valid",
            )
        })?;
    let decoded = serde_json::to_string(&decoded).expect("a reason is plain data");
    Ok(vec![Element::text("DecodedMessage", &decoded)])
}

/// Why something is not allowed. Members in the order of AWS's decoded messages, as many people have published them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reason {
    allowed: bool,
    explicit_deny: bool,
    matched_statements: Value,
    failures: Value,
    context: Asked,
}

/// Who wanted to do what.
#[derive(Serialize, Deserialize)]
struct Asked {
    principal: Asker,
    action: String,
    resource: String,
    conditions: Value,
}

/// Who. Users have a name, sessions of roles have none.
#[derive(Serialize, Deserialize)]
struct Asker {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    arn: String,
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
    let name = match &who.identity {
        Identity::User(user) => Some(user.name.clone()),
        Identity::Root | Identity::AssumedRole { .. } | Identity::FederatedUser { .. } => None,
    };
    let message = Reason {
        allowed: false,
        explicit_deny: false,
        matched_statements: json!({ "items": [] }),
        failures: json!({ "items": [] }),
        context: Asked {
            principal: Asker {
                id: who.user_id(),
                name,
                arn: who.arn(inquiry.partition),
            },
            action: action.to_owned(),
            resource: resource.to_owned(),
            conditions: json!({ "items": items }),
        },
    };
    inquiry.identities.seal(PURPOSE, &message)
}

const PURPOSE: &str = "authorization-message";
