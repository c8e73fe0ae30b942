//! What is asked for becomes a measured run with its files: plan → caller → measured once, in windows or in stages.
//!
//! A plan is settled in steps, each a value of its own type: [`Asked`] from the options alone, announced once the simulated
//! service is known, allowed once the caller is, settled when nothing changes any more. Progress goes to a
//! [`SessionObserver`], and what the user should know is a [`SessionNotice`].
//!
//! It must never touch a terminal, read options or end the process, so that any program can call it.

mod caller;
#[cfg(test)]
#[cfg(feature = "simulate")]
mod emulator_tests;
mod error;
mod finished;
#[cfg(test)]
mod fixture_tests;
mod header;
mod judged;
mod measure;
mod observer;
mod open_files;
mod run;
#[cfg(test)]
mod session_tests;
mod simulated;
mod spec;
mod steps;
mod stop;
mod timestamp;

pub(crate) use caller::identity::source_fault;
pub(crate) use caller::parameters::{Given, fill};
pub use error::{SecretError, SessionError};
pub use finished::{Files, Finished};
pub(crate) use header::this_program;
pub(crate) use judged::judged;
pub(crate) use measure::stages::Stages;
pub(crate) use observer::PilotJudged;
pub use observer::{Part, PartBegun, SessionObserver, WindowWait};
pub(crate) use open_files::make_room;
pub use open_files::raise_limit;
pub use run::Session;
pub(crate) use run::{fips_name, network_variables, trusted};
pub use simulated::SimulatedService;
pub use spec::{Authority, CallerSpec, CredentialSource, SessionSpec, TrustSpec};
pub use steps::asked::Asked;
pub use stop::{StopSwitch, Woken};

pub use crate::notice::{ClockOffset, RefusedCaller, SessionNotice, SourceFault};
pub use measure::observation::ObservedWindow;
pub(crate) use timestamp::rfc3339;
