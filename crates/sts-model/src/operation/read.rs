//! Reading the response to an operation.

use super::answer::{Answer, Reading, fault, issued_session};
use super::each::{
    decode_authorization_message, get_access_key_info, get_caller_identity, get_web_identity_token,
};
use super::facts::Returns;
use super::names::Operation;

/// Reads the response to `operation`.
pub(super) fn read(operation: Operation, status: u16, body: &[u8]) -> Reading {
    if !(200..300).contains(&status) {
        return match fault::read(body) {
            Ok(fault) => Reading::Fault(fault),
            Err(unreadable) => Reading::Unreadable(unreadable),
        };
    }
    let answer = match operation.facts().returns {
        Returns::Credentials => {
            issued_session::read(body, operation.api_name()).map(Answer::IssuedSession)
        }
        Returns::CallerIdentity => get_caller_identity::read(body).map(Answer::CallerIdentity),
        Returns::Account => get_access_key_info::read(body),
        Returns::DecodedMessage => decode_authorization_message::read(body),
        Returns::WebIdentityToken => get_web_identity_token::read(body),
    };
    match answer {
        Ok(answer) => Reading::Answer(answer),
        Err(unreadable) => Reading::Unreadable(unreadable),
    }
}
