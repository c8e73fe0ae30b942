//! What a session is asked for.

use std::path::PathBuf;
use std::time::Duration;

use crate::credentials::FoundCredentials;
use crate::load::Epoch;
use crate::place::MeasuringPlace;

use super::simulated::SimulatedService;
use super::steps::asked::Asked;

/// Everything that a session needs to know before it starts.
#[derive(Debug)]
pub struct SessionSpec {
    /// What is called and when, and how the run is judged.
    pub asked: Asked,
    /// The simulated STS that is called; `None` for real endpoints.
    pub simulated: Option<SimulatedService>,
    /// Who calls, from where.
    pub caller: CallerSpec,
    /// Which hosts and certificates are trusted besides the public ones.
    pub trust: TrustSpec,
    /// The run's id, as of [`crate::results::run_id`].
    pub run_id: String,
    /// The program's reading of the wall clock, from which the first part counts.
    pub epoch: Epoch,
}

/// Who calls, from where.
#[derive(Debug)]
pub struct CallerSpec {
    /// Where the credentials come from when real endpoints are called.
    pub credentials: CredentialSource,
    /// From where.
    pub place: MeasuringPlace,
    /// Whether the run shows account and user instead of masking them.
    pub show_identity: bool,
}

/// Where credentials come from.
#[derive(Debug)]
pub enum CredentialSource {
    /// The AWS chain, in one profile alone or in every place. They are renewed while the run lasts.
    Chain {
        /// The profile.
        profile: Option<String>,
        /// How long a `credential_process` may take.
        process_limit: Duration,
    },
    /// These. Nothing can renew them.
    Given(FoundCredentials),
}

/// What is trusted besides the public roots and AWS's own hosts.
#[derive(Debug, Default)]
pub struct TrustSpec {
    /// Certificates for hosts that are not AWS's.
    pub authority: Option<Authority>,
    /// Whether `authority` also holds for names that the plan's resolver places on this machine.
    pub local_names: bool,
    /// Hosts that signed requests may be sent to, besides AWS's.
    pub hosts: Vec<String>,
    /// Those of them to which requests may leave this machine in plaintext.
    pub plaintext_hosts: Vec<String>,
    /// Whether AWS's keys and secret parameters may go there too.
    pub plaintext_secrets: bool,
}

/// A file of certificates.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Where it was read, for messages.
    pub path: PathBuf,
    /// Its PEM text.
    pub pem: String,
}
