//! SAML 2.0 responses, verified: an XML signature by the provider's registered key over what is then read, and nothing else.
//!
//! What is taken is narrow on purpose: a `Response` with one `Assertion`, signed itself or as a whole, enveloped, by exclusive
//! canonicalisation and SHA-256 or better. SHA-1, encrypted assertions, document types and every other transform are refused.

mod assertion;
mod provider;
mod signature;

pub(crate) use provider::SamlProvider;
