//! WHAT: the STS operations, one file each: parameters, wire form, answer; and the faults that STS reports.
//!
//! Protocol `query`, API version 2011-06-15: a form goes in, XML comes out. This module knows neither credentials nor an
//! HTTP client nor the emulator.

mod answer;
mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod assume_root;
mod call;
mod decode_authorization_message;
mod extended_request_id;
mod facts;
mod fault;
mod get_access_key_info;
mod get_caller_identity;
mod get_delegated_access_token;
mod get_federation_token;
mod get_session_token;
mod get_web_identity_token;
mod issued_session;
mod parameter;
mod principal;
mod reply;
mod session_token;
mod shapes;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Reading};
pub use call::{Call, ParameterError};
pub use extended_request_id::served_by;
pub use facts::{Accepts, Audit, Authentication, Facts, Offered, Permission, Quota, Returns};
pub use fault::{Fault, FaultCode};
pub use get_caller_identity::CallerIdentity;
pub use issued_session::IssuedSession;
pub use parameter::{
    Alphabet, Bounds, Complaint, Kind, Parameter, Presence, Secrecy, SecretSource, Text, Value,
};
pub use principal::Principal;
pub use reply::{MAX_DEPTH, Unreadable};
pub use session_token::origin;

use std::collections::BTreeMap;
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

    /// What is true of it.
    pub fn facts(self) -> &'static Facts {
        match self {
            Self::AssumeRole => &assume_role::FACTS,
            Self::AssumeRoleWithSaml => &assume_role_with_saml::FACTS,
            Self::AssumeRoleWithWebIdentity => &assume_role_with_web_identity::FACTS,
            Self::AssumeRoot => &assume_root::FACTS,
            Self::DecodeAuthorizationMessage => &decode_authorization_message::FACTS,
            Self::GetAccessKeyInfo => &get_access_key_info::FACTS,
            Self::GetCallerIdentity => &get_caller_identity::FACTS,
            Self::GetDelegatedAccessToken => &get_delegated_access_token::FACTS,
            Self::GetFederationToken => &get_federation_token::FACTS,
            Self::GetSessionToken => &get_session_token::FACTS,
            Self::GetWebIdentityToken => &get_web_identity_token::FACTS,
        }
    }

    /// The name in the `Action` parameter and in CloudTrail.
    pub fn api_name(self) -> &'static str {
        self.facts().api_name
    }

    /// The name in the AWS CLI, in plans and in reports.
    pub fn cli_name(self) -> &'static str {
        self.facts().cli_name
    }

    /// Whether STS wants the request signed. The two that trade an identity provider's word are not.
    pub fn is_signed(self) -> bool {
        self.facts().authentication == Authentication::Signed
    }

    /// Whether STS answers it to temporary credentials.
    pub fn accepts_temporary_credentials(self) -> bool {
        self.facts().accepts == Accepts::AnyCredentials
    }

    /// Whether the global endpoint has it (STS API reference).
    pub fn is_global(self) -> bool {
        self.facts().offered == Offered::Everywhere
    }

    /// Whether it draws on the quota of requests per second that six operations share (STS quotas, IAM user guide).
    pub fn draws_on_quota(self) -> bool {
        self.facts().quota == Quota::Shared
    }

    /// The parameter of that CLI name.
    pub fn parameter(self, cli_name: &str) -> Option<&'static Parameter> {
        self.facts()
            .parameters
            .iter()
            .find(|parameter| parameter.cli_name == cli_name)
    }

    /// The durations that it accepts. Unit: seconds. `None` where the caller cannot choose one.
    pub fn duration_seconds(self) -> Option<std::ops::RangeInclusive<u32>> {
        let Kind::Integer(bounds) = self.parameter("duration-seconds")?.kind else {
            return None;
        };
        Some(u32::try_from(bounds.least).ok()?..=u32::try_from(bounds.most?).ok()?)
    }

    /// The call with the parameters that this program uses when none are given. Where STS needs others it is refused there.
    pub fn default_call(self) -> Call {
        Call::incomplete(self, &BTreeMap::new()).expect("the defaults are what STS accepts")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cli_name())
    }
}
