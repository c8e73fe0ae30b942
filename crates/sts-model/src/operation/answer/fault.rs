//! Errors as STS reports them: a closed set of codes, and a bounded escape for new ones.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::remote::{FaultCodeText, MessageText, Remote, RequestIdText};
use super::xml::{Copied, Unreadable, fault};

/// An error in STS's own form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong; outcomes are counted by this.
    pub code: FaultCode,
    /// The service's sentence. It may name accounts and people and repeat what was sent: it is not for everybody.
    pub message: Remote<MessageText>,
    /// STS's id of the request.
    pub request_id: Option<Remote<RequestIdText>>,
}

macro_rules! fault_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// The `<Code>` of an STS error.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum FaultCode {
            $($(#[$doc])* $variant,)*
            /// A code that is not in the list and looks like one of AWS's.
            Other(Remote<FaultCodeText>),
            /// A code that looks like none of AWS's, `other` in files. What it was is not kept.
            Unlike,
        }

        impl FaultCode {
            /// The codes that are known by name.
            pub const KNOWN: &'static [&'static str] = &[$($text),*];

            /// As on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                    Self::Unlike => UNLIKE,
                }
            }
        }

        impl From<&str> for FaultCode {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Remote::new(other).map_or(Self::Unlike, Self::Other),
                }
            }
        }
    };
}

fault_codes! {
    /// The caller may not do that; also GetSessionToken with temporary credentials.
    AccessDenied = "AccessDenied",
    /// The caller's own token has expired (403).
    ExpiredToken = "ExpiredToken",
    /// A web identity or SAML token has expired (400).
    ExpiredTokenException = "ExpiredTokenException",
    /// A delegation's token has expired (400).
    ExpiredTradeInToken = "ExpiredTradeInTokenException",
    /// The identity provider could not be reached (400).
    IdpCommunicationError = "IDPCommunicationError",
    /// The identity provider refused the claim (403).
    IdpRejectedClaim = "IDPRejectedClaim",
    /// The Authorization header lacks parts (400).
    IncompleteSignature = "IncompleteSignature",
    /// The session that is asked for would outlive the one that asks (400).
    InsufficientSessionLifetime = "InsufficientSessionLifetime",
    /// Something broke inside the service (500).
    InternalFailure = "InternalFailure",
    /// No such operation (400).
    InvalidAction = "InvalidAction",
    /// The encoded message cannot be decoded (400).
    InvalidAuthorizationMessage = "InvalidAuthorizationMessageException",
    /// The access key or token is not known (403).
    InvalidClientTokenId = "InvalidClientTokenId",
    /// A trusted context's assertion cannot be read or is not trusted (400).
    InvalidContextAssertion = "InvalidContextAssertion",
    /// The identity token cannot be read (400).
    InvalidIdentityToken = "InvalidIdentityToken",
    /// The caller's credentials are no session that another can be made of (400).
    InvalidSubjectCredentials = "InvalidSubjectCredentials",
    /// The web identity token that would be issued is too large (400).
    JwtPayloadSizeExceeded = "JWTPayloadSizeExceededException",
    /// A parameter's type is wrong (400).
    MalformedInput = "MalformedInput",
    /// The policy cannot be read (400).
    MalformedPolicyDocument = "MalformedPolicyDocument",
    /// The query string cannot be read (400).
    MalformedQueryString = "MalformedQueryString",
    /// No signature at all (403).
    MissingAuthenticationToken = "MissingAuthenticationToken",
    /// The account has not switched outbound web identities on (403).
    OutboundWebIdentityFederationDisabled = "OutboundWebIdentityFederationDisabledException",
    /// Policies and tags together are too large (400).
    PackedPolicyTooLarge = "PackedPolicyTooLarge",
    /// STS is not active in the Region for this account (403).
    RegionDisabled = "RegionDisabledException",
    /// The request took too long to arrive (400).
    RequestExpired = "RequestExpired",
    /// The account's quota is used up, as some AWS services word it (400 or 429).
    RequestLimitExceeded = "RequestLimitExceeded",
    /// The service cannot answer now (503).
    ServiceUnavailable = "ServiceUnavailable",
    /// The token that would be issued would outlive the session that asks for it (403).
    SessionDurationEscalation = "SessionDurationEscalationException",
    /// The signature, its scope or its time is wrong (403).
    SignatureDoesNotMatch = "SignatureDoesNotMatch",
    /// The service asks to slow down (503).
    SlowDown = "SlowDown",
    /// The account's quota is used up (400), as STS words it.
    Throttling = "Throttling",
    /// The account's quota is used up, as newer services word it (400).
    ThrottlingException = "ThrottlingException",
    /// Too many requests, as newer services word it (429).
    TooManyRequests = "TooManyRequestsException",
    /// A parameter is out of range (400).
    ValidationError = "ValidationError",
}

impl FaultCode {
    /// Whether the service asks for fewer requests.
    pub fn is_throttling(&self) -> bool {
        matches!(
            self,
            Self::Throttling
                | Self::ThrottlingException
                | Self::RequestLimitExceeded
                | Self::TooManyRequests
                | Self::SlowDown
        )
    }

    /// Whether more calls of the same operation with the same parameters can only fail the same way.
    pub fn is_about_the_call(&self) -> bool {
        matches!(
            self,
            Self::AccessDenied
                | Self::ExpiredTokenException
                | Self::ExpiredTradeInToken
                | Self::IdpRejectedClaim
                | Self::InsufficientSessionLifetime
                | Self::InvalidAction
                | Self::InvalidAuthorizationMessage
                | Self::InvalidContextAssertion
                | Self::InvalidIdentityToken
                | Self::InvalidSubjectCredentials
                | Self::JwtPayloadSizeExceeded
                | Self::MalformedInput
                | Self::MalformedPolicyDocument
                | Self::OutboundWebIdentityFederationDisabled
                | Self::PackedPolicyTooLarge
                | Self::SessionDurationEscalation
                | Self::ValidationError
        )
    }

    /// Whether more calls with these credentials can only fail the same way.
    pub fn is_about_credentials(&self) -> bool {
        matches!(
            self,
            Self::InvalidClientTokenId
                | Self::SignatureDoesNotMatch
                | Self::AccessDenied
                | Self::ExpiredToken
                | Self::IncompleteSignature
                | Self::MissingAuthenticationToken
        )
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<String> for FaultCode {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<FaultCode> for String {
    fn from(code: FaultCode) -> Self {
        code.as_str().to_owned()
    }
}

pub(crate) fn read(body: &[u8]) -> Result<Fault, Unreadable> {
    // STS writes `Error` below the root. The layer in front of some services, and moto's in front of its STS, wraps it in
    // `Errors`; the code says the same there.
    let [code, message, wrapped_code, wrapped_message, request_id] = fault(
        body,
        [
            (&["Error", "Code"], Copied::Whole),
            (&["Error", "Message"], Copied::Beginning(READ_MESSAGE_BYTES)),
            (&["Errors", "Error", "Code"], Copied::Whole),
            (
                &["Errors", "Error", "Message"],
                Copied::Beginning(READ_MESSAGE_BYTES),
            ),
            (&["RequestId"], Copied::Whole),
        ],
    )?
    .map(|element| element.map(|element| element.text));
    let code = code
        .or(wrapped_code)
        .filter(|code| !code.is_empty())
        .ok_or(Unreadable::Mismatch)?;
    let message = message.or(wrapped_message).unwrap_or_default();
    Ok(Fault {
        code: FaultCode::from(code),
        message: Remote::new(&message).ok_or(Unreadable::Mismatch)?,
        request_id: request_id.and_then(|id| Remote::new(&id)),
    })
}

/// A fault that repeats a long request is a fault all the same: of its message the beginning is read.
const READ_MESSAGE_BYTES: usize = 2048;
/// How a code that is not kept is called.
const UNLIKE: &str = "other";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_with_a_message_of_any_length_is_a_fault() {
        let body = |length| {
            let message = "\u{FFFD}".repeat(length);
            format!(
                "<ErrorResponse><Error><Code>IncompleteSignature</Code><Message>{message}</Message></Error></ErrorResponse>"
            )
        };
        for length in [0, 170, 171, 5_000, 100_000] {
            let fault = read(body(length).as_bytes()).expect("a fault");
            assert_eq!(fault.code, FaultCode::IncompleteSignature);
            assert_eq!(
                fault.message.chars().count(),
                length.min(170),
                "whole characters only"
            );
        }
    }

    #[test]
    fn a_code_that_looks_like_none_of_awss_is_not_kept() {
        let code = |text: &str| {
            let body = format!("<ErrorResponse><Error><Code>{text}</Code></Error></ErrorResponse>");
            read(body.as_bytes()).expect("a fault").code
        };
        for kept in ["BrandNewException", "Sender.Odd"] {
            assert_eq!(code(kept).as_str(), kept);
        }
        let long = "A".repeat(65);
        for odd in [
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG",
            "no such thing",
            "ok",
            "&#27;[31mRed",
            &long,
        ] {
            assert_eq!(code(odd), FaultCode::Unlike, "{odd}");
        }
        assert_eq!(
            FaultCode::from(FaultCode::Unlike.as_str()),
            FaultCode::Unlike
        );
    }

    #[test]
    fn a_fault_in_the_wrapper_of_a_front_layer_has_the_same_code() {
        let error =
            "<Error><Code>InvalidClientTokenId</Code><Message>The security token</Message></Error>";
        for body in [
            format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"),
            format!(
                "<?xml version=\"1.0\"?>\n<ErrorResponse><Errors>{error}</Errors></ErrorResponse>"
            ),
        ] {
            let fault = read(body.as_bytes()).expect("both forms are AWS's");
            assert_eq!(
                (fault.code, fault.message.as_str()),
                (FaultCode::InvalidClientTokenId, "The security token")
            );
        }
        let empty = "<ErrorResponse><Errors><Error><Code></Code></Error></Errors></ErrorResponse>";
        assert_eq!(read(empty.as_bytes()), Err(Unreadable::Mismatch));
    }
}
