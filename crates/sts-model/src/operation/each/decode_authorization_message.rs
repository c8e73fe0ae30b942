//! DecodeAuthorizationMessage: the reason of a refusal, as some services encode it.

use crate::operation::answer::Answer;
use crate::operation::answer::xml::{Copied, Unreadable, answer};
use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Bounds, Text};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "DecodeAuthorizationMessage",
    cli_name: "decode-authorization-message",
    purpose: "the reason of a refusal, as some services encode it",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::Caller,
    audit: Audit::Unobserved,
    default_seconds: None,
    parameters: &[Parameter::new(
        "EncodedMessage",
        "encoded-message",
        Kind::Text(Text::any(Bounds::new(1, 10_240))),
    )
    .required()
    .identifying()],
    returns: Returns::DecodedMessage,
};

/// Of the message, which says what somebody may not do, only its first character is copied: it is a JSON object's.
pub(crate) fn read(body: &[u8]) -> Result<Answer, Unreadable> {
    let path: &[&str] = &["DecodeAuthorizationMessageResult", "DecodedMessage"];
    let wanted = [(path, Copied::Beginning(1))];
    let [message] = answer(body, "DecodeAuthorizationMessage", wanted)?;
    if message.is_some_and(|message| message.text == "{") {
        Ok(Answer::DecodedMessage)
    } else {
        Err(Unreadable::Mismatch)
    }
}
