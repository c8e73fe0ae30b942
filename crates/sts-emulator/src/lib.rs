//! A simulated AWS STS on this machine, to measure and to test against without an AWS account.
//!
//! Every endpoint has its real host name, a TLS certificate for it, an address of its own on this machine, the latency of
//! its distance from a vantage Region and a random service time. Requests are authenticated by an implementation of
//! Signature Version 4 of its own and answered in STS's XML.
//!
//! The emulator is an independent second opinion on its clients: it knows the facts of `sts-model` and must never share
//! code with what signs or sends. It must never print or log, or write a file other than the audit trail that it is asked for. It
//! answers no other machine than the callers in 198.18.0.0/15 that its configuration names, unless the configuration opens an
//! address to all. All its credentials are fakes of its own making.
//!
//! It does not imitate the latency of the TCP handshake, unless [`Link::Kernel`] carries the packets.
//!
//! # Testing a program that calls STS
//!
//! [`Emulator::builder`] describes an emulator that answers at once; [`EmulatorBuilder::start`] serves it on a Tokio runtime,
//! [`EmulatorBuilder::start_thread`] on a thread of its own. The program under test gets [`plaintext_url`] (or `url`, with
//! `ca_pem` to trust) and the keys of a user.
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use sts_emulator::{Emulator, RoleSpec, UserSpec};
//!
//! let sts = Emulator::builder()
//!     .user(UserSpec::named("anna").allowed("sts:AssumeRole"))
//!     .role(RoleSpec::named("deploy").trusting("arn:aws:iam::123456789012:user/anna"))
//!     .deterministic(7, "2026-01-01T00:00:00Z")
//!     .start_thread()?;
//!
//! // What an AWS SDK is given as endpoint URL and as credentials.
//! let endpoint = sts.endpoint("eu-central-1").expect("it is served");
//! let keys = sts.credentials_of("anna").expect("a user");
//! assert!(endpoint.plaintext_url.starts_with("http://127."));
//! assert_eq!(keys.arn, "arn:aws:iam::123456789012:user/anna");
//!
//! // Whoever does not sign is refused, as by AWS.
//! let mut connection = TcpStream::connect(endpoint.plaintext_address)?;
//! write!(
//!     connection,
//!     "GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\nHost: sts\r\nConnection: close\r\n\r\n"
//! )?;
//! let mut answer = String::new();
//! connection.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 403 Forbidden"));
//! assert!(answer.contains("date: Thu, 01 Jan 2026 00:00:00 GMT"));
//!
//! // What has been asked, and what came of it.
//! assert_eq!(sts.shutdown().count("MissingAuthenticationToken"), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What goes wrong is part of the description:
//!
//! ```
//! use std::time::Duration;
//!
//! use sts_emulator::{Emulator, InjectedFault};
//!
//! let slow_and_broken = Emulator::builder()
//!     .endpoints("global,us-east-1,eu-west-1")
//!     .seen_from("eu-central-1")
//!     .service_time(Duration::from_millis(4))
//!     .fault(0.2, InjectedFault::ServerError { status: 503 });
//! # drop(slow_and_broken);
//! ```
//!
//! The whole configuration is [`EmulatorConfig`], plain data that is also a TOML file. [`EmulatorProcess`] starts an emulator in
//! a process of its own, which shares nothing with its caller. All three are an [`AnnouncedEmulator`].
//!
//! [`plaintext_url`]: EndpointAnnouncement::plaintext_url
//!
//! # Features
//!
//! `federation` (default): AssumeRoleWithSAML and AssumeRoleWithWebIdentity verify what identity providers have signed.
//! Without it every provider is unknown to them, and a configuration that registers one is refused.

#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

#[cfg(test)]
mod answer_tests;
mod announcement;
mod clock;
mod config;
mod emulator;
mod emulator_builder;
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
    AnnouncedEmulator, Announcement, CallerAnnouncement, EmulatorAnnouncement, EndpointAnnouncement,
};
pub use config::callers::CallerSpec;
pub use config::emulator_config::EmulatorConfig;
pub use config::link::{GlobalServing, Link, TlsVersion};
pub use config::mistakes::{ConfigError, Mistake};
pub use config::path::PathSpec;
pub use config::reading::ReadError;
pub use emulator::Emulator;
pub use emulator_builder::EmulatorBuilder;
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
pub use wire::readiness::ask_readiness;
