//! A simulated STS as a session needs it.

use std::collections::BTreeMap;
use std::fmt;

use crate::credentials::FoundCredentials;
#[cfg(feature = "simulate")]
use crate::credentials::Secret;
#[cfg(feature = "simulate")]
use crate::results::Injected;
use crate::results::Simulation;
use crate::transport::{Trust, TrustError};
#[cfg(feature = "simulate")]
use sts_emulator::{EmulatorAnnouncement, EndpointAnnouncement};
use sts_model::{Endpoint, Operation};

/// A simulated STS that serves, as it announced itself.
pub struct SimulatedService {
    /// Its endpoints with their addresses.
    pub endpoints: Vec<Endpoint>,
    /// Parameters with which operations succeed, by AWS CLI names; some are secret.
    pub parameters: BTreeMap<Operation, BTreeMap<String, String>>,
    /// Its own keys, which open nothing else.
    pub credentials: Option<FoundCredentials>,
    /// Its root certificate, PEM.
    pub authority_pem: String,
    /// What it injects, for the record.
    pub simulation: Simulation,
}

impl SimulatedService {
    /// Trusts the service's certificates at its own addresses, besides the public ones.
    ///
    /// # Errors
    /// [`TrustError`] when its root certificate is none.
    pub fn trust(&self) -> Result<Trust, TrustError> {
        let addresses = self
            .endpoints
            .iter()
            .filter_map(|endpoint| endpoint.address);
        let trust = Trust::public().with_authority(self.authority_pem.as_bytes())?;
        Ok(trust.with_emulator(addresses))
    }
}

/// Without parameters, which can be secret.
impl fmt::Debug for SimulatedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedService")
            .field("simulation", &self.simulation)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "simulate")]
impl SimulatedService {
    /// The service that these announcements describe.
    pub fn announced(service: &EmulatorAnnouncement, endpoints: &[EndpointAnnouncement]) -> Self {
        let credentials = service.credentials.first().map(|own| FoundCredentials {
            access_key_id: Secret::new(own.access_key_id.clone()),
            secret_access_key: Secret::new(own.secret_access_key.clone()),
            session_token: None,
            source: "the simulated fleet".to_owned(),
            expires: None,
        });
        Self {
            endpoints: endpoints
                .iter()
                .map(|announced| announced.endpoint.clone())
                .collect(),
            parameters: service.parameters.clone(),
            credentials,
            authority_pem: service.ca_pem.clone(),
            simulation: Simulation {
                region: service.vantage.clone(),
                seed: service.seed,
                link: service.link.name().to_owned(),
                why_not_kernel: service.why_not_kernel.clone(),
                injected: endpoints.iter().map(injected).collect(),
                requests_seen: None,
            },
        }
    }
}

#[cfg(feature = "simulate")]
fn injected(announced: &EndpointAnnouncement) -> Injected {
    let nanoseconds = |milliseconds: f64| (milliseconds * 1e6).round() as u64;
    let service_times = announced
        .service_time
        .iter()
        .map(|(operation, law)| (operation.cli_name().to_owned(), nanoseconds(law.median_ms)));
    Injected {
        endpoint: announced.endpoint.name.clone(),
        round_trip_ns: nanoseconds(announced.rtt_ms),
        service_time_median_ns: service_times.collect(),
    }
}
