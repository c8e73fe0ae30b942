//! Call + endpoint + credentials + time → signed request. Time is an argument; the clock is not read here.

mod error;
#[cfg(feature = "s3")]
mod objects;
mod secrets;
mod signature;
mod signature_cache;
mod signed_request;
mod signer;
#[cfg(test)]
mod sign_tests;

pub use error::SignError;
#[cfg(feature = "s3")]
pub(crate) use objects::ObjectRequest;
pub use secrets::Secrets;
pub use signature_cache::SignatureCache;
pub use signed_request::SignedRequest;
pub use signer::Signer;
