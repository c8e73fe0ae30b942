//! Users, roles and root keys as an emulator has them, made of what a fleet file says of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ids::{ENTITY_MARK, LONG_TERM_MARK, base32_decoded, unique_id};
use super::principal::Entity;
use super::spec::{RoleSpec, UserSpec};
use crate::entropy;
use crate::iam::policy::{Policy, PolicyKind};

/// A user as others see it.
pub(crate) struct User {
    pub account: String,
    pub entity: Entity,
    pub policy: Policy,
    /// Keys and values.
    pub tags: Vec<(String, String)>,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) active: bool,
    /// Serial numbers in the partition `aws`, and seeds.
    pub(super) mfa: Vec<(String, Vec<u8>)>,
}

/// The access key of an account's root user.
pub(super) struct RootKey {
    pub account: String,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
}

/// A role as others see it.
pub(crate) struct Role {
    pub account: String,
    pub entity: Entity,
    pub max_session_duration: i32,
    pub trust: Policy,
    pub policy: Policy,
    /// Keys and values.
    pub tags: Vec<(String, String)>,
}

impl Role {
    /// The ARN in the partition `aws`, in which policies are written; path included.
    pub(crate) fn arn(&self) -> String {
        self.arn_in("aws")
    }

    /// The ARN in `partition`.
    pub(crate) fn arn_in(&self, partition: &str) -> String {
        self.entity.arn(partition, &self.account, "role")
    }
}

impl User {
    pub(super) fn new(spec: &UserSpec, index: usize) -> Self {
        let serial = |name: &str| format!("arn:aws:iam::{}:mfa/{name}", spec.account);
        let mfa = spec.mfa.iter().map(|device| {
            (
                serial(&device.name),
                base32_decoded(&device.seed).unwrap_or_default(),
            )
        });
        Self {
            account: spec.account.clone(),
            entity: Entity {
                name: spec.name.clone(),
                path: spec.path.clone(),
                id: unique_id("AIDA", &spec.account, index, ENTITY_MARK),
            },
            policy: identity_policy(spec.policy.as_deref()),
            tags: spec.tags.clone().into_iter().collect(),
            access_key_id: unique_id("AKIA", &spec.account, index, LONG_TERM_MARK),
            secret_access_key: spec.secret_access_key.clone().unwrap_or_else(random_secret),
            active: spec.active,
            mfa: mfa.collect(),
        }
    }
}

impl Role {
    pub(super) fn new(spec: &RoleSpec, index: usize) -> Self {
        Self {
            account: spec.account.clone(),
            entity: Entity {
                name: spec.name.clone(),
                path: spec.path.clone(),
                id: unique_id("AROA", &spec.account, index, ENTITY_MARK),
            },
            max_session_duration: i32::try_from(spec.max_session_duration).unwrap_or(i32::MAX),
            trust: Policy::read(&spec.trust, PolicyKind::Trust)
                .expect("trust policies are checked with the spec"),
            policy: identity_policy(spec.policy.as_deref()),
            tags: spec.tags.clone().into_iter().collect(),
        }
    }
}

fn identity_policy(text: Option<&str>) -> Policy {
    let read = |text| {
        Policy::read(text, PolicyKind::Identity).expect("policies are checked with the spec")
    };
    text.map(read).unwrap_or_default()
}

/// A secret that follows from no seed: whoever knows the seed knows no long-term key.
pub(super) fn random_secret() -> String {
    STANDARD.encode(entropy::unpredictable::<30>())
}
