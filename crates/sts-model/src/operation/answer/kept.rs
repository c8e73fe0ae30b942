//! What is kept of a response: enough to tell an answer from a fault and to say who answered, and nothing secret.

use super::fault::Fault;
use super::xml::Unreadable;

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
    /// The Region in the session token of an answer, which is the one that issued it; `None` where there is none.
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

/// The caller, as STS names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// ARN of the user, the assumed role's session, or the root.
    pub arn: String,
    /// Unique id: `AIDA…` for a user, `AROA…:session` for a role.
    pub user_id: String,
    /// Twelve digits.
    pub account: String,
}

/// What is kept of issued credentials: no key, secret or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedSession {
    /// When the credentials end, `YYYY-MM-DDTHH:MM:SSZ`.
    pub expiration: String,
    /// The Region that issued them, as their token says; `None` when it says none.
    pub origin: Option<String>,
}
