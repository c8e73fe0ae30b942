//! What is kept of a response: enough to tell an answer from a fault and to say who answered, and nothing secret.

use super::facts::Returns;
use super::{CallerIdentity, Fault, IssuedSession, Operation, Unreadable};
use super::{
    decode_authorization_message, fault, get_access_key_info, get_caller_identity,
    get_web_identity_token, issued_session,
};

/// A response, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// The operation's answer.
    Answer(Answer),
    /// An error that STS reports in its own form.
    Fault(Fault),
    /// Not STS's XML, or the answer to something else.
    Unreadable(Unreadable),
}

impl Reading {
    /// The Region of origin in the session token of an answer, if it has one: who answered, told by the answer itself.
    pub fn origin(&self) -> Option<&str> {
        match self {
            Self::Answer(Answer::IssuedSession(session)) => session.origin.as_deref(),
            _ => None,
        }
    }
}

/// What is kept of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To GetCallerIdentity.
    CallerIdentity(CallerIdentity),
    /// To every operation that issues credentials.
    IssuedSession(IssuedSession),
    /// To GetAccessKeyInfo.
    AccessKeyInfo {
        /// Twelve digits.
        account: String,
    },
    /// To DecodeAuthorizationMessage.
    DecodedMessage,
    /// To GetWebIdentityToken.
    WebIdentityToken {
        /// When the token ends, `YYYY-MM-DDTHH:MM:SSZ`.
        expiration: String,
    },
}

/// Reads the response to `operation`.
pub(super) fn read(operation: Operation, status: u16, body: &[u8]) -> Reading {
    if !(200..300).contains(&status) {
        return match fault::read(body) {
            Ok(fault) => Reading::Fault(fault),
            Err(unreadable) => Reading::Unreadable(unreadable),
        };
    }
    let answer = match operation.facts().returns {
        Returns::Credentials => issued_session::read(body, operation).map(Answer::IssuedSession),
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
