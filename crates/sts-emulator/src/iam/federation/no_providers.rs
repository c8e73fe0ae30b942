//! The identity providers of an emulator that was built without them: none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use time::OffsetDateTime;

use crate::iam::federation::identity::{SamlIdentity, WebIdentity};
use crate::iam::federation::outbound::OutboundIssuer;
use crate::iam::federation::rejection::Rejection;
use crate::iam::federation::spec::{OidcProviderSpec, SamlProviderSpec};
use crate::iam::identities::Complaint;

/// No registered providers; what the emulator itself signs with.
pub(crate) struct IdentityProviders {
    pub outbound: OutboundIssuer,
}

impl IdentityProviders {
    /// Registers nothing: a configuration that has providers is refused.
    pub(crate) fn new(_: &[OidcProviderSpec], _: &[SamlProviderSpec]) -> Self {
        Self {
            outbound: OutboundIssuer::new(),
        }
    }

    /// No provider has said it.
    pub(crate) fn web_identity(
        &self,
        _account: &str,
        token: &str,
        _provider_id: Option<&str>,
        _now: OffsetDateTime,
    ) -> Result<WebIdentity, Rejection> {
        let issuer = issuer_of(token).ok_or_else(Rejection::not_valid)?;
        Err(Rejection::no_provider(&issuer))
    }

    /// No trust policy names a provider that is not there.
    pub(crate) fn names(&self, _account: &str, _name: &str) -> Vec<String> {
        Vec::new()
    }

    /// There is no provider with `arn`.
    pub(crate) fn saml(
        &self,
        _arn: &str,
        _response: &str,
        _now: OffsetDateTime,
    ) -> Result<SamlIdentity, Rejection> {
        Err(Rejection::no_saml_provider())
    }

    /// There is no provider to make one.
    pub(crate) fn own_token(&self, _now: OffsetDateTime) -> Option<String> {
        None
    }

    /// There is no provider to make one.
    pub(crate) fn own_response(
        &self,
        _role: &str,
        _partition: &str,
        _now: OffsetDateTime,
    ) -> Option<(String, String)> {
        None
    }
}

/// What is wrong with the provider: whatever else, it cannot be registered.
pub(crate) fn oidc_complaints(spec: &OidcProviderSpec) -> Vec<Complaint> {
    let mut found = spec.complaints();
    found.push(("url", WITHOUT_FEDERATION.to_owned()));
    found
}

/// What is wrong with the provider: whatever else, it cannot be registered.
pub(crate) fn saml_complaints(spec: &SamlProviderSpec) -> Vec<Complaint> {
    let mut found = spec.complaints();
    found.push(("name", WITHOUT_FEDERATION.to_owned()));
    found
}

/// The `iss` of a token, not verified.
fn issuer_of(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("iss")?.as_str()?.to_owned())
}

const WITHOUT_FEDERATION: &str =
    "needs identity providers, and this program was built without the feature federation";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_and_response_is_of_an_unknown_provider() {
        let (none, now) = (IdentityProviders::new(&[], &[]), OffsetDateTime::UNIX_EPOCH);
        let token = format!(
            "e30.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"iss":"https://a.invalid"}"#)
        );
        let rejection = none.web_identity("123456789012", &token, None, now);
        assert_eq!(
            rejection.expect_err("nobody is known").to_string(),
            "No OpenIDConnect provider found in your account for https://a.invalid"
        );
        none.web_identity("123456789012", "x", None, now)
            .expect_err("no token");
        let rejection = none.saml("arn:aws:iam::123456789012:saml-provider/x", "x", now);
        let rejection = rejection.expect_err("nobody is known").to_string();
        assert!(
            rejection.starts_with("Specified provider doesn't exist (Service: "),
            "{rejection}"
        );
    }
}
