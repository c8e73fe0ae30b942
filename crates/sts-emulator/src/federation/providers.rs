//! Every identity provider that the fleet's accounts have registered, and the fleet's own keys.

use time::OffsetDateTime;

use super::web_identity::{no_provider, provider_name};
use super::{
    BuiltInProviders, OidcProvider, OidcProviderSpec, OutboundIssuer, Rejection, SamlProvider,
    SamlProviderSpec, WebIdentity, issuer_of,
};

/// The registered providers, and what the fleet itself signs with.
pub(crate) struct IdentityProviders {
    oidc: Vec<(String, OidcProvider)>,
    saml: Vec<(String, SamlProvider)>,
    /// Keys of the providers that came without one.
    own: BuiltInProviders,
    /// The first provider of each kind that the fleet has the key of.
    own_oidc: Option<OidcProviderSpec>,
    own_saml: Option<SamlProviderSpec>,
    pub outbound: OutboundIssuer,
}

impl IdentityProviders {
    /// Registers everything. The specs have been checked.
    pub(crate) fn new(oidc: &[OidcProviderSpec], saml: &[SamlProviderSpec]) -> Self {
        let own = BuiltInProviders::new();
        let keys = own.jwks();
        let registered = |spec: &OidcProviderSpec| {
            let provider = spec.registered(spec.jwks.as_deref().unwrap_or(&keys));
            (
                spec.account.clone(),
                provider.expect("key sets are checked with the spec"),
            )
        };
        let certified = |spec: &SamlProviderSpec| {
            let provider = match &spec.certificate {
                Some(certificate) => SamlProvider::new(&spec.account, &spec.name, certificate),
                None => Ok(own.saml(&spec.account, &spec.name)),
            };
            (
                spec.account.clone(),
                spec.completed(provider.expect("certificates are checked with the spec")),
            )
        };
        Self {
            oidc: oidc.iter().map(registered).collect(),
            saml: saml.iter().map(certified).collect(),
            own_oidc: oidc.iter().find(|spec| spec.jwks.is_none()).cloned(),
            own_saml: saml.iter().find(|spec| spec.certificate.is_none()).cloned(),
            own,
            outbound: OutboundIssuer::new(),
        }
    }

    /// What `token` says at `now`, if a provider of `account` has said it. A `provider_id` announces an access token of a
    /// provider that every account has, which only its own servers could verify.
    pub(crate) fn web_identity(
        &self,
        account: &str,
        token: &str,
        provider_id: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<WebIdentity, Rejection> {
        if provider_id.is_some() {
            return Err(Rejection::not_valid());
        }
        let issuer = issuer_of(token)?;
        let name = provider_name(&issuer);
        let found = self
            .oidc
            .iter()
            .find(|(owner, provider)| owner == account && provider.name() == name);
        found
            .ok_or_else(|| no_provider(&issuer))?
            .1
            .verify(token, now)
    }

    /// The SAML provider with `arn`, in whatever partition, and its account.
    pub(crate) fn saml(&self, arn: &str) -> Result<(&str, &SamlProvider), Rejection> {
        let found = self.saml.iter().find(|(account, provider)| {
            let resource = arn.splitn(6, ':').collect::<Vec<_>>();
            matches!(
                resource[..],
                ["arn", _, "iam", "", owner, name]
                    if owner == account && name.strip_prefix("saml-provider/") == Some(provider.name())
            )
        });
        let found = found.map(|(account, provider)| (account.as_str(), provider));
        found.ok_or_else(|| Rejection::Invalid("Specified provider doesn't exist.".to_owned()))
    }

    /// A token of the first provider that the fleet has the key of.
    pub(crate) fn own_token(&self, now: OffsetDateTime) -> Option<String> {
        let spec = self.own_oidc.as_ref()?;
        Some(self.own.token(&spec.url, spec.client_ids.first()?, now))
    }

    /// A response of the first provider that the fleet has the key of, for the role `role` (ARN), and the provider's ARN.
    pub(crate) fn own_response(&self, role: &str, now: OffsetDateTime) -> Option<(String, String)> {
        let spec = self.own_saml.as_ref()?;
        let arn = format!("arn:aws:iam::{}:saml-provider/{}", spec.account, spec.name);
        let issuer = spec
            .issuer
            .clone()
            .unwrap_or_else(BuiltInProviders::saml_issuer);
        Some((self.own.response(&issuer, role, &arn, now), arn))
    }
}
