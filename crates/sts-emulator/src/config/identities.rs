//! What is wrong with the accounts, users, roles and providers of an emulator's description, each for itself and together.

use std::collections::BTreeSet;

use sts_model::{Endpoint, Region};

use super::emulator_config::EmulatorConfig;
use super::mistakes::Mistakes;
use crate::iam::federation::{oidc_complaints, saml_complaints};
use crate::iam::identities::{AccountSpec, Complaint, MAX_ENTITIES, RoleSpec, UserSpec};
use crate::iam::policy::{Policy, PolicyKind};

impl EmulatorConfig {
    pub(super) fn check_identities(&self, endpoints: &[Endpoint], found: &mut Mistakes) {
        let users_ok = (1..=MAX_ENTITIES).contains(&self.users.len());
        found.range(
            ["users"],
            "users".to_owned(),
            (!users_ok).then_some("must be 1 to 511"),
        );
        let roles_ok = self.roles.len() <= MAX_ENTITIES;
        found.range(
            ["roles"],
            "roles".to_owned(),
            (!roles_ok).then_some("must be at most 511"),
        );
        found.entries(
            "accounts",
            self.accounts.iter().map(|one| {
                let mut complaints = one.complaints();
                complaints.extend(elsewhere(one, endpoints));
                ((one.id.as_str(), ""), complaints)
            }),
        );
        // The built-in roles name built-in providers, also where a file has others.
        let built_in = Self::default().roles;
        let mut devices = BTreeSet::new();
        found.entries(
            "users",
            self.users.iter().map(|one| {
                let mut complaints = self.user_complaints(one);
                complaints.extend(device_complaint(one, &mut devices));
                ((one.account.as_str(), one.name.as_str()), complaints)
            }),
        );
        found.entries(
            "roles",
            self.roles.iter().map(|one| {
                let mut complaints = one.complaints();
                if !built_in.contains(one) {
                    complaints.extend(self.stranger(one));
                }
                ((one.account.as_str(), one.name.as_str()), complaints)
            }),
        );
        found.entries(
            "oidc_providers",
            self.oidc_providers.iter().map(|one| {
                (
                    (one.account.as_str(), one.url.as_str()),
                    oidc_complaints(one),
                )
            }),
        );
        found.entries(
            "saml_providers",
            self.saml_providers.iter().map(|one| {
                (
                    (one.account.as_str(), one.name.as_str()),
                    saml_complaints(one),
                )
            }),
        );
    }

    fn user_complaints(&self, user: &UserSpec) -> Vec<Complaint> {
        let mut found = user.complaints();
        let secret = self.secret_complaint(user.secret_access_key.as_deref());
        found.extend(secret.map(|rule| ("secret_access_key", rule.to_owned())));
        found
    }

    /// A principal of the role's trust policy that is none of this emulator: IAM refuses one that does not exist.
    fn stranger(&self, role: &RoleSpec) -> Option<Complaint> {
        let trust = Policy::read(&role.trust, PolicyKind::Trust).ok()?;
        let stranger = trust.principals().find(|name| !self.knows(name))?;
        let rule = format!("names {stranger:?}, which this emulator does not have");
        Some(("trust", rule))
    }

    /// Whether there is a user, role or provider with that ARN, or one whose session has it.
    fn knows(&self, arn: &str) -> bool {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, _, _, account, resource] = parts[..] else {
            // A provider that every account has is named by its host.
            return self.has_oidc_provider(arn, None);
        };
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        let is = |owner: &str, path: &str, own: &str| {
            owner == account && name == format!("{}{own}", path.trim_start_matches('/'))
        };
        match kind {
            "user" => self
                .users
                .iter()
                .any(|it| is(&it.account, &it.path, &it.name)),
            "role" => self
                .roles
                .iter()
                .any(|it| is(&it.account, &it.path, &it.name)),
            "assumed-role" => {
                let role = name.split('/').next();
                let mut roles = self.roles.iter();
                roles.any(|it| it.account == account && Some(it.name.as_str()) == role)
            }
            "oidc-provider" => self.has_oidc_provider(name, Some(account)),
            "saml-provider" => {
                let mut providers = self.saml_providers.iter();
                providers.any(|it| it.account == account && it.name == name)
            }
            _ => true,
        }
    }

    /// Whether an account, or that one, has registered the OpenID Connect provider.
    fn has_oidc_provider(&self, name: &str, account: Option<&str>) -> bool {
        let mut providers = self.oidc_providers.iter();
        providers.any(|it| {
            account.is_none_or(|account| it.account == account)
                && it.url.strip_prefix("https://") == Some(name)
        })
    }
}

/// A Region that the account switches on or off in another partition than its own.
fn elsewhere(account: &AccountSpec, endpoints: &[Endpoint]) -> Option<Complaint> {
    let first = endpoints
        .first()
        .map(|endpoint| endpoint.partition.as_str());
    let own = account.partition.as_deref().or(first)?;
    let is_elsewhere =
        |name: &&String| Region::named(name).is_some_and(|region| region.partition != own);
    for (field, regions) in [
        ("disabled_regions", &account.disabled_regions),
        ("enabled_regions", &account.enabled_regions),
    ] {
        if let Some(name) = regions.iter().find(is_elsewhere) {
            let rule = format!("must name Regions of the account's partition {own}, not {name:?}");
            return Some((field, rule));
        }
    }
    None
}

/// Too many devices (IAM quotas), or one whose name another of the account has.
fn device_complaint(
    user: &UserSpec,
    devices: &mut BTreeSet<(String, String)>,
) -> Option<Complaint> {
    let mut again = None;
    for device in &user.mfa {
        if !devices.insert((user.account.clone(), device.name.clone())) {
            again = Some(&device.name);
        }
    }
    if user.mfa.len() > MOST_DEVICES {
        return Some(("mfa", format!("must be at most {MOST_DEVICES} devices")));
    }
    let again = again?;
    Some(("mfa", format!("{again:?} is there twice in the account")))
}

/// IAM user guide, "IAM and AWS STS quotas".
const MOST_DEVICES: usize = 8;
