//! Why what an identity provider says is not accepted, and why a provider cannot be registered.

use thiserror::Error;

use sts_model::FaultCode;

use crate::entropy;
use crate::service::answer::FaultReply;

/// Why what an identity provider has said is not accepted. The texts are STS's where one has been seen in public.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Rejection {
    /// It cannot be read, is not genuine, or not meant for AWS.
    #[error("{0}")]
    Invalid(String),
    /// It was good once.
    #[cfg(feature = "federation")]
    #[error("{0}")]
    Expired(String),
    /// The provider says that its own claim does not hold.
    #[cfg(feature = "federation")]
    #[error(
        "The identity provider (IdP) reported that authentication failed. This might be because the claim is invalid."
    )]
    Refused,
    /// The provider cannot be asked.
    #[cfg(feature = "federation")]
    #[error(
        "The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming \
         identity token could not be reached."
    )]
    Unreachable,
}

impl Rejection {
    /// Where no wording of STS's is known, this stands: the service model's own description of the code.
    pub(super) fn not_valid() -> Self {
        Self::Invalid(
            "The web identity token that was passed could not be validated by AWS.".to_owned(),
        )
    }

    /// Likewise of a SAML response.
    #[cfg(feature = "federation")]
    pub(crate) fn assertion_not_valid() -> Self {
        Self::Invalid(
            "The SAML assertion that was passed could not be validated by AWS.".to_owned(),
        )
    }

    /// A source identity that is none.
    #[cfg(feature = "federation")]
    pub(super) fn source_identity() -> Self {
        let message =
            "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"";
        Self::Invalid(message.to_owned())
    }

    /// No provider of the account has that URL.
    pub(super) fn no_provider(issuer: &str) -> Self {
        Self::Invalid(format!(
            "No OpenIDConnect provider found in your account for {issuer}"
        ))
    }

    /// No account has a SAML provider with the ARN.
    pub(super) fn no_saml_provider() -> Self {
        Self::by_discovery(
            "Specified provider doesn't exist",
            "AuthSamlManifestNotFoundException",
        )
    }

    /// What the service behind STS says of a SAML response.
    #[cfg(feature = "federation")]
    pub(super) fn saml_response(message: &str) -> Self {
        Self::by_discovery(message, "AuthSamlInvalidSamlResponseException")
    }

    /// What the service behind STS has refused: STS hands on its code and its request's id (dbeaver/cloudbeaver#3112; CLI output
    /// in public reports; bats tests that match it live).
    fn by_discovery(message: &str, code: &str) -> Self {
        let id = entropy::uuid();
        Self::Invalid(format!(
            "{message} (Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: {code}; Request ID: {id}; \
             Proxy: null)"
        ))
    }

    /// As STS reports it (codes and statuses of the service model 2011-06-15).
    pub(crate) fn fault(&self) -> FaultReply {
        let (status, code) = match self {
            Self::Invalid(_) => (400, FaultCode::InvalidIdentityToken),
            #[cfg(feature = "federation")]
            Self::Expired(_) => (400, FaultCode::ExpiredTokenException),
            #[cfg(feature = "federation")]
            Self::Refused => (403, FaultCode::IdpRejectedClaim),
            #[cfg(feature = "federation")]
            Self::Unreachable => (400, FaultCode::IdpCommunicationError),
        };
        FaultReply::new(status, code, self.to_string())
    }
}

/// The fault for a SAML provider that is not there.
pub(crate) fn no_provider() -> FaultReply {
    Rejection::no_saml_provider().fault()
}

/// A provider that cannot be registered: the rule that its key or certificate breaks.
#[cfg(feature = "federation")]
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ProviderError {
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

#[cfg(all(test, feature = "federation"))]
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
