//! What the user asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use sts_model::{Endpoint, Operation, ParameterValue};

use crate::plan::address_family::AddressFamily;
use crate::plan::client::{Client, Clock};
use crate::plan::judging::Judging;
use crate::plan::load::Arrivals;
use crate::plan::preset::Preset;
use crate::plan::resolver::Resolver;
use crate::plan::target::ConnectionMode;

/// What the user asked for. `None` leaves the choice to the plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Called endpoints; names must be unique.
    pub endpoints: Vec<Endpoint>,
    /// The name of one of them that is called a second time under an alias, to be compared with itself.
    pub twin: Option<String>,
    /// Called operations.
    pub operations: Vec<Operation>,
    /// Their parameters as given, by AWS CLI names; those of operations that are not called are ignored.
    pub parameters: BTreeMap<Operation, BTreeMap<String, ParameterValue>>,
    /// Whether a simulated fleet will give the parameters that are missing.
    pub parameters_to_come: bool,
    /// Kinds of connection; empty leaves the choice to the plan: cold and warm.
    pub connections: Vec<ConnectionMode>,
    /// Names of endpoints that close each connection after an answer: where the plan chooses, they are not called over warm ones.
    pub closing: Vec<String>,
    /// Audit: measured rounds.
    pub rounds: Option<u32>,
    /// Open load: requests per second over all targets.
    pub rate: Option<f64>,
    /// Open load: spacing; constant unless given.
    pub arrivals: Option<Arrivals>,
    /// Closed load: calls under way.
    pub concurrency: Option<u16>,
    /// Length of an open or closed load.
    pub duration: Option<Duration>,
    /// Rounds that are kept but not counted.
    pub warmup_rounds: Option<u32>,
    /// Blocks of equal length.
    pub blocks: Option<u16>,
    /// Connections that one warm target keeps.
    pub connections_per_target: Option<u16>,
    /// Requests per second to one endpoint.
    pub rate_per_endpoint: Option<f64>,
    /// The cap on that, when the user raises it.
    pub max_rate_per_endpoint: Option<f64>,
    /// Requests of the whole run.
    pub max_requests: Option<u64>,
    /// Deadline of one request.
    pub timeout: Option<Duration>,
    /// Seed of the order of arrivals.
    pub seed: u64,
    /// Which client measures.
    pub client: Client,
    /// Who turns names into addresses.
    pub resolver: Resolver,
    /// Which of these addresses are dialled.
    pub address_family: AddressFamily,
    /// Whose clock times the calls.
    pub clock: Clock,
    /// How long the clock is watched before each send.
    pub spin: Option<Duration>,
    /// How often the plan is measured.
    pub windows: Option<u16>,
    /// From one start to the next of these.
    pub every: Option<Duration>,
    /// By what measure the run will be judged.
    pub judging: Judging,
    /// How long a run that chooses its own length may take.
    pub max_duration: Option<Duration>,
    /// The preset that was asked for, for the record.
    pub preset: Option<Preset>,
    /// Whose service this is.
    pub service: Service,
}

impl Draft {
    /// What `preset` asks for of `endpoints`.
    pub(crate) fn of_preset(preset: Preset, endpoints: Vec<Endpoint>, service: Service) -> Self {
        let extent = preset.extent();
        Self {
            endpoints,
            operations: extent.operation.into_iter().collect(),
            connections: extent.connections.to_vec(),
            rounds: extent.rounds,
            rate_per_endpoint: match service {
                Service::Shared => extent.rate_per_endpoint,
                Service::Simulated => None,
            },
            preset: Some(preset),
            service,
            ..Self::default()
        }
    }
}

/// Whose service is called; it rules what is polite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Service {
    /// Real STS, with an account's quota that others share.
    #[default]
    Shared,
    /// A fleet of our own on this machine.
    Simulated,
}
