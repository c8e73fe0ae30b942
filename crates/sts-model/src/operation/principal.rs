//! Whose credentials are used, as far as an ARN shows, and which operations STS refuses to them whatever their policies say.
//!
//! Source: the STS API reference and the IAM user guide's comparison of the operations that give credentials.

use super::names::Operation;

/// Whose credentials are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal {
    /// An account's root user.
    Root,
    /// An IAM user, or a session of one from GetSessionToken.
    User,
    /// A role's session.
    AssumedRole,
    /// A session from GetFederationToken.
    FederatedUser,
    /// None of these.
    Other,
}

impl Principal {
    /// By the ARN in an answer to GetCallerIdentity.
    pub fn of_arn(arn: &str) -> Self {
        let mut parts = arn.splitn(6, ':');
        let (service, resource) = (
            parts.nth(2).unwrap_or_default(),
            parts.nth(2).unwrap_or_default(),
        );
        match (service, resource.split('/').next().unwrap_or_default()) {
            ("iam", "root") => Self::Root,
            ("iam", "user") => Self::User,
            ("sts", "assumed-role") => Self::AssumedRole,
            ("sts", "federated-user") => Self::FederatedUser,
            _ => Self::Other,
        }
    }
}

impl Operation {
    /// Whose credentials these are for STS to refuse the operation to them; `None` when it does not. An unsigned operation
    /// is refused to nobody.
    pub fn refused_to(self, principal: Principal) -> Option<&'static str> {
        match principal {
            Principal::FederatedUser if self.is_signed() && self != Self::GetCallerIdentity => {
                Some("a session from GetFederationToken")
            }
            Principal::Root if matches!(self, Self::AssumeRole | Self::AssumeRoot) => {
                Some("the root user")
            }
            Principal::AssumedRole if !self.accepts_temporary_credentials() => {
                Some("a role's session")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_tells_whose_credentials_these_are() {
        for (arn, principal) in [
            ("arn:aws:iam::123456789012:root", Principal::Root),
            (
                "arn:aws-cn:iam::123456789012:user/team/anna",
                Principal::User,
            ),
            (
                "arn:aws:sts::123456789012:assumed-role/reader/session",
                Principal::AssumedRole,
            ),
            (
                "arn:aws:sts::123456789012:federated-user/root",
                Principal::FederatedUser,
            ),
            ("", Principal::Other),
            ("arn:aws:iam", Principal::Other),
        ] {
            assert_eq!(Principal::of_arn(arn), principal, "{arn}");
        }
    }

    #[test]
    fn a_federated_user_may_only_ask_who_it_is_and_what_needs_no_signature() {
        let allowed: Vec<_> = Operation::ALL
            .into_iter()
            .filter(|o| o.refused_to(Principal::FederatedUser).is_none())
            .collect();
        let unsigned = [
            Operation::AssumeRoleWithSaml,
            Operation::AssumeRoleWithWebIdentity,
        ];
        assert_eq!(
            allowed,
            [unsigned[0], unsigned[1], Operation::GetCallerIdentity]
        );
    }
}
