//! WHAT: the STS operations, one file each: parameters, wire form, answer; and the faults that STS reports.
//!
//! Protocol `query`, API version 2011-06-15: a form goes in, XML comes out. This module knows neither credentials nor an
//! HTTP client nor the emulator.

mod extended_request_id;
mod fault;
mod get_caller_identity;
mod get_session_token;
mod reply;

pub use extended_request_id::served_by;
pub use fault::{Fault, FaultCode};
pub use get_caller_identity::{CallerIdentity, GetCallerIdentity};
pub use get_session_token::{GetSessionToken, IssuedSession};
pub use reply::{MAX_DEPTH, Unreadable};

use std::fmt;

use serde::{Deserialize, Serialize};

/// The one version of the STS query API.
pub const API_VERSION: &str = "2011-06-15";

/// An STS operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Who the caller is; needs no permission.
    GetCallerIdentity,
    /// Short-lived credentials for the caller; refused to temporary credentials.
    GetSessionToken,
}

impl Operation {
    /// Every operation, in the order of the API reference.
    pub const ALL: [Self; 2] = [Self::GetCallerIdentity, Self::GetSessionToken];

    /// The name in the `Action` parameter and in CloudTrail.
    pub fn api_name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "GetCallerIdentity",
            Self::GetSessionToken => "GetSessionToken",
        }
    }

    /// The name in the AWS CLI, in plans and in reports.
    pub fn cli_name(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "get-caller-identity",
            Self::GetSessionToken => "get-session-token",
        }
    }

    /// Whether STS answers it to temporary credentials.
    pub fn accepts_temporary_credentials(self) -> bool {
        match self {
            Self::GetCallerIdentity => true,
            Self::GetSessionToken => false,
        }
    }

    /// The call with the parameters that a benchmark uses when none are given.
    pub fn default_call(self) -> Call {
        match self {
            Self::GetCallerIdentity => Call::GetCallerIdentity(GetCallerIdentity),
            Self::GetSessionToken => Call::GetSessionToken(GetSessionToken::default()),
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
        match self {
            Self::GetCallerIdentity(_) | Self::GetSessionToken(_) => true,
        }
    }

    /// What STS said: an answer, a fault, or something that is neither.
    ///
    /// Nothing secret in `body` is copied: of issued credentials only the expiration is kept.
    pub fn read(&self, status: u16, body: &[u8]) -> Reading {
        let result = if (200..300).contains(&status) {
            match self {
                Self::GetCallerIdentity(_) => get_caller_identity::read(body).map(Answer::CallerIdentity),
                Self::GetSessionToken(_) => get_session_token::read(body).map(Answer::IssuedSession),
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

/// What is kept of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To [`GetCallerIdentity`].
    CallerIdentity(CallerIdentity),
    /// To [`GetSessionToken`].
    IssuedSession(IssuedSession),
}
