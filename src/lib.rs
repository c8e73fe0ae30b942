//! stsbench: which STS endpoint should this workload call, how much faster is it, and how sure are we?
//!
//! The modules stand in the order in which the data passes through them; each may import only those above it.
//!
//! A run from the plan to the report, without an AWS account. The service is the simulated one of `sts-emulator`, so every
//! number is an injected delay, and the report says so in its first lines:
//!
//! ```
//! # #[cfg(not(feature = "simulate"))]
//! # fn main() {}
//! # #[cfg(feature = "simulate")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use sts_model::Operation;
//! use stsbench::judge;
//! use stsbench::load::Epoch;
//! use stsbench::place::{MeasuringPlace, VantageName};
//! use stsbench::plan::{ConnectionMode, Draft, Service};
//! use stsbench::report::{self, Report, Style};
//! use stsbench::results::{Directory, Overwrite, run_id};
//! use stsbench::session::{
//!     Asked, CallerSpec, CredentialSource, Session, SessionSpec, SimulatedService, StopSwitch, TrustSpec,
//! };
//!
//! let emulator = sts_emulator::Emulator::builder()
//!     .endpoints("global,eu-central-1")
//!     .seen_from("eu-central-1")
//!     .start_thread()?;
//!
//! // What is measured: sixty calls of each kind to each endpoint.
//! let asked = Asked::new(Draft {
//!     endpoints: emulator.endpoints(),
//!     operations: vec![Operation::GetCallerIdentity],
//!     connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
//!     rounds: Some(60),
//!     rate_per_endpoint: Some(200.0),
//!     service: Service::Simulated,
//!     seed: 7,
//!     ..Draft::default()
//! })?;
//!
//! // Who calls, and from where. A simulated service has its own keys; no other credentials are looked for.
//! let epoch = Epoch::start();
//! let spec = SessionSpec {
//!     asked,
//!     simulated: Some(SimulatedService::announced(emulator.announcement(), emulator.announced_endpoints())),
//!     caller: CallerSpec {
//!         credentials: CredentialSource::Chain { profile: None, process_limit: Duration::from_secs(60) },
//!         place: MeasuringPlace {
//!             region: None,
//!             vantage: VantageName::given("example"),
//!             observed: Vec::new(),
//!             pseudo_region: None,
//!             fips_name: None,
//!         },
//!         show_identity: false,
//!     },
//!     trust: TrustSpec::default(),
//!     run_id: run_id(epoch.wall()),
//!     epoch,
//! };
//!
//! // `()` is an observer that hears nothing.
//! let folder = tempfile::tempdir()?;
//! let directory = Directory::prepare(&folder.path().join("run"), Overwrite::Refuse)?;
//! let finished = Session::open(spec, StopSwitch::default(), &mut ())?.measure(directory, &mut ())?;
//!
//! // Measuring ends here: what follows needs the run alone.
//! let summary = judge::summarise(&finished.run);
//! let text = report::terminal(&Report::new(&finished.run, &summary), Style::Plain, 100);
//! assert!(text.contains("SIMULATED"));
//! assert!(text.contains("eu-central-1"));
//! # Ok(())
//! # }
//! ```
#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

pub mod parallel;
pub mod plan;
pub mod sample;
pub(crate) mod classify;
pub(crate) mod echo;
pub mod credentials;
pub mod place;
pub mod sign;
pub mod health;
pub mod transport;
pub mod load;
pub mod record;
pub mod results;
pub mod store;
pub mod judge;
pub(crate) mod advice;
pub(crate) mod matrix;
pub mod notice;
pub mod report;
pub(crate) mod redact;
pub mod session;
pub mod serve;
pub(crate) mod doctor;
pub mod selftest;
pub mod cli;
#[cfg(any(fuzzing, test))]
pub mod fuzz;
