//! Identity providers outside AWS, and the one inside: web identity tokens and SAML responses verified, tokens issued.
//!
//! Everything here is real: signatures are verified with the provider's registered keys and with nothing that the message
//! brings along. It knows no accounts, roles or requests, and opens no socket: keys are given, the time is an argument.
//! Without the feature `federation` no provider can be registered, and every token and response is of an unknown one.

#[cfg(feature = "federation")]
mod built_in;
#[cfg(feature = "federation")]
mod claim_tags;
mod elliptic_key;
mod identity;
#[cfg(not(feature = "federation"))]
mod no_providers;
mod outbound;
#[cfg(feature = "federation")]
mod providers;
mod rejection;
#[cfg(feature = "federation")]
mod saml;
mod signing_key;
mod spec;
#[cfg(feature = "federation")]
mod web_identity;

pub(crate) use identity::{SamlIdentity, SessionTags, WebIdentity};
#[cfg(not(feature = "federation"))]
pub(crate) use no_providers::{IdentityProviders, oidc_complaints, saml_complaints};
pub(crate) use outbound::{OutboundRequest, SigningAlgorithm};
#[cfg(feature = "federation")]
pub(crate) use providers::{IdentityProviders, oidc_complaints, saml_complaints};
#[cfg(all(feature = "federation", any(test, fuzzing)))]
pub(crate) use rejection::Rejection;
pub(crate) use rejection::no_provider;
#[cfg(all(feature = "federation", any(test, fuzzing)))]
pub(crate) use saml::SamlProvider;
#[cfg(all(test, feature = "federation"))]
pub(crate) use signing_key::SigningKey;
pub use spec::{OidcProviderSpec, ProviderState, SamlProviderSpec};
#[cfg(all(feature = "federation", any(test, fuzzing)))]
pub(crate) use web_identity::{OidcProvider, issuer_of};
