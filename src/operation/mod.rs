//! WHAT: the STS operations, one file each: parameters, wire form, answer; and the faults that STS reports.
//!
//! Protocol `query`, API version 2011-06-15: a form goes in, XML comes out. This module knows neither credentials nor an
//! HTTP client nor the emulator.

mod extended_request_id;
mod fault;
mod get_caller_identity;
mod get_session_token;
mod issued_session;
mod reply;
mod session_token;

pub use extended_request_id::served_by;
pub use fault::{Fault, FaultCode};
pub use get_caller_identity::{CallerIdentity, GetCallerIdentity};
pub use get_session_token::GetSessionToken;
pub use issued_session::IssuedSession;
pub use reply::{MAX_DEPTH, Unreadable};
pub use session_token::origin;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The one version of the STS query API.
pub const API_VERSION: &str = "2011-06-15";

/// An STS operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A role's session for a caller whom the role trusts.
    AssumeRole,
    /// A role's session for whom a SAML provider vouches for.
    AssumeRoleWithSaml,
    /// A role's session for whom an OpenID Connect provider vouches for.
    AssumeRoleWithWebIdentity,
    /// A member account's root, for one task, for its organisation's management.
    AssumeRoot,
    /// The reason of a refusal, as some services encode it.
    DecodeAuthorizationMessage,
    /// The account that an access key belongs to.
    GetAccessKeyInfo,
    /// Who the caller is; needs no permission.
    GetCallerIdentity,
    /// Credentials in exchange for a delegation's token.
    GetDelegatedAccessToken,
    /// Short-lived credentials for somebody whom the caller vouches for; refused to temporary credentials.
    GetFederationToken,
    /// Short-lived credentials for the caller; refused to temporary credentials.
    GetSessionToken,
    /// A signed token that tells services outside AWS who the caller is.
    GetWebIdentityToken,
}

impl Operation {
    /// Every operation, in the order of the API reference.
    pub const ALL: [Self; 11] = [
        Self::AssumeRole,
        Self::AssumeRoleWithSaml,
        Self::AssumeRoleWithWebIdentity,
        Self::AssumeRoot,
        Self::DecodeAuthorizationMessage,
        Self::GetAccessKeyInfo,
        Self::GetCallerIdentity,
        Self::GetDelegatedAccessToken,
        Self::GetFederationToken,
        Self::GetSessionToken,
        Self::GetWebIdentityToken,
    ];

    /// What is measured when nothing else is asked for: the two that any user can call.
    pub const DEFAULT: [Self; 2] = [Self::GetCallerIdentity, Self::GetSessionToken];

    /// The name in the `Action` parameter and in CloudTrail.
    pub fn api_name(self) -> &'static str {
        match self {
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithSaml => "AssumeRoleWithSAML",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
            Self::AssumeRoot => "AssumeRoot",
            Self::DecodeAuthorizationMessage => "DecodeAuthorizationMessage",
            Self::GetAccessKeyInfo => "GetAccessKeyInfo",
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::GetDelegatedAccessToken => "GetDelegatedAccessToken",
            Self::GetFederationToken => "GetFederationToken",
            Self::GetSessionToken => "GetSessionToken",
            Self::GetWebIdentityToken => "GetWebIdentityToken",
        }
    }

    /// The name in the AWS CLI, in plans and in reports.
    pub fn cli_name(self) -> &'static str {
        match self {
            Self::AssumeRole => "assume-role",
            Self::AssumeRoleWithSaml => "assume-role-with-saml",
            Self::AssumeRoleWithWebIdentity => "assume-role-with-web-identity",
            Self::AssumeRoot => "assume-root",
            Self::DecodeAuthorizationMessage => "decode-authorization-message",
            Self::GetAccessKeyInfo => "get-access-key-info",
            Self::GetCallerIdentity => "get-caller-identity",
            Self::GetDelegatedAccessToken => "get-delegated-access-token",
            Self::GetFederationToken => "get-federation-token",
            Self::GetSessionToken => "get-session-token",
            Self::GetWebIdentityToken => "get-web-identity-token",
        }
    }

    /// Whether STS wants the request signed. The two that trade an identity provider's word are not.
    pub fn is_signed(self) -> bool {
        !matches!(self, Self::AssumeRoleWithSaml | Self::AssumeRoleWithWebIdentity)
    }

    /// Whether STS answers it to temporary credentials.
    pub fn accepts_temporary_credentials(self) -> bool {
        !matches!(self, Self::GetFederationToken | Self::GetSessionToken)
    }

    /// Whether the global endpoint has it (STS API reference).
    pub fn is_global(self) -> bool {
        !matches!(self, Self::AssumeRoot | Self::GetWebIdentityToken)
    }

    /// Whether it draws on the quota of requests per second that six operations share (STS quotas, IAM user guide).
    pub fn draws_on_quota(self) -> bool {
        matches!(
            self,
            Self::AssumeRole
                | Self::DecodeAuthorizationMessage
                | Self::GetAccessKeyInfo
                | Self::GetCallerIdentity
                | Self::GetFederationToken
                | Self::GetSessionToken
        )
    }

    /// The call with the parameters that a benchmark uses when none are given.
    ///
    /// # Panics
    /// For an operation that no call can be made of yet.
    pub fn default_call(self) -> Call {
        match self {
            Self::GetCallerIdentity => Call::GetCallerIdentity(GetCallerIdentity),
            Self::GetSessionToken => Call::GetSessionToken(GetSessionToken::default()),
            other => unreachable!("{other} is not offered"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cli_name())
    }
}

/// An operation with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
pub enum Call {
    /// [`Operation::GetCallerIdentity`].
    GetCallerIdentity(GetCallerIdentity),
    /// [`Operation::GetSessionToken`].
    GetSessionToken(GetSessionToken),
}

impl Call {
    /// Which operation is called.
    pub fn operation(&self) -> Operation {
        match self {
            Self::GetCallerIdentity(_) => Operation::GetCallerIdentity,
            Self::GetSessionToken(_) => Operation::GetSessionToken,
        }
    }

    /// The body of the POST: `application/x-www-form-urlencoded`, parameters in the order of the API reference.
    pub fn form(&self) -> String {
        let parameters = match self {
            Self::GetCallerIdentity(_) => String::new(),
            Self::GetSessionToken(call) => call.parameters(),
        };
        format!("Action={}&Version={API_VERSION}{parameters}", self.operation().api_name())
    }

    /// Whether STS wants the request signed.
    pub fn is_signed(&self) -> bool {
        self.operation().is_signed()
    }

    /// What STS said: an answer, a fault, or something that is neither.
    ///
    /// Nothing secret in `body` is copied: of issued credentials only the expiration and the token's Region of origin are kept.
    pub fn read(&self, status: u16, body: &[u8]) -> Reading {
        let result = if (200..300).contains(&status) {
            match self {
                Self::GetCallerIdentity(_) => get_caller_identity::read(body).map(Answer::CallerIdentity),
                Self::GetSessionToken(_) => issued_session::read(body, self.operation()).map(Answer::IssuedSession),
            }
        } else {
            return match fault::read(body) {
                Ok(fault) => Reading::Fault(fault),
                Err(unreadable) => Reading::Unreadable(unreadable),
            };
        };
        match result {
            Ok(answer) => Reading::Answer(answer),
            Err(unreadable) => Reading::Unreadable(unreadable),
        }
    }
}

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
    /// To [`GetCallerIdentity`].
    CallerIdentity(CallerIdentity),
    /// To every operation that issues credentials.
    IssuedSession(IssuedSession),
}
