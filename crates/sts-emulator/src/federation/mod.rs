//! Identity providers outside AWS, and the one inside: web identity tokens and SAML responses verified, tokens issued.
//!
//! Everything here is real: signatures are verified with the provider's registered keys and with nothing that the message
//! brings along. It knows no accounts, roles or requests, and opens no socket: keys are given, the time is an argument.

mod built_in;
mod outbound;
mod providers;
mod saml;
mod signing_key;
mod spec;
mod tags;
mod web_identity;

pub(super) use outbound::{OutboundRequest, SigningAlgorithm};
pub(super) use providers::IdentityProviders;
pub use spec::{OidcProviderSpec, SamlProviderSpec};
pub(super) use tags::SessionTags;
pub use web_identity::ProviderState;

use built_in::BuiltInProviders;
use outbound::OutboundIssuer;
pub(super) use saml::{SamlIdentity, SamlProvider};
pub(super) use web_identity::WebIdentity;
use web_identity::{OidcProvider, issuer_of};

use thiserror::Error;

use sts_model::FaultCode;

use super::reply::FaultReply;

/// Why what an identity provider has said is not accepted. The texts are STS's where one has been seen in public.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Rejection {
    /// It cannot be read, is not genuine, or not meant for AWS.
    #[error("{0}")]
    Invalid(String),
    /// It was good once.
    #[error("{0}")]
    Expired(String),
    /// The provider says that its own claim does not hold.
    #[error(
        "The identity provider (IdP) reported that authentication failed. This might be because the claim is invalid."
    )]
    Refused,
    /// The provider cannot be asked.
    #[error(
        "The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming \
         identity token could not be reached."
    )]
    Unreachable,
}

impl Rejection {
    /// Where no wording of STS's is known, this stands: the service model's own description of the code.
    fn not_valid() -> Self {
        Self::Invalid(
            "The web identity token that was passed could not be validated by AWS.".to_owned(),
        )
    }

    /// As STS reports it (codes and statuses of the service model 2011-06-15).
    pub(super) fn fault(&self) -> FaultReply {
        let (status, code) = match self {
            Self::Invalid(_) => (400, FaultCode::InvalidIdentityToken),
            Self::Expired(_) => (400, FaultCode::ExpiredTokenException),
            Self::Refused => (403, FaultCode::IdpRejectedClaim),
            Self::Unreachable => (400, FaultCode::IdpCommunicationError),
        };
        FaultReply::new(status, code, self.to_string())
    }
}

/// A provider that cannot be registered: the rule that its key or certificate breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum ProviderError {
    /// The key set is no JWKS.
    #[error("must be a JSON Web Key Set: {0}")]
    Keys(String),
    /// The number of keys.
    #[error("must hold 1 to 100 keys")]
    KeyCount,
    /// The certificate cannot be read.
    #[error("must be one X.509 certificate in PEM with an RSA key: {0}")]
    Certificate(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rejection_has_the_status_of_the_service_model() {
        for (rejection, status, code) in [
            (Rejection::not_valid(), 400, "InvalidIdentityToken"),
            (
                Rejection::Expired(String::new()),
                400,
                "ExpiredTokenException",
            ),
            (Rejection::Refused, 403, "IDPRejectedClaim"),
            (Rejection::Unreachable, 400, "IDPCommunicationError"),
        ] {
            let fault = rejection.fault();
            assert_eq!((fault.status, fault.code.as_str()), (status, code));
        }
    }
}

/// What fuzzing reaches besides.
#[cfg(any(test, fuzzing))]
pub(super) mod readers {
    pub(crate) use super::saml::{SamlIdentity, SamlProvider};
    pub(crate) use super::web_identity::{OidcProvider, ProviderState, issuer_of};
}
