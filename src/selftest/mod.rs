//! The instrument's own certificate: measures this host with the parts that a run is measured with, and judges what it
//! found by fixed limits. It starts no process and keeps no file; whoever calls it lends it the simulated fleet.

mod calling;
mod findings;
mod host;
mod judge;
mod sleeping;

pub use host::this_host;

use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::load::{EngineError, Epoch};
use crate::plan::PlanError;
use crate::results::{Item, Simulation};
use crate::sign::Signer;
use crate::transport::{Trust, timestamp_error};
use sts_model::Endpoint;
use sts_model::Operation;

use findings::Findings;

/// A simulated fleet, and the means to call it.
#[derive(Debug)]
pub struct Setting {
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
    #[error("a plan of the self-test is none: {0}")]
    Plan(#[from] PlanError),
    /// The fleet is another one.
    #[error("the simulated fleet has no endpoint {endpoint}")]
    Fleet {
        /// What it lacks.
        endpoint: String,
    },
    /// A thread ended in a panic.
    #[error("the measuring thread broke")]
    Broken,
}

/// The fleet behind the address next door, as the text of a fleet file: one endpoint, no distance, no work, no quota.
pub const NEAR_FLEET: &str = "\
link = \"undelayed\"
endpoints = \"global\"
quota = { requests_per_second = 1000000, burst = 1000000 }
[service_time.get-caller-identity]
median_ms = 0
sigma = 0
";
/// The fleet at known distances, likewise: three round trips and two endpoints that differ in nothing. GetCallerIdentity is
/// answered at once, GetSessionToken after exactly 4 ms.
pub const FAR_FLEET: &str = "\
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
const NEAR: &str = "global";
/// Those with known round trips.
const KNOWN: [&str; 3] = ["eu-central-1", "eu-west-1", "us-east-1"];
/// Those that differ in nothing but their names.
const TWINS: [&str; 2] = ["eu-west-2", "eu-west-3"];

/// Measures this host and judges it, in about half a minute; `near` is the fleet of [`NEAR_FLEET`], `far` that of
/// [`FAR_FLEET`], and `begin` hears the name of each part as it begins.
///
/// # Errors
/// [`SelftestError`] when a part could not be carried out at all. A part that went badly is an item that says so.
pub fn examine(
    near: &Setting,
    far: &Setting,
    mut begin: impl FnMut(&'static str),
) -> Result<Vec<Item>, SelftestError> {
    let spin = calling::spin(near)?;
    begin("sleep overshoot");
    let sleeps = sleeping::sleeps(spin)?;
    begin("stamp error");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let stamps = runtime.block_on(timestamp_error(STAMPED_PAIRS))?;
    drop(runtime);
    begin("achieved rate");
    let brisk = calling::pace(near, 1000.0, BRISK)?;
    begin("client overhead");
    let gentle = calling::pace(near, 100.0, GENTLE)?;
    begin("known delay");
    let recovery = calling::recovery(far)?;
    begin("A/A comparison");
    let twins = calling::twins(far)?;
    let link = far.simulation.link.clone();
    Ok(judge::items(&Findings {
        sleeps,
        stamps,
        brisk,
        gentle,
        recovery,
        twins,
        link,
    }))
}

impl From<EngineError> for SelftestError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::System(cause) => Self::System(cause),
            EngineError::Panicked => Self::Broken,
        }
    }
}

impl Setting {
    /// Round trip and service time of a warm call.
    fn injected_ns(&self, endpoint: &str, operation: Operation) -> f64 {
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

/// Each is a request and an answer.
const STAMPED_PAIRS: u32 = 1000;
/// Four thousand calls.
const BRISK: Duration = Duration::from_secs(4);
/// Five hundred calls: enough for a p99.
const GENTLE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use sts_emulator::EmulatorConfig;

    use super::*;

    #[test]
    fn the_fleets_have_what_is_called_and_nothing_in_them_is_left_to_chance() {
        for (text, called) in [
            (NEAR_FLEET, &[NEAR][..]),
            (FAR_FLEET, &[KNOWN.as_slice(), &TWINS].concat()),
        ] {
            let spec: EmulatorConfig = toml::from_str(text).expect("a fleet file");
            assert_eq!(spec.endpoints.split(',').collect::<Vec<_>>(), called);
            assert_eq!(
                spec.service_time(Operation::GetCallerIdentity).median_ms,
                0.0
            );
            assert!(
                spec.service_time.values().all(|law| law.sigma == 0.0),
                "what is injected is known for each call"
            );
        }
        let far: EmulatorConfig = toml::from_str(FAR_FLEET).expect("a fleet file");
        assert_eq!(far.rtt_ms[TWINS[0]], far.rtt_ms[TWINS[1]]);
        assert!(KNOWN.map(|name| far.rtt_ms[name]).is_sorted());
    }
}
