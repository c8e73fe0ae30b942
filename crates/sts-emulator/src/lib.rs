//! A simulated AWS STS on this machine, to measure and to test against without an AWS account.
//!
//! Every endpoint has its real host name, a TLS certificate for it, an address of its own on this machine, the latency of
//! its distance from a vantage Region and a random service time. Requests are authenticated by an implementation of
//! Signature Version 4 of its own and answered in STS's XML.
//!
//! The emulator is an independent second opinion on its clients: it knows the facts of `sts-model` and must never share
//! code with what signs or sends. It must never print or log, write a file other than the audit trail that it is asked for,
//! or answer another machine, other than the callers in 198.18.0.0/15 that its configuration names. All its credentials are fakes of its own making.
//!
//! It does not imitate the latency of the TCP handshake, unless [`Link::Kernel`] carries the packets.
//!
//! # Example
//!
//! An emulator of one endpoint, called without a signature:
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use sts_emulator::{EmulatorConfig, EmulatorThread, Link};
//!
//! let emulator = EmulatorThread::start(EmulatorConfig {
//!     endpoints: "eu-central-1".to_owned(),
//!     link: Link::Undelayed,
//!     ..EmulatorConfig::default()
//! })?;
//! let view = emulator.view();
//! let mut connection = TcpStream::connect(view.announced_endpoints()[0].plaintext_address)?;
//! write!(
//!     connection,
//!     "GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\n\
//!      Host: sts.eu-central-1.amazonaws.com\r\nConnection: close\r\n\r\n"
//! )?;
//! let mut answer = String::new();
//! connection.read_to_string(&mut answer)?;
//!
//! assert!(answer.starts_with("HTTP/1.1 403 Forbidden"));
//! assert!(answer.contains("<Code>MissingAuthenticationToken</Code>"));
//! assert_eq!(emulator.shutdown().count("MissingAuthenticationToken"), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Emulator`] does the same on a Tokio runtime, [`EmulatorProcess`] in a process of its own.
//!
//! # Features
//!
//! `federation` (default): AssumeRoleWithSAML and AssumeRoleWithWebIdentity verify what identity providers have signed.
//! Without it every provider is unknown to them, and a configuration that registers one is refused.

#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

mod announcement;
mod clock;
mod config;
mod emulator;
mod emulator_error;
mod emulator_thread;
mod emulator_view;
mod entropy;
#[cfg(all(feature = "federation", any(test, fuzzing)))]
pub mod fuzz;
mod hex;
mod iam;
mod kernel_link;
mod ledger;
mod operations;
mod prepared_link;
mod process;
mod process_output;
#[cfg(test)]
mod recorded_tests;
mod service;
mod wire;

pub use announcement::{
    Announcement, CallerAnnouncement, EmulatorAnnouncement, EndpointAnnouncement,
};
pub use config::callers::CallerSpec;
pub use config::emulator_config::EmulatorConfig;
pub use config::geography::{
    FIBRE_KM_PER_SECOND, OWN_REGION_ROUND_TRIP, PATH_INFLATION, SHORTEST_ROUND_TRIP,
    UNPLACED_ROUND_TRIP,
};
pub use config::link::{GlobalServing, Link, TlsVersion};
pub use config::mistakes::{ConfigError, Mistake};
pub use config::path::PathSpec;
pub use emulator::Emulator;
pub use emulator_error::EmulatorError;
pub use emulator_thread::EmulatorThread;
pub use emulator_view::EmulatorView;
pub use iam::federation::{OidcProviderSpec, ProviderState, SamlProviderSpec};
pub use iam::identities::{AccountSpec, EmulatorCredentials, MfaSpec, RoleSpec, UserSpec};
pub use kernel_link::error::KernelLinkError;
pub use ledger::audit::trail::AuditError;
pub use ledger::counts::{
    ABANDONED, EndpointLedger, IN_PROGRESS, Ledger, Packets, UNKNOWN_OPERATION,
};
pub use prepared_link::PreparedLink;
pub use process::{EmulatorProcess, EmulatorProcessError};
pub use service::faults::{FaultSpec, InjectedFault};
pub use service::latency::{LatencyLaw, LatencySpec, Step};
pub use service::quota::Quota;
pub use service::service_time::ServiceTime;
pub use wire::authority::AuthorityError;
pub use wire::delayed_stream::IN_FLIGHT_BYTES;
pub use wire::dns::zone::DnsSpec;
