//! The operations by name, and what is true of each.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::each;
use super::facts::{Accepts, Authentication, Offered, OperationFacts, Quota};
use super::parameter::{Kind, Parameter};

/// The one version of the STS query API.
pub const API_VERSION: &str = "2011-06-15";

/// An STS operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A role's session for a caller whom the role trusts.
    AssumeRole,
    /// A role's session for a user of a SAML provider.
    AssumeRoleWithSaml,
    /// A role's session for a user of an OpenID Connect provider.
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
    /// Short-lived credentials for a user whom the caller names; refused to temporary credentials.
    GetFederationToken,
    /// The caller's session with fewer permissions or a sooner end; refused to long-term credentials.
    GetScopedCredentials,
    /// Short-lived credentials for the caller; refused to temporary credentials.
    GetSessionToken,
    /// A signed token that tells services outside AWS who the caller is.
    GetWebIdentityToken,
}

impl Operation {
    /// Every operation, in the order of the API reference.
    pub const ALL: [Self; 12] = [
        Self::AssumeRole,
        Self::AssumeRoleWithSaml,
        Self::AssumeRoleWithWebIdentity,
        Self::AssumeRoot,
        Self::DecodeAuthorizationMessage,
        Self::GetAccessKeyInfo,
        Self::GetCallerIdentity,
        Self::GetDelegatedAccessToken,
        Self::GetFederationToken,
        Self::GetScopedCredentials,
        Self::GetSessionToken,
        Self::GetWebIdentityToken,
    ];

    /// What is measured when nothing else is asked for: the two that any user can call.
    pub const DEFAULT: [Self; 2] = [Self::GetCallerIdentity, Self::GetSessionToken];

    /// The operation of that name: as in the AWS CLI (`get-caller-identity`), in the API (`GetCallerIdentity`) or in
    /// Python (`get_caller_identity`).
    pub fn named(text: &str) -> Option<Self> {
        let plain = |name: &str| -> String {
            let letters = name.chars().filter(|c| !matches!(c, '-' | '_'));
            letters.map(|c| c.to_ascii_lowercase()).collect()
        };
        let wanted = plain(text);
        Self::ALL
            .into_iter()
            .find(|operation| plain(operation.cli_name()) == wanted)
    }

    /// What is true of it.
    pub fn facts(self) -> &'static OperationFacts {
        match self {
            Self::AssumeRole => &each::assume_role::FACTS,
            Self::AssumeRoleWithSaml => &each::assume_role_with_saml::FACTS,
            Self::AssumeRoleWithWebIdentity => &each::assume_role_with_web_identity::FACTS,
            Self::AssumeRoot => &each::assume_root::FACTS,
            Self::DecodeAuthorizationMessage => &each::decode_authorization_message::FACTS,
            Self::GetAccessKeyInfo => &each::get_access_key_info::FACTS,
            Self::GetCallerIdentity => &each::get_caller_identity::FACTS,
            Self::GetDelegatedAccessToken => &each::get_delegated_access_token::FACTS,
            Self::GetFederationToken => &each::get_federation_token::FACTS,
            Self::GetScopedCredentials => &each::get_scoped_credentials::FACTS,
            Self::GetSessionToken => &each::get_session_token::FACTS,
            Self::GetWebIdentityToken => &each::get_web_identity_token::FACTS,
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
        self.facts().accepts != Accepts::LongTerm
    }

    /// Whether STS answers it to the keys of an IAM user or of the root user.
    pub fn accepts_long_term_credentials(self) -> bool {
        self.facts().accepts != Accepts::Temporary
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
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cli_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_its_name_in_the_cli_the_api_and_python() {
        for operation in Operation::ALL {
            let python = operation.cli_name().replace('-', "_");
            for name in [operation.cli_name(), operation.api_name(), &python] {
                assert_eq!(Operation::named(name), Some(operation), "{name}");
            }
        }
        for text in ["", "-", "get-caller", "GetCallerIdentities"] {
            assert_eq!(Operation::named(text), None, "{text}");
        }
    }
}
