//! Who it is, by the word of an identity provider: what is left of a token or a response once it is verified.

use time::OffsetDateTime;

/// What a genuine token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebIdentity {
    /// `iss` as the token has it.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `azp` where the token has one, otherwise the `aud` that is registered.
    pub audience: String,
    /// `aud` where `azp` stands in its place: the condition key `oaud`.
    pub original_audience: Option<String>,
    /// `amr`, how the user was authenticated.
    pub methods: Vec<String>,
    /// The claim `https://aws.amazon.com/source_identity`.
    pub source_identity: Option<String>,
    pub session_tags: SessionTags,
    /// The claim `https://aws.amazon.com/roles`: the only roles that the token may be used for.
    pub roles: Option<Vec<String>>,
    /// Claims that AWS takes from tokens of this provider and of few others, with their values.
    pub more_claims: Vec<(String, Vec<String>)>,
}

impl WebIdentity {
    /// Whether the token may be used for that role.
    pub(crate) fn offers(&self, role_arn: &str) -> bool {
        let mut offered = self.roles.iter().flatten();
        self.roles.is_none() || offered.any(|offered| offered == role_arn)
    }

    /// The provider's name in ARNs and condition keys.
    pub(crate) fn provider_name(&self) -> &str {
        provider_name(&self.issuer)
    }
}

/// What a genuine response says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SamlIdentity {
    /// The account that has registered the provider.
    pub account: String,
    /// The last part of the provider's ARN.
    pub provider_name: String,
    /// The `NameID`.
    pub subject: String,
    /// Its format, without SAML 2.0's own prefix.
    pub subject_type: String,
    pub issuer: String,
    /// The `Recipient` of the subject's confirmation: what STS answers as `Audience`.
    pub recipient: String,
    /// Base64 of SHA-1 of issuer, account, `/` and the provider's name (service model).
    pub name_qualifier: String,
    /// The pairs that the user may choose from: ARNs of role and provider.
    pub roles: Vec<(String, String)>,
    pub role_session_name: String,
    pub source_identity: Option<String>,
    pub session_tags: SessionTags,
    /// No session may outlive it.
    pub session_ends: Option<OffsetDateTime>,
}

/// The tags of a session, in the provider's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SessionTags {
    /// Key and value of each.
    pub tags: Vec<(String, String)>,
    /// The keys that outlive role chaining.
    pub transitive_keys: Vec<String>,
}

/// Whether a provider may call a source identity so (service model, `sourceIdentityType`; the length is that of the words of
/// the refusal).
#[cfg(feature = "federation")]
pub(crate) fn is_source_identity(name: &str) -> bool {
    is_name(name) && !name.starts_with("aws:")
}

/// Whether the text can be the name of a session.
#[cfg(feature = "federation")]
pub(crate) fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (2..=64).contains(&text.len()) && text.bytes().all(letter)
}

/// The name of a provider in ARNs and condition keys: its URL without the scheme.
pub(crate) fn provider_name(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}
