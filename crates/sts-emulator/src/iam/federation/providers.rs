//! Every identity provider that the emulator's accounts have registered, and the emulator's own keys.

use time::{Duration, OffsetDateTime};

use crate::iam::federation::built_in::BuiltInProviders;
use crate::iam::federation::identity::{SamlIdentity, WebIdentity, provider_name};
use crate::iam::federation::outbound::OutboundIssuer;
use crate::iam::federation::rejection::{ProviderError, Rejection};
use crate::iam::federation::saml::SamlProvider;
use crate::iam::federation::spec::{OidcProviderSpec, SamlProviderSpec};
use crate::iam::federation::web_identity::{OidcProvider, issuer_of};
use crate::iam::identities::Complaint;
use crate::iam::policy::is_of_every_account;

/// The registered providers, and what the emulator itself signs with.
pub(crate) struct IdentityProviders {
    oidc: Vec<(String, OidcProvider)>,
    saml: Vec<(String, SamlProvider)>,
    /// Keys of the providers that came without one.
    own: BuiltInProviders,
    /// The first provider of each kind that the emulator has the key of.
    own_oidc: Option<OidcProviderSpec>,
    own_saml: Option<SamlProviderSpec>,
    pub outbound: OutboundIssuer,
}

impl IdentityProviders {
    /// Registers everything. The specs have been checked.
    pub(crate) fn new(oidc: &[OidcProviderSpec], saml: &[SamlProviderSpec]) -> Self {
        let own = BuiltInProviders::new();
        let keys = own.jwks();
        let oidc_provider = |spec: &OidcProviderSpec| {
            let provider = registered(spec, spec.jwks.as_deref().unwrap_or(&keys));
            (
                spec.account.clone(),
                provider.expect("key sets are checked with the spec"),
            )
        };
        let saml_provider = |spec: &SamlProviderSpec| {
            let provider = match &spec.certificate {
                Some(certificate) => SamlProvider::new(&spec.account, &spec.name, certificate),
                None => Ok(own.saml(&spec.account, &spec.name)),
            };
            (
                spec.account.clone(),
                completed(
                    provider.expect("certificates are checked with the spec"),
                    spec,
                ),
            )
        };
        Self {
            oidc: oidc.iter().map(oidc_provider).collect(),
            saml: saml.iter().map(saml_provider).collect(),
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
        self.oidc_provider(account, name)
            .ok_or_else(|| Rejection::no_provider(&issuer))?
            .verify(token, now)
    }

    /// The provider called `name` that `account` has: its own, or one that every account has and anyone of the emulator's has
    /// registered.
    fn oidc_provider(&self, account: &str, name: &str) -> Option<&OidcProvider> {
        let mut named = self
            .oidc
            .iter()
            .filter(|(_, provider)| provider.name() == name);
        let own = named.clone().find(|(owner, _)| owner == account);
        let shared = named.next().filter(|_| is_of_every_account(name));
        own.or(shared).map(|(_, provider)| provider)
    }

    /// By what the trust policies of `account` can name the OpenID Connect provider: by its ARN where the account has
    /// registered it, and by its host where every account has it.
    pub(crate) fn names(&self, account: &str, name: &str) -> Vec<String> {
        let mut oidc = self.oidc.iter();
        let is_registered =
            oidc.any(|(owner, provider)| owner == account && provider.name() == name);
        let arn = is_registered.then(|| format!("arn:aws:iam::{account}:oidc-provider/{name}"));
        let host = is_of_every_account(name).then(|| name.to_owned());
        arn.into_iter().chain(host).collect()
    }

    /// What `response` (base64) says at `now`, if the SAML provider with `arn`, in whatever partition, has said it.
    pub(crate) fn saml(
        &self,
        arn: &str,
        response: &str,
        now: OffsetDateTime,
    ) -> Result<SamlIdentity, Rejection> {
        let found = self.saml.iter().find(|(account, provider)| {
            let resource = arn.splitn(6, ':').collect::<Vec<_>>();
            matches!(
                resource[..],
                ["arn", _, "iam", "", owner, name]
                    if owner == account && name.strip_prefix("saml-provider/") == Some(provider.name())
            )
        });
        let (_, provider) = found.ok_or_else(Rejection::no_saml_provider)?;
        provider.verify(response, now)
    }

    /// A token of the first provider that the emulator has the key of.
    pub(crate) fn own_token(&self, now: OffsetDateTime) -> Option<String> {
        let spec = self.own_oidc.as_ref()?;
        Some(self.own.token(&spec.url, spec.client_ids.first()?, now))
    }

    /// A response of the first provider that the emulator has the key of, for the role `role` (ARN), and the provider's ARN in
    /// `partition`.
    pub(crate) fn own_response(
        &self,
        role: &str,
        partition: &str,
        now: OffsetDateTime,
    ) -> Option<(String, String)> {
        let spec = self.own_saml.as_ref()?;
        let (account, name) = (&spec.account, &spec.name);
        let arn = format!("arn:{partition}:iam::{account}:saml-provider/{name}");
        Some((self.own.response(&issuer(spec), role, &arn, now), arn))
    }
}

/// What is wrong with the provider, its keys included.
pub(crate) fn oidc_complaints(spec: &OidcProviderSpec) -> Vec<Complaint> {
    let mut found = spec.complaints();
    let provider = spec.jwks.as_deref().map(|jwks| registered(spec, jwks));
    if let Some(Err(error)) = provider {
        found.push(("jwks", error.to_string()));
    }
    found
}

/// What is wrong with the provider, its certificate included.
pub(crate) fn saml_complaints(spec: &SamlProviderSpec) -> Vec<Complaint> {
    let mut found = spec.complaints();
    let certificate = spec.certificate.as_deref();
    let provider =
        certificate.map(|certificate| SamlProvider::new(&spec.account, &spec.name, certificate));
    if let Some(Err(error)) = provider {
        found.push(("certificate", error.to_string()));
    }
    found
}

fn registered(spec: &OidcProviderSpec, jwks: &str) -> Result<OidcProvider, ProviderError> {
    OidcProvider::new(&spec.url, &spec.client_ids, jwks, spec.state)
}

/// The provider with the rest of what the spec says.
fn completed(provider: SamlProvider, spec: &SamlProviderSpec) -> SamlProvider {
    let redeemable_for = Duration::seconds(i64::from(spec.redeem_within_seconds));
    provider
        .redeemable_for(redeemable_for)
        .with_issuer(&issuer(spec))
}

/// The entity that the provider's assertions name.
fn issuer(spec: &SamlProviderSpec) -> String {
    let issuer = spec.issuer.clone();
    issuer.unwrap_or_else(BuiltInProviders::saml_issuer)
}
