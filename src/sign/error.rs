//! Why a request could not be signed.

use thiserror::Error;

/// A request could not be signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The signing library refused its parameters.
    #[error("cannot sign {operation} for {endpoint}: {reason}")]
    Refused {
        /// The endpoint's name.
        endpoint: String,
        /// The operation's name.
        operation: &'static str,
        /// The library's words; they hold no secret.
        reason: String,
    },
    /// There are no credentials to sign with.
    #[error("cannot sign {operation} for {endpoint}: there are no credentials")]
    NoCredentials {
        /// The endpoint's name.
        endpoint: String,
        /// The operation's name.
        operation: &'static str,
    },
    /// A secret parameter was not read.
    #[error("cannot call {operation}: its {parameter} was not read")]
    SecretNotRead {
        /// The operation's name.
        operation: &'static str,
        /// The parameter's name.
        parameter: &'static str,
    },
}
