//! What is true of an operation, as a table row: each operation's file holds its own as `FACTS`.
//!
//! Sources: the service model 2011-06-15 as botocore 1.44.8 ships it (names, constraints, authentication); the STS API
//! reference (who may call, where, durations when none is asked for); the quotas of the IAM user guide; CloudTrail records.

use super::parameter::Parameter;

/// What is true of an operation.
#[derive(Debug, Clone, Copy)]
pub struct OperationFacts {
    /// The name in the `Action` parameter and in CloudTrail.
    pub api_name: &'static str,
    /// The name in the AWS CLI, in plans and in reports.
    pub cli_name: &'static str,
    /// What it is for, in one line.
    pub purpose: &'static str,
    /// Whether STS wants the request signed.
    pub(crate) authentication: Authentication,
    /// Which signed credentials it accepts.
    pub(crate) accepts: Accepts,
    /// Which endpoints have it.
    pub(crate) offered: Offered,
    /// Whose requests per second it draws on.
    pub quota: Quota,
    /// What has to allow it.
    pub permission: Permission,
    /// What its CloudTrail event says of itself.
    pub audit: Audit,
    /// How long what it issues lives when no duration is asked for. Unit: seconds. `None` where nothing with an end that
    /// the caller chooses is issued.
    pub default_seconds: Option<u32>,
    /// Its parameters in the order of the API reference.
    pub parameters: &'static [Parameter],
    /// What its answer holds.
    pub returns: Returns,
}

/// Whether STS wants a request signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// Signature Version 4.
    Signed,
    /// The identity provider's token or assertion proves who calls.
    Unsigned,
}

/// Which credentials a signed operation accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// Long-term and temporary ones.
    Any,
    /// Only those of an IAM user or the root user.
    LongTerm,
    /// Only those that STS has issued.
    Temporary,
}

/// Which endpoints have an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offered {
    /// All.
    Everywhere,
    /// All but the global one.
    RegionallyOnly,
}

/// Whose requests per second an operation draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// The 600 requests per second of an account in a Region that six operations share.
    Shared,
    /// None that AWS lists.
    Unlisted,
}

impl Quota {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Unlisted => "unlisted",
        }
    }
}

/// What has to allow an operation; the action is `sts:` and the operation's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Nothing; no policy can deny it.
    Nothing,
    /// The caller's policies.
    Caller,
    /// The role's trust policy.
    Role,
    /// The role's trust policy and, where that does not name the caller itself, the caller's policies.
    CallerAndRole,
}

impl Permission {
    /// Whose policies, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Caller => "caller",
            Self::Role => "role",
            Self::CallerAndRole => "caller and role",
        }
    }
}

/// What an operation's CloudTrail events were seen to say in `readOnly`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audit {
    /// `true`.
    ReadOnly,
    /// `false`.
    Write,
    /// No published record was found that says it.
    Unobserved,
}

impl Audit {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read",
            Self::Write => "write",
            Self::Unobserved => "unknown",
        }
    }
}

/// What an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// Temporary credentials, perhaps with more.
    Credentials,
    /// The caller's ARN, id and account.
    CallerIdentity,
    /// An account's number.
    Account,
    /// A JSON text.
    DecodedMessage,
    /// A signed JSON Web Token and its end.
    WebIdentityToken,
}

impl Returns {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::CallerIdentity => "caller",
            Self::Account => "account",
            Self::DecodedMessage => "message",
            Self::WebIdentityToken => "web identity token",
        }
    }
}
