//! Identity providers as a fleet file describes them, and what can be wrong with them.

use serde::{Deserialize, Serialize};

use crate::iam::federation::identity::provider_name;
use crate::iam::identities::{Complaint, FIRST_ACCOUNT, account_complaint};
use crate::iam::repeated::is_repeated;

/// How a provider behaves when STS asks it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderState {
    /// It publishes its keys.
    #[default]
    Serving,
    /// It says that every claim is invalid.
    Rejecting,
    /// It cannot be reached.
    Unreachable,
}

/// An OpenID Connect provider that an account trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OidcProviderSpec {
    /// Twelve digits.
    pub account: String,
    /// The issuer, `https://…`, 9–255 characters.
    pub url: String,
    /// For whom its tokens are, 1–100.
    pub client_ids: Vec<String>,
    /// Its public keys: the JSON of a JSON Web Key Set. Left out: a key that the emulator makes, to sign announced tokens with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<String>,
    /// How it behaves when it is asked.
    pub state: ProviderState,
}

impl Default for OidcProviderSpec {
    fn default() -> Self {
        Self {
            account: FIRST_ACCOUNT.to_owned(),
            url: BUILT_IN_URL.to_owned(),
            client_ids: vec![BUILT_IN_CLIENT_ID.to_owned()],
            jwks: None,
            state: ProviderState::Serving,
        }
    }
}

/// A SAML provider that an account trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SamlProviderSpec {
    /// Twelve digits.
    pub account: String,
    /// The last part of its ARN, `[A-Za-z0-9._-]{1,128}`.
    pub name: String,
    /// Its certificate in PEM. Left out: a key that the emulator makes, to sign announced responses with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The entity that its assertions must name, 1–1,024 characters. Needed with a certificate, as the provider's metadata has it;
    /// without one, and left out: the emulator's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// How long a response can be redeemed. Unit: seconds, 1–86,400; STS itself gives every provider 300. The built-in
    /// provider's one response has to last for a run.
    pub redeem_within_seconds: u32,
}

impl Default for SamlProviderSpec {
    fn default() -> Self {
        Self {
            account: FIRST_ACCOUNT.to_owned(),
            name: BUILT_IN_SAML_NAME.to_owned(),
            certificate: None,
            issuer: None,
            redeem_within_seconds: 300,
        }
    }
}

impl OidcProviderSpec {
    /// What is wrong with the provider.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        let mut found = account_complaint("account", &self.account);
        let name = provider_name(&self.url);
        let url_ok = (9..=255).contains(&self.url.len())
            && name != self.url
            && !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"?#@\"".contains(&b));
        if !url_ok {
            found.push((
                "url",
                "must be https:// and 1 to 247 printable characters without ? # @ \"".to_owned(),
            ));
        } else if is_sts_itself(name) {
            let rule = "is an issuer of GetWebIdentityToken, whose tokens AssumeRoleWithWebIdentity does not take";
            found.push(("url", rule.to_owned()));
        }
        let ids_ok = self
            .client_ids
            .iter()
            .all(|id| (1..=255).contains(&id.chars().count()));
        if !(1..=100).contains(&self.client_ids.len()) || !ids_ok {
            found.push((
                "client_ids",
                "must be 1 to 100 names of 1 to 255 characters".to_owned(),
            ));
        } else if is_repeated(&self.client_ids) {
            found.push(("client_ids", "must name each once".to_owned()));
        }
        found
    }
}

impl SamlProviderSpec {
    /// What is wrong with the provider.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        let mut found = account_complaint("account", &self.account);
        let name_ok = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        if !(1..=128).contains(&self.name.len()) || !self.name.bytes().all(name_ok) {
            found.push((
                "name",
                "must be 1 to 128 letters, digits and ._-".to_owned(),
            ));
        }
        let issuer = self.issuer.as_ref().map(|name| name.chars().count());
        if self.certificate.is_some() && issuer.is_none() {
            let rule = "is missing: with a certificate, the entity ID that assertions name as their issuer";
            found.push(("issuer", rule.to_owned()));
        } else if issuer.is_some_and(|length| !(1..=1_024).contains(&length)) {
            found.push(("issuer", "must be 1 to 1024 characters".to_owned()));
        }
        if !(1..=86_400).contains(&self.redeem_within_seconds) {
            found.push(("redeem_within_seconds", "must be 1 to 86400".to_owned()));
        }
        found
    }
}

/// Whether the provider is one of those whose tokens GetWebIdentityToken gives out (IAM user guide, "Getting started with
/// outbound identity federation": their tokens are not for AssumeRoleWithWebIdentity).
fn is_sts_itself(name: &str) -> bool {
    let host = name.split(['/', ':']).next().unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let within = host.strip_suffix(OUTBOUND_HOST);
    within.is_some_and(|account| account.is_empty() || account.ends_with('.'))
}

/// Each account's issuer has a name in this domain.
const OUTBOUND_HOST: &str = "tokens.sts.global.api.aws";
/// The OpenID Connect provider that the emulator has the key of. Names that end in `.invalid` belong to nobody.
pub(super) const BUILT_IN_URL: &str = "https://identity.stsbench.invalid";
/// The client that its tokens are for.
const BUILT_IN_CLIENT_ID: &str = "sts.amazonaws.com";
/// The last part of the ARN of the SAML provider that the emulator has the key of.
const BUILT_IN_SAML_NAME: &str = "stsbench";
