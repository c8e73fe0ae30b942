//! DecodeAuthorizationMessage: the reason of a refusal, as some services encode it.

use super::Answer;
use super::facts::{Accepts, Audit, Authentication, Facts, Offered, Permission, Quota, Returns};
use super::parameter::{Bounds, Kind, Parameter, Text};
use super::reply::{Unreadable, elements_from};

pub(super) const FACTS: Facts = Facts {
    api_name: "DecodeAuthorizationMessage",
    cli_name: "decode-authorization-message",
    purpose: "the reason of a refusal, as some services encode it",
    authentication: Authentication::Signed,
    accepts: Accepts::AnyCredentials,
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
pub(super) fn read(body: &[u8]) -> Result<Answer, Unreadable> {
    let path: &[&str] = &["DecodeAuthorizationMessageResult", "DecodedMessage"];
    let [message] = elements_from(body, "DecodeAuthorizationMessageResponse", [(path, 1)])?;
    if message.as_deref() == Some("{") {
        Ok(Answer::DecodedMessage)
    } else {
        Err(Unreadable::Mismatch)
    }
}
