//! What the self-test is given to measure against, and why it can fail.

use std::io;

use thiserror::Error;

use crate::load::{EngineError, Epoch};
use crate::plan::PlanError;
use crate::results::Simulation;
use crate::sign::Signer;
use crate::transport::Trust;
use sts_model::{Endpoint, Operation};

/// A simulated fleet, and the means to call it.
#[derive(Debug)]
pub struct SelftestSetting {
    /// The fleet's endpoints with their addresses.
    pub endpoints: Vec<Endpoint>,
    /// What the fleet injects.
    pub simulation: Simulation,
    /// Whom to trust: the fleet's authority.
    pub trust: Trust,
    /// Signs with the fleet's own keys.
    pub signer: Signer,
    /// The program's one reading of the wall clock.
    pub epoch: Epoch,
}

/// Why the test could not be carried out.
#[derive(Debug, Error)]
pub enum SelftestError {
    /// The system refused a socket, a thread or a runtime.
    #[error("the system refused what the self-test needs: {0}")]
    System(#[from] io::Error),
    /// A plan of the test's own is no plan.
    #[error("the self-test made an invalid plan: {0}")]
    Plan(#[from] PlanError),
    /// The fleet is another one.
    #[error("the simulated fleet has no endpoint {endpoint}")]
    Emulator {
        /// What it lacks.
        endpoint: String,
    },
    /// A thread ended in a panic.
    #[error("the measuring thread panicked")]
    Broken,
}

/// The fleet behind the address next door, as the text of a fleet file: one endpoint, no distance, no work, no quota.
pub const NEAR_EMULATOR: &str = "\
link = \"undelayed\"
endpoints = \"global\"
quota = { requests_per_second = 1000000, burst = 1000000 }
[service_time.get-caller-identity]
median_ms = 0
sigma = 0
";
/// The fleet at known distances, likewise: three round trips and two endpoints that differ in nothing. GetCallerIdentity is
/// answered at once, GetSessionToken after exactly 4 ms.
pub const FAR_EMULATOR: &str = "\
endpoints = \"eu-central-1,eu-west-1,us-east-1,eu-west-2,eu-west-3\"
rtt_ms = { eu-central-1 = 10, eu-west-1 = 45, us-east-1 = 120, eu-west-2 = 5, eu-west-3 = 5 }
quota = { requests_per_second = 1000000, burst = 1000000 }
[service_time.get-caller-identity]
median_ms = 0
sigma = 0
[service_time.get-session-token]
median_ms = 4
sigma = 0
";
/// The endpoint without distance.
pub(super) const NEAR: &str = "global";
/// Those with known round trips.
pub(super) const KNOWN: [&str; 3] = ["eu-central-1", "eu-west-1", "us-east-1"];
/// Those that differ in nothing but their names.
pub(super) const TWINS: [&str; 2] = ["eu-west-2", "eu-west-3"];

impl From<EngineError> for SelftestError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::System(cause) => Self::System(cause),
            EngineError::Panicked => Self::Broken,
        }
    }
}

impl SelftestSetting {
    /// Round trip and service time of a warm call.
    pub(super) fn injected_ns(&self, endpoint: &str, operation: Operation) -> f64 {
        let injected = self
            .simulation
            .injected
            .iter()
            .find(|injected| injected.endpoint == endpoint);
        injected.map_or(f64::NAN, |injected| {
            let work = injected
                .service_time_median_ns
                .get(operation.cli_name())
                .copied()
                .unwrap_or_default();
            (injected.round_trip_ns + work) as f64
        })
    }
}
