//! Sends one request over a cold, warm or resumed connection and times its phases.
//!
//! It knows no schedule, no retry and no histogram. What happened to a request is a [`TimedExchange`], failed or not; there
//! is no error to return.

mod clock;
mod connection;
mod dial;
mod dns;
mod exchange;
mod header_map;
mod hyper;
mod incoming;
mod issuer;
#[cfg(feature = "client-reqwest")]
mod reqwest;
mod timeline;
mod tls;
#[cfg(test)]
mod faults_tests;
#[cfg(test)]
mod scripted_peer_tests;

pub use self::hyper::HyperTransport;
#[cfg(feature = "client-reqwest")]
pub(crate) use self::reqwest::ReqwestTransport;
pub(crate) use clock::{TimestampError, timestamp_error};
pub use connection::{Connection, Transport};
#[cfg(any(test, fuzzing))]
pub(crate) use dns::addresses_in;
pub(crate) use dns::is_public;
pub use dns::{PlannedResolver, Resolve, Resolved, SystemResolver};
pub use exchange::{Response, TimedExchange};
pub(crate) use issuer::presented_issuer;
pub use tls::{Trust, TrustError};

#[cfg(feature = "s3")]
pub(crate) use tls::unmeasured_config;
