//! Accounts, users and roles as a fleet file describes them, and what can be wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::iam::arn::is_account;
use crate::iam::identities::ids::base32_decoded;
use crate::iam::policy::{Policy, PolicyKind, is_ever_set_for_callers, is_ever_set_for_roles};
use crate::iam::repeated::is_repeated;
use crate::iam::tag_text::{is_reserved, is_tag_text};
use sts_model::{Activation, PARTITIONS, Region};

/// An account of the emulator. Accounts without an entry are like [`AccountSpec::default`].
///
/// All accounts of an emulator are one organisation, whose management account is that of the first user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountSpec {
    /// Twelve digits.
    pub id: String,
    /// The partition that the account is in, such as `aws-cn`: no other knows its keys. Left out: that of the emulator's
    /// first endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// Regions enabled by default in which the account has switched STS off, so that nothing is issued to it there. us-east-1
    /// cannot be.
    pub disabled_regions: Vec<String>,
    /// Opt-in Regions that the account has enabled; `*` is all of them. Others do not know its keys.
    pub enabled_regions: Vec<String>,
    /// Which version of token the global endpoint issues to the account, 1 or 2. AWS's default is 1, valid in Regions
    /// enabled by default only.
    pub global_token_version: u8,
    /// Whether the account has outbound web identity federation enabled.
    pub outbound_federation: bool,
    /// Whether the root user has an access key.
    pub root_access_key: bool,
}

impl Default for AccountSpec {
    fn default() -> Self {
        Self {
            id: FIRST_ACCOUNT.to_owned(),
            partition: None,
            disabled_regions: Vec::new(),
            enabled_regions: vec!["*".to_owned()],
            global_token_version: 1,
            outbound_federation: true,
            root_access_key: false,
        }
    }
}

/// A user of the emulator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UserSpec {
    /// Twelve digits.
    pub account: String,
    /// IAM user name, `[A-Za-z0-9+=,.@_-]{1,64}`.
    pub name: String,
    /// Begins and ends with a slash; 1–512 characters.
    pub path: String,
    /// Pins the secret access key, 40 characters; random when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<String>,
    /// Whether the access key is active.
    pub active: bool,
    /// What the user may do: the JSON of an identity-based policy. Left out: nothing that needs a permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The user's tags, which conditions ask about as `aws:PrincipalTag`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The user's virtual MFA devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mfa: Vec<MfaSpec>,
}

impl Default for UserSpec {
    fn default() -> Self {
        Self {
            account: FIRST_ACCOUNT.to_owned(),
            name: "simulated".to_owned(),
            path: "/".to_owned(),
            secret_access_key: None,
            active: true,
            policy: None,
            tags: BTreeMap::new(),
            mfa: Vec::new(),
        }
    }
}

/// A virtual MFA device. Its serial number is `arn:aws:iam::<account>:mfa/<name>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MfaSpec {
    /// `[A-Za-z0-9+=,.@_-]{1,64}`.
    pub name: String,
    /// The device's secret seed in base32, at least 10 bytes.
    pub seed: String,
}

/// A role of the emulator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoleSpec {
    /// Twelve digits.
    pub account: String,
    /// IAM role name, `[A-Za-z0-9+=,.@_-]{1,64}`.
    pub name: String,
    /// Begins and ends with a slash; 1–512 characters. The ARNs of the role's sessions do not show it.
    pub path: String,
    /// Longest session. Unit: seconds, 3,600–43,200.
    pub max_session_duration: u32,
    /// Who may assume it: the JSON of a trust policy.
    pub trust: String,
    /// What its sessions may do: the JSON of an identity-based policy. Left out: nothing that needs a permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The role's tags: `aws:ResourceTag` for who assumes it, and `aws:PrincipalTag` for its sessions, unless a session tag of
    /// the key replaces one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Default for RoleSpec {
    fn default() -> Self {
        Self {
            account: FIRST_ACCOUNT.to_owned(),
            name: "simulated".to_owned(),
            path: "/".to_owned(),
            max_session_duration: 3_600,
            trust: String::new(),
            policy: None,
            tags: BTreeMap::new(),
        }
    }
}

impl UserSpec {
    /// A user called `name` in the first account who may do nothing that needs a permission.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The same user, who may call `action` on everything: one of STS such as `sts:AssumeRole`, or `sts:*`. Replaces the policy.
    pub fn allowed(self, action: &str) -> Self {
        Self {
            policy: Some(allowing(action)),
            ..self
        }
    }
}

impl RoleSpec {
    /// A role called `name` in the first account. Nobody may assume it before it trusts somebody.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The same role, which `principal` may assume, with tags and a source identity: an ARN of a user, a role or an account's
    /// root. Replaces the trust policy.
    pub fn trusting(self, principal: &str) -> Self {
        Self {
            trust: trust(principal, ""),
            ..self
        }
    }

    /// The same role, whose sessions may call `action` on everything. Replaces the policy.
    pub fn allowed(self, action: &str) -> Self {
        Self {
            policy: Some(allowing(action)),
            ..self
        }
    }
}

/// An identity-based policy that allows `action` on everything.
pub(crate) fn allowing(action: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
    )
}

/// A trust policy that lets `principal` assume the role, with the JSON of a condition behind it.
pub(crate) fn trust(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]{condition}}}]}}"#
    )
}

/// A mistake: the field, and the rule that it breaks.
pub(crate) type Complaint = (&'static str, String);

impl AccountSpec {
    /// What is wrong with the account.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        let mut found = account_complaint("id", &self.id);
        let is_partition = |name: &String| PARTITIONS.iter().any(|known| known.id == name);
        if let Some(wrong) = self.partition.as_ref().filter(|name| !is_partition(name)) {
            let known: Vec<&str> = PARTITIONS.iter().map(|known| known.id).collect();
            let rule = format!("must be one of {}, not {wrong:?}", known.join(", "));
            found.push(("partition", rule));
        }
        if let Some(wrong) = self
            .disabled_regions
            .iter()
            .find(|name| *name == "us-east-1" || !is_of(name, Activation::Default))
        {
            let rule = "must name Regions enabled by default other than us-east-1";
            found.push(("disabled_regions", format!("{rule}, not {wrong:?}")));
        }
        if let Some(wrong) = self
            .enabled_regions
            .iter()
            .find(|name| *name != "*" && !is_of(name, Activation::OptIn))
        {
            found.push((
                "enabled_regions",
                format!("must name opt-in Regions or \"*\", not {wrong:?}"),
            ));
        }
        for (field, regions) in [
            ("disabled_regions", &self.disabled_regions),
            ("enabled_regions", &self.enabled_regions),
        ] {
            if is_repeated(regions) {
                found.push((
                    field,
                    "must name each Region once; \"*\" stands alone".to_owned(),
                ));
            }
        }
        if !matches!(self.global_token_version, 1 | 2) {
            found.push(("global_token_version", "must be 1 or 2".to_owned()));
        }
        found
    }

    /// Whether the account can use STS in `region` at all: an opt-in Region must have been enabled.
    pub(crate) fn has_enabled(&self, region: &str) -> bool {
        !is_of(region, Activation::OptIn)
            || self
                .enabled_regions
                .iter()
                .any(|enabled| enabled == "*" || enabled == region)
    }

    /// Whether STS issues credentials to the account in `region`.
    pub(crate) fn has_active(&self, region: &str) -> bool {
        self.has_enabled(region)
            && !self
                .disabled_regions
                .iter()
                .any(|disabled| disabled == region)
    }
}

/// Whether there is a Region called `name` that is activated in the way `activation`.
pub(crate) fn is_of(name: &str, activation: Activation) -> bool {
    Region::named(name).is_some_and(|region| region.activation == activation)
}

impl UserSpec {
    /// What is wrong with the user.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        let mut found = account_complaint("account", &self.account);
        found.extend(name_complaint("name", &self.name));
        found.extend(path_complaint(&self.path));
        let secret_ok =
            |secret: &String| secret.len() == 40 && secret.bytes().all(|b| b.is_ascii_graphic());
        if !self.secret_access_key.as_ref().is_none_or(secret_ok) {
            found.push((
                "secret_access_key",
                "must be 40 printable characters".to_owned(),
            ));
        }
        found.extend(policy_complaint(
            "policy",
            self.policy.as_deref(),
            PolicyKind::Identity,
            LONGEST_USER_POLICY,
        ));
        found.extend(tags_complaint(&self.tags));
        for device in &self.mfa {
            found.extend(
                name_complaint("mfa", &device.name)
                    .into_iter()
                    .map(|(field, rule)| (field, format!("name {rule}"))),
            );
            if base32_decoded(&device.seed).is_none_or(|seed| seed.len() < 10) {
                found.push((
                    "mfa",
                    format!(
                        "the seed of {:?} must be base32 of at least 10 bytes",
                        device.name
                    ),
                ));
            }
        }
        found
    }
}

impl RoleSpec {
    /// What is wrong with the role.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        let mut found = account_complaint("account", &self.account);
        found.extend(name_complaint("name", &self.name));
        found.extend(path_complaint(&self.path));
        if !(3_600..=43_200).contains(&self.max_session_duration) {
            found.push(("max_session_duration", "must be 3600 to 43200".to_owned()));
        }
        found.extend(policy_complaint(
            "trust",
            Some(&self.trust),
            PolicyKind::Trust,
            LONGEST_TRUST,
        ));
        found.extend(policy_complaint(
            "policy",
            self.policy.as_deref(),
            PolicyKind::Identity,
            LONGEST_ROLE_POLICY,
        ));
        found.extend(tags_complaint(&self.tags));
        found
    }
}

/// What is wrong with the tags of a user or role (IAM user guide, "Rules for tagging in IAM and AWS STS").
fn tags_complaint(tags: &BTreeMap<String, String>) -> Option<Complaint> {
    let text = |text: &str, most: usize| text.chars().count() <= most && is_tag_text(text);
    let right = |(key, value): (&String, &String)| {
        !key.is_empty()
            && !is_reserved(key)
            && !is_reserved(value)
            && text(key, 128)
            && text(value, 256)
    };
    let keys: BTreeSet<String> = tags.keys().map(|key| key.to_lowercase()).collect();
    let ok = tags.len() <= 50 && keys.len() == tags.len() && tags.iter().all(right);
    (!ok).then(|| {
        let rule = "must be at most 50 tags that differ without regard to case, of 1 to 128 and 0 to 256 letters, digits, \
                    spaces and _.:/=+-@, neither beginning with aws:";
        ("tags", rule.to_owned())
    })
}

/// What is wrong with an account's number.
pub(crate) fn account_complaint(field: &'static str, account: &str) -> Vec<Complaint> {
    if is_account(account) {
        Vec::new()
    } else {
        vec![(field, "must be twelve digits".to_owned())]
    }
}

fn name_complaint(field: &'static str, name: &str) -> Option<Complaint> {
    let name_ok = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
    let ok = (1..=64).contains(&name.len()) && name.bytes().all(name_ok);
    (!ok).then(|| {
        (
            field,
            "must be 1 to 64 letters, digits and +=,.@_-".to_owned(),
        )
    })
}

fn path_complaint(path: &str) -> Option<Complaint> {
    let ends = path.starts_with('/') && path.ends_with('/');
    let ok = ends && path.len() <= 512 && path.bytes().all(|b| (0x21..=0x7F).contains(&b));
    (!ok).then(|| {
        (
            "path",
            "must be 1 to 512 printable characters that begin and end with a slash".to_owned(),
        )
    })
}

fn policy_complaint(
    field: &'static str,
    text: Option<&str>,
    kind: PolicyKind,
    longest: usize,
) -> Option<Complaint> {
    let text = text?;
    if text.is_empty() {
        return Some((field, "is missing: the JSON of a policy".to_owned()));
    }
    if text.chars().filter(|c| !c.is_whitespace()).count() > longest {
        let rule = format!("must be at most {longest} characters, blanks not counted");
        return Some((field, rule));
    }
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        return Some((field, format!("must be the JSON of a policy: {error}")));
    }
    match Policy::read(text, kind) {
        Err(wrong) => {
            let rule = format!("must be a policy: {}", wrong.explained());
            Some((field, rule))
        }
        Ok(policy) => {
            let is_set = match kind {
                PolicyKind::Trust => is_ever_set_for_roles,
                PolicyKind::Identity => is_ever_set_for_callers,
            };
            let silent = policy.keys().find(|key| !is_set(key));
            let silent = silent.map(|key| {
                format!("asks about the condition key {key:?}, never set by this emulator")
            });
            let open = || {
                let key = policy.missing_control()?;
                let needed = "must be asked about, by more than wildcards, because anybody can have tokens of that provider";
                Some(format!("the condition key {key:?} {needed}"))
            };
            silent.or_else(open).map(|rule| (field, rule))
        }
    }
}

/// IAM user guide, "IAM and AWS STS quotas": what a user's inline policies have together.
const LONGEST_USER_POLICY: usize = 2_048;

/// Likewise a role's.
const LONGEST_ROLE_POLICY: usize = 10_240;

/// The highest quota of a trust policy; accounts have 2,048 until they ask for more.
const LONGEST_TRUST: usize = 8_192;

/// The account of the built-in first user.
pub(crate) const FIRST_ACCOUNT: &str = "123456789012";
