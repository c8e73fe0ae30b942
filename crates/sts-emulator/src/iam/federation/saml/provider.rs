//! A registered SAML provider, and how it judges a response.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra_keys::{Key, loader};
use time::{Duration, OffsetDateTime};
use uppsala::{Document, NodeId, Parser};

use crate::iam::federation::identity::SamlIdentity;
use crate::iam::federation::rejection::{ProviderError, Rejection};
use crate::iam::federation::saml::assertion::Reader;
use crate::iam::federation::saml::signature;

/// A registered SAML provider.
#[derive(Clone)]
pub(crate) struct SamlProvider {
    account: String,
    name: String,
    /// The entity that its assertions must name, if the registration says one.
    issuer: Option<String>,
    key: Key,
    redeemable_for: Duration,
}

/// How long a response can be redeemed after it was issued (STS: "within 5 minutes of issuance").
pub(crate) const REDEEMABLE_FOR: Duration = Duration::minutes(5);

impl SamlProvider {
    /// Registers the provider `name` of `account`, which signs with the key of `certificate` (PEM).
    pub(crate) fn new(account: &str, name: &str, certificate: &str) -> Result<Self, ProviderError> {
        let refuse = |error: &dyn std::fmt::Display| ProviderError::Certificate(error.to_string());
        let key = loader::load_x509_cert_pem(certificate.trim().as_bytes())
            .map_err(|error| refuse(&error))?;
        // A key that the cryptography does not take is found now, not with the first response.
        key.software_key().map_err(|error| refuse(&error))?;
        Ok(Self::with_key(account, name, key))
    }

    /// As [`Self::new`], with the key itself.
    pub(crate) fn with_key(account: &str, name: &str, key: Key) -> Self {
        let (account, name) = (account.to_owned(), name.to_owned());
        Self {
            account,
            name,
            issuer: None,
            key,
            redeemable_for: REDEEMABLE_FOR,
        }
    }

    /// The same with the one issuer that its assertions may name.
    pub(crate) fn with_issuer(self, issuer: &str) -> Self {
        Self {
            issuer: Some(issuer.to_owned()),
            ..self
        }
    }

    /// The same with another time for redeeming.
    pub(crate) fn redeemable_for(self, redeemable_for: Duration) -> Self {
        Self {
            redeemable_for,
            ..self
        }
    }

    /// The last part of the ARN.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What `response` (base64) says at `now`, if this provider has said it.
    pub(crate) fn verify(
        &self,
        response: &str,
        now: OffsetDateTime,
    ) -> Result<SamlIdentity, Rejection> {
        let xml = decoded(response)?;
        let parser = Parser::new()
            .with_max_depth(MAX_DEPTH)
            .with_forbid_dtd(true)
            .with_forbid_entities(true);
        let document = parser.parse(&xml).map_err(|_| unreadable())?;
        let reader = Reader {
            document: &document,
        };
        let (response, assertion) = parts(reader)?;
        signature::covers(&document, &xml, self.key.clone(), response, assertion)?;
        let found = reader.judge(assertion, self.issuer.as_deref(), self.redeemable_for, now)?;
        Ok(SamlIdentity {
            account: self.account.clone(),
            provider_name: self.name.clone(),
            name_qualifier: self.name_qualifier(&found.issuer),
            ..found
        })
    }

    fn name_qualifier(&self, issuer: &str) -> String {
        let named = format!("{issuer}{}/{}", self.account, self.name);
        STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, named.as_bytes()))
    }
}

/// The response and its one assertion.
fn parts(reader: Reader<'_, '_>) -> Result<(NodeId, NodeId), Rejection> {
    let document: &Document<'_> = reader.document;
    let response = document.document_element().ok_or_else(unreadable)?;
    let root = document.element(response).ok_or_else(unreadable)?;
    if !root.matches_name_ns(PROTOCOL, "Response") {
        return Err(unreadable());
    }
    let status = document.first_child_element_by_name_ns(response, PROTOCOL, "Status");
    let code = status
        .and_then(|status| document.first_child_element_by_name_ns(status, PROTOCOL, "StatusCode"));
    if code.and_then(|code| document.get_attribute(code, "Value")) != Some(SUCCESS) {
        return Err(Rejection::assertion_not_valid());
    }
    Ok((response, reader.only(response, "Assertion")?))
}

fn decoded(response: &str) -> Result<String, Rejection> {
    let bad = || Rejection::saml_response("Invalid base64 SAMLResponse");
    if response.len() > MAX_RESPONSE_BYTES {
        return Err(bad());
    }
    let packed: Vec<u8> = response
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let xml = STANDARD.decode(packed).map_err(|_| bad())?;
    String::from_utf8(xml).map_err(|_| unreadable())
}

fn unreadable() -> Rejection {
    Rejection::assertion_not_valid()
}

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// The service model's longest response is 100,000 characters.
const MAX_RESPONSE_BYTES: usize = 100_000;

/// Elements in elements; a response has about nine levels.
const MAX_DEPTH: u32 = 32;

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
