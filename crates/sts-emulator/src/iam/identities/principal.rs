//! A principal: the value that a session token seals, and the caller that a signature proves.
//!
//! Plain data: nothing here looks anything up, checks anything or knows a policy's meaning.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

/// Who has signed a request, and with what.
#[derive(Clone, PartialEq)]
pub(crate) struct Principal {
    pub access_key_id: String,
    /// What the signature has to be made with.
    pub secret_access_key: String,
    /// Which kind of credentials the signature was made with.
    pub kind: PrincipalKind,
    /// When temporary credentials end.
    pub expires: Option<OffsetDateTime>,
    /// Who it is. Long-term keys have one without any of a session's attributes.
    pub session: Session,
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("key", &self.access_key_id)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// Which kind of credentials a signature was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    /// A user's or root's own access key.
    LongTerm,
    /// Temporary credentials of any origin.
    Session,
}

impl Principal {
    /// Whether the credentials came from STS.
    pub(crate) fn is_temporary(&self) -> bool {
        self.kind == PrincipalKind::Session
    }

    /// Twelve digits.
    pub(crate) fn account(&self) -> &str {
        &self.session.account
    }

    /// The caller's ARN in `partition`.
    pub(crate) fn arn(&self, partition: &str) -> String {
        self.session.arn(partition)
    }

    /// The `UserId` of GetCallerIdentity, CloudTrail's `principalId`.
    pub(crate) fn user_id(&self) -> String {
        self.session.user_id()
    }
}

/// A principal with everything that STS attaches to temporary credentials. One-letter names keep tokens short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Twelve digits.
    #[serde(rename = "a")]
    pub account: String,
    #[serde(rename = "i")]
    pub identity: Identity,
    /// Whether a code of an MFA device was given; `None` for long-term keys, which have no such attribute.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub mfa: Option<bool>,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// Session tags, inherited ones included.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Keys of those tags that the next role in a chain inherits.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub transitive_tag_keys: Vec<String>,
    /// Session policies; what they do not allow, the session may not do.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Value>,
    /// ARNs of managed policies that limit the session.
    #[serde(rename = "q", default, skip_serializing_if = "Vec::is_empty")]
    pub policy_arns: Vec<String>,
    /// Policies by which GetScopedCredentials has narrowed the session, one a layer; each must allow what it does.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Value>,
    /// Whether a role's session assumed the role.
    #[serde(rename = "c", default, skip_serializing_if = "std::ops::Not::not")]
    pub chained: bool,
    /// Which identity provider vouched for the session, if one did.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub federation: Option<Federation>,
    /// When it was issued. Unit: seconds since 1970; 0 until it is.
    #[serde(rename = "d", default)]
    pub issued_at: i64,
}

/// What a principal is within its account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Identity {
    /// The account's root user.
    #[serde(rename = "r")]
    Root,
    /// An IAM user.
    #[serde(rename = "u")]
    User(Entity),
    /// A role's session.
    #[serde(rename = "o")]
    AssumedRole {
        #[serde(rename = "r")]
        role: Entity,
        #[serde(rename = "s")]
        session_name: String,
    },
    /// Whom a user vouched for with GetFederationToken.
    #[serde(rename = "f")]
    FederatedUser {
        #[serde(rename = "n")]
        name: String,
        /// The user who did; root when there is none.
        #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
        issuer: Option<Entity>,
    },
}

/// A user or a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entity {
    #[serde(rename = "n")]
    pub name: String,
    /// Begins and ends with a slash.
    #[serde(rename = "p")]
    pub path: String,
    /// `AIDA…` or `AROA…`.
    #[serde(rename = "i")]
    pub id: String,
}

/// A session tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tag {
    #[serde(rename = "k")]
    pub key: String,
    #[serde(rename = "v")]
    pub value: String,
}

/// An identity provider's part in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Federation {
    #[serde(rename = "k")]
    pub kind: FederationKind,
    /// The provider's ARN for SAML, its host and path for OpenID Connect.
    #[serde(rename = "p")]
    pub provider: String,
    /// Whom the provider vouched for.
    #[serde(rename = "s")]
    pub subject: String,
    /// Of a SAML response the format of the subject; otherwise empty.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub subject_type: String,
    /// Of a SAML response the `NameQualifier` that STS answers; otherwise empty.
    #[serde(rename = "q", default, skip_serializing_if = "String::is_empty")]
    pub name_qualifier: String,
    /// Of a web identity token for whom it was; otherwise empty.
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    pub audience: String,
    /// Of a web identity token how the user was authenticated.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
}

/// Which protocol an identity provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FederationKind {
    #[serde(rename = "w")]
    WebIdentity,
    #[serde(rename = "s")]
    Saml,
}

impl Session {
    /// A principal without any attribute of a session.
    pub(crate) fn plain(account: &str, identity: Identity) -> Self {
        Self {
            account: account.to_owned(),
            identity,
            mfa: None,
            source_identity: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            policies: Vec::new(),
            policy_arns: Vec::new(),
            scopes: Vec::new(),
            chained: false,
            federation: None,
            issued_at: 0,
        }
    }

    /// The ARN in `partition`. A role's path is no part of its sessions' ARNs.
    pub(crate) fn arn(&self, partition: &str) -> String {
        let account = &self.account;
        match &self.identity {
            Identity::Root => format!("arn:{partition}:iam::{account}:root"),
            Identity::User(user) => user.arn(partition, account, "user"),
            Identity::AssumedRole { role, session_name } => {
                format!(
                    "arn:{partition}:sts::{account}:assumed-role/{}/{session_name}",
                    role.name
                )
            }
            Identity::FederatedUser { name, .. } => {
                format!("arn:{partition}:sts::{account}:federated-user/{name}")
            }
        }
    }

    /// The `UserId` of GetCallerIdentity.
    pub(crate) fn user_id(&self) -> String {
        match &self.identity {
            Identity::Root => self.account.clone(),
            Identity::User(user) => user.id.clone(),
            Identity::AssumedRole { role, session_name } => format!("{}:{session_name}", role.id),
            Identity::FederatedUser { name, .. } => format!("{}:{name}", self.account),
        }
    }

    /// Whether policies limit it that came with the session.
    pub(crate) fn has_session_policies(&self) -> bool {
        !self.policies.is_empty() || !self.policy_arns.is_empty()
    }

    /// Whether it is a role's session.
    pub(crate) fn is_assumed_role(&self) -> bool {
        matches!(self.identity, Identity::AssumedRole { .. })
    }
}

impl Entity {
    /// The ARN; `kind` is `user` or `role`.
    pub(crate) fn arn(&self, partition: &str, account: &str, kind: &str) -> String {
        format!(
            "arn:{partition}:iam::{account}:{kind}{}{}",
            self.path, self.name
        )
    }
}
