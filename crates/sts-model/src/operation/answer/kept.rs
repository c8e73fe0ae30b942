//! What is kept of a response: enough to tell an answer from a fault and to say who answered, and nothing secret.

use super::fault::Fault;
use super::remote::{AccountText, PrincipalArnText, RegionText, Remote};
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
    pub fn origin(&self) -> Option<&Remote<RegionText>> {
        match self {
            Self::Answer(Answer::IssuedSession(session)) => session.origin.as_ref(),
            _ => None,
        }
    }
}

/// What is kept of an answer, which had every field that the operation's answer must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To GetCallerIdentity.
    CallerIdentity(CallerIdentity),
    /// To every operation that issues credentials.
    IssuedSession(IssuedSession),
    /// To GetAccessKeyInfo.
    AccessKeyInfo,
    /// To DecodeAuthorizationMessage.
    DecodedMessage,
    /// To GetWebIdentityToken.
    WebIdentityToken,
}

/// The caller, as STS names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// ARN of the user, the assumed role's session, or the root.
    pub arn: Remote<PrincipalArnText>,
    /// Twelve digits.
    pub account: Remote<AccountText>,
}

/// What is kept of issued credentials: no key, secret or token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedSession {
    /// The Region that issued them, as their token says; `None` when it says none.
    pub origin: Option<Remote<RegionText>>,
}
