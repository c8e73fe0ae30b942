//! What the user asked for, and its way to a plan: every value in range or one line that says which is not.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use thiserror::Error;

use sts_model::{Call, Operation, ParameterError, ParameterValue};
use sts_model::{Endpoint, InvalidEndpointName, Scope};

use super::windows::WINDOWS;
use super::{
    Arrivals, Client, Clock, ConnectionMode, Deadlines, Judging, Load, Plan, Resolver, Target,
};

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
    /// Kinds of connection.
    pub connections: Vec<ConnectionMode>,
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
    /// Whose service this is.
    pub service: Service,
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

/// Why a draft is no plan. Each message names the option and its range.
#[derive(Debug, Error, PartialEq)]
pub enum PlanError {
    /// A parameter of an operation.
    #[error("--param {0}")]
    Parameter(ParameterError),
    /// Only endpoints that do not have the operations.
    #[error("{endpoints} does not offer {operations}; add a regional endpoint to --endpoints")]
    NotOffered {
        /// The endpoints' names.
        endpoints: String,
        /// The operations' names.
        operations: String,
    },
    /// A number out of range.
    #[error("{option} {value} is out of range; allowed: {range}")]
    Range {
        /// The option as on the command line.
        option: &'static str,
        /// The value as understood.
        value: String,
        /// The allowed range with its unit.
        range: String,
    },
    /// Nothing to call.
    #[error("the plan has no {0}; give at least one")]
    Nothing(&'static str),
    /// Two endpoints of one name.
    #[error("two endpoints are called {0:?}; names must be unique")]
    DuplicateEndpoint(String),
    /// A twin of an endpoint that is not called.
    #[error("--twin {name}: no such endpoint is called; the plan has {}", known.join(", "))]
    NoTwin {
        /// The name as given.
        name: String,
        /// The endpoints that are called.
        known: Vec<String>,
    },
    /// A twin whose name would be none.
    #[error("--twin: {0}")]
    TwinName(InvalidEndpointName),
    /// Options that exclude each other.
    #[error("{0} and {1} exclude each other")]
    Conflict(&'static str, &'static str),
    /// An option without the one it needs.
    #[error("{0} needs {1}")]
    Needs(&'static str, &'static str),
    /// A choice that this program was built without.
    #[error("{option} needs a program that was built with the cargo feature {feature}")]
    NotBuilt {
        /// The option with its value.
        option: &'static str,
        /// The feature's name.
        feature: &'static str,
    },
    /// A time that leaves no room for what has to be done in it.
    #[error("{option} {:.1} s is shorter than {what}, which takes {:.1} s", time.as_secs_f64(), takes.as_secs_f64())]
    TooShort {
        /// The option as on the command line.
        option: &'static str,
        /// Its value.
        time: Duration,
        /// What takes longer.
        what: &'static str,
        /// How long that takes.
        takes: Duration,
    },
    /// A rate and duration that come to nothing.
    #[error("--rate {rate} for {seconds} s plans 0 samples; raise --rate or --duration")]
    NoSamples {
        /// Requests per second.
        rate: f64,
        /// Length in seconds.
        seconds: f64,
    },
    /// More calls than the budget.
    #[error(
        "the plan makes {planned} calls, more than the budget of {budget}; lower --rounds, --rate, --duration or --windows, or raise --max-requests"
    )]
    Budget {
        /// Calls that the plan makes.
        planned: u64,
        /// Calls allowed.
        budget: u64,
    },
}

impl Draft {
    /// The plan, complete and in range.
    ///
    /// # Errors
    /// [`PlanError`] for the first value that is out of range; nothing has been sent.
    pub fn plan(self) -> Result<Plan, PlanError> {
        self.check_ranges()?;
        if self.client == Client::Reqwest && !cfg!(feature = "client-reqwest") {
            return Err(PlanError::WITHOUT_REQWEST);
        }
        let targets = self.targets()?;
        let cap = self.max_rate_per_endpoint.unwrap_or(match self.service {
            Service::Shared => POLITE_CAP_PER_SECOND,
            Service::Simulated => SIMULATED_CAP_PER_SECOND,
        });
        let rate_per_endpoint = match (self.rate_per_endpoint, self.service) {
            (Some(rate), _) => rate,
            (None, Service::Shared) => POLITE_RATE_PER_SECOND.min(cap),
            (None, Service::Simulated) => SIMULATED_RATE_PER_SECOND,
        };
        in_range(
            "--rate-per-endpoint",
            rate_per_endpoint,
            LEAST_RATE,
            cap,
            "requests/s; --max-rate-per-endpoint raises the cap",
        )?;
        let default_blocks = if self.judging.precision.is_some() {
            PILOT_BLOCKS
        } else {
            DEFAULT_BLOCKS
        };
        let blocks = self.blocks.unwrap_or(default_blocks);
        let load = self.load(&targets, rate_per_endpoint, cap, blocks)?;
        let plan = Plan {
            load,
            warmup_rounds: self.warmup_rounds.unwrap_or(DEFAULT_WARMUP_ROUNDS),
            blocks,
            connections_per_target: self
                .connections_per_target
                .unwrap_or_else(|| connections_for(&load, self.service, targets.len())),
            deadlines: self.timeout.map_or_else(Deadlines::default, |timeout| {
                Deadlines::default().within(timeout)
            }),
            rate_per_endpoint: match load {
                Load::Audit { .. } => rate_per_endpoint,
                Load::Open { .. } | Load::Closed { .. } => cap,
            },
            max_requests: self.max_requests.unwrap_or(DEFAULT_BUDGET),
            seed: self.seed,
            client: self.client,
            resolver: self.resolver,
            clock: match self.client {
                Client::Hyper => self.clock,
                // reqwest does not let its socket be reached.
                Client::Reqwest => Clock::UserSpace,
            },
            spin: self.spin.unwrap_or(DEFAULT_SPIN),
            judging: self.judging,
            targets,
        };
        if let Some(time) = self.max_duration.filter(|time| *time < plan.length()) {
            let takes = plan.length();
            return Err(PlanError::TooShort {
                option: "--max-duration",
                time,
                what: "the pilot",
                takes,
            });
        }
        let once = Plan {
            max_requests: u64::MAX,
            ..plan.clone()
        }
        .planned_requests();
        let planned = once.saturating_mul(self.windows.unwrap_or(1).into());
        if planned > plan.max_requests && !matches!(load, Load::Closed { .. }) {
            return Err(PlanError::Budget {
                planned,
                budget: plan.max_requests,
            });
        }
        Ok(plan)
    }

    fn check_ranges(&self) -> Result<(), PlanError> {
        let check = |option, value: Option<f64>, low, high, unit| match value {
            Some(value) => in_range(option, value, low, high, unit),
            None => Ok(()),
        };
        whole("--rounds", self.rounds, ROUNDS, "rounds")?;
        check(
            "--rate",
            self.rate,
            LEAST_RATE,
            1e5,
            "requests/s; an account's STS quota is 600 requests/s in a Region",
        )?;
        whole(
            "--concurrency",
            self.concurrency,
            CONCURRENCY,
            "calls under way",
        )?;
        check(
            "--duration",
            self.duration.map(|d| d.as_secs_f64()),
            0.001,
            30.0 * 86_400.0,
            "seconds (30 days)",
        )?;
        whole(
            "--warmup-rounds",
            self.warmup_rounds,
            WARMUP_ROUNDS,
            "rounds",
        )?;
        whole("--blocks", self.blocks, BLOCKS, "blocks")?;
        whole(
            "--connections-per-target",
            self.connections_per_target,
            CONNECTIONS_PER_TARGET,
            "connections",
        )?;
        check(
            "--max-rate-per-endpoint",
            self.max_rate_per_endpoint,
            0.001,
            1e5,
            "requests/s",
        )?;
        check(
            "--timeout",
            self.timeout.map(|d| d.as_secs_f64()),
            0.001,
            60.0,
            "seconds",
        )?;
        check(
            "--spin",
            self.spin.map(|d| d.as_secs_f64() * 1e6),
            0.0,
            1e3,
            "microseconds; 0s sleeps all the way",
        )?;
        whole(
            "--max-requests",
            self.max_requests,
            MAX_REQUESTS,
            "requests",
        )?;
        whole("--windows", self.windows, WINDOWS, "windows")?;
        check(
            "--every",
            self.every.map(|d| d.as_secs_f64()),
            0.001,
            30.0 * 86_400.0,
            "seconds (30 days)",
        )?;
        check(
            "--max-duration",
            self.max_duration.map(|d| d.as_secs_f64()),
            0.001,
            30.0 * 86_400.0,
            "seconds (30 days)",
        )?;
        if self.windows.is_some() && self.judging.precision.is_some() {
            return Err(PlanError::Conflict("--windows", "--precision"));
        }
        self.judging.check()
    }

    fn targets(&self) -> Result<Vec<Target>, PlanError> {
        if self.endpoints.is_empty() {
            return Err(PlanError::Nothing("endpoints"));
        }
        let endpoints = self.called()?;
        for (i, endpoint) in endpoints.iter().enumerate() {
            if endpoints[..i].iter().any(|e| e.name == endpoint.name) {
                return Err(PlanError::DuplicateEndpoint(endpoint.name.clone()));
            }
        }
        let (operations, connections) = (distinct(&self.operations), distinct(&self.connections));
        if operations.is_empty() {
            return Err(PlanError::Nothing("operations"));
        }
        if connections.is_empty() {
            return Err(PlanError::Nothing("connections"));
        }
        let calls: Vec<Call> = operations
            .into_iter()
            .map(|operation| self.call(operation))
            .collect::<Result<_, _>>()?;
        let mut targets = Vec::new();
        for endpoint in &endpoints {
            for call in calls
                .iter()
                .filter(|call| is_offered(call.operation(), endpoint))
            {
                for &connection in &connections {
                    targets.push(Target {
                        endpoint: endpoint.clone(),
                        call: call.clone(),
                        connection,
                    });
                }
            }
        }
        if targets.is_empty() {
            let (operations, endpoints) = self.not_offered();
            let operations = operations
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            return Err(PlanError::NotOffered {
                endpoints: endpoints.join(", "),
                operations,
            });
        }
        in_range(
            "endpoints × operations × connections",
            targets.len() as f64,
            1.0,
            MAX_TARGETS,
            "targets",
        )?;
        Ok(targets)
    }

    /// The endpoints with the twin, if there is one, right behind its original.
    fn called(&self) -> Result<Vec<Endpoint>, PlanError> {
        let mut endpoints = self.endpoints.clone();
        if let Some(name) = &self.twin {
            let known = || {
                endpoints
                    .iter()
                    .map(|endpoint| endpoint.name.escape_debug().to_string())
                    .collect()
            };
            let at = endpoints.iter().position(|endpoint| endpoint.name == *name);
            let at = at.ok_or_else(|| PlanError::NoTwin {
                name: name.escape_debug().to_string(),
                known: known(),
            })?;
            endpoints.insert(at + 1, endpoints[at].twin().map_err(PlanError::TwinName)?);
        }
        Ok(endpoints)
    }

    fn call(&self, operation: Operation) -> Result<Call, PlanError> {
        let none = BTreeMap::new();
        let given = self.parameters.get(&operation).unwrap_or(&none);
        let call = if self.parameters_to_come {
            Call::incomplete(operation, given)
        } else {
            Call::new(operation, given)
        };
        call.map_err(PlanError::Parameter)
    }

    /// The operations that some of the endpoints do not have, and the names of these endpoints.
    pub fn not_offered(&self) -> (Vec<Operation>, Vec<&str>) {
        let missing =
            |operation: &Operation, endpoint: &Endpoint| !is_offered(*operation, endpoint);
        let operations = distinct(&self.operations);
        let lacking: Vec<_> = self
            .endpoints
            .iter()
            .filter(|endpoint| operations.iter().any(|o| missing(o, endpoint)))
            .collect();
        let operations = operations
            .into_iter()
            .filter(|o| lacking.iter().any(|endpoint| missing(o, endpoint)));
        (
            operations.collect(),
            lacking
                .iter()
                .map(|endpoint| endpoint.name.as_str())
                .collect(),
        )
    }

    fn load(
        &self,
        targets: &[Target],
        rate_per_endpoint: f64,
        cap: f64,
        blocks: u16,
    ) -> Result<Load, PlanError> {
        // Targets stand in the order of their endpoints, and some endpoints have fewer operations than others. A twin's calls
        // reach the same service as its original's, so they share its rate.
        let of_each: Vec<_> = targets
            .chunk_by(|a, b| a.endpoint.original() == b.endpoint.original())
            .map(<[Target]>::len)
            .collect();
        let per_endpoint = of_each.iter().max().map_or(0.0, |most| *most as f64);
        let precision = self.judging.precision;
        if precision.is_none() && self.max_duration.is_some() {
            return Err(PlanError::Needs("--max-duration", "--precision"));
        }
        match (self.rate, self.concurrency) {
            (Some(_), _) | (_, Some(_)) if precision.is_some() => Err(PlanError::Conflict(
                "--precision",
                "--rate or --concurrency",
            )),
            (Some(_), Some(_)) => Err(PlanError::Conflict("--rate", "--concurrency")),
            (Some(_), _) | (_, Some(_)) if self.rounds.is_some() => {
                Err(PlanError::Conflict("--rounds", "--rate and --concurrency"))
            }
            (None, None) => {
                if self.duration.is_some() {
                    return Err(PlanError::Needs(
                        "--duration",
                        "--rate or --concurrency; an audit's length is --rounds",
                    ));
                }
                if self.arrivals.is_some() {
                    return Err(PlanError::Needs("--arrivals", "--rate"));
                }
                let asked = self.rounds.unwrap_or(match (precision, self.service) {
                    (Some(precision), _) => precision.pilot_rounds(),
                    (None, Service::Shared) => DEFAULT_ROUNDS,
                    (None, Service::Simulated) => SIMULATED_ROUNDS,
                });
                // Blocks of whole rounds: a shorter audit has fewer blocks' worth, so it is rounded up to fill them.
                let rounds = asked.next_multiple_of(u32::from(blocks));
                Ok(Load::Audit {
                    rounds,
                    round: Duration::from_secs_f64(per_endpoint / rate_per_endpoint),
                })
            }
            (Some(rate_per_second), None) => {
                let duration = self
                    .duration
                    .ok_or(PlanError::Needs("--rate", "--duration"))?;
                let seconds = duration.as_secs_f64();
                if rate_per_second * seconds <= 0.5 {
                    return Err(PlanError::NoSamples {
                        rate: rate_per_second,
                        seconds,
                    });
                }
                let highest = cap * of_each.len() as f64;
                in_range(
                    "--rate",
                    rate_per_second,
                    0.0,
                    highest,
                    "requests/s over these endpoints; --max-rate-per-endpoint raises the cap",
                )?;
                Ok(Load::Open {
                    rate_per_second,
                    arrivals: self.arrivals.unwrap_or(Arrivals::Constant),
                    duration,
                })
            }
            (None, Some(concurrency)) => {
                let duration = self
                    .duration
                    .ok_or(PlanError::Needs("--concurrency", "--duration"))?;
                Ok(Load::Closed {
                    concurrency,
                    duration,
                })
            }
        }
    }
}

impl PlanError {
    /// What a program without the feature `client-reqwest` says of `--client reqwest`.
    pub const WITHOUT_REQWEST: Self = Self::NotBuilt {
        option: "--client reqwest",
        feature: "client-reqwest",
    };
}

impl Deadlines {
    /// These deadlines, none longer than `total`.
    fn within(self, total: Duration) -> Self {
        Self {
            dns: self.dns.min(total),
            connect: self.connect.min(total),
            tls: self.tls.min(total),
            first_byte: self.first_byte.min(total),
            total,
        }
    }
}

/// Allowed measured rounds of an audit.
pub const ROUNDS: RangeInclusive<u32> = 2..=1_000_000;
/// Allowed warm-up rounds.
pub const WARMUP_ROUNDS: RangeInclusive<u32> = 0..=10_000;
/// Allowed calls under way in a closed load.
pub const CONCURRENCY: RangeInclusive<u16> = 1..=1024;
/// Allowed blocks.
pub const BLOCKS: RangeInclusive<u16> = 2..=1024;
/// Allowed connections of one warm target.
pub const CONNECTIONS_PER_TARGET: RangeInclusive<u16> = 1..=1024;
/// Allowed budgets of requests.
pub const MAX_REQUESTS: RangeInclusive<u64> = 1..=1_000_000_000;

/// Requests per second to one real endpoint unless the user asks for more: a thirtieth of a per cent of the quota.
const POLITE_RATE_PER_SECOND: f64 = 2.0;
/// One call in 2.8 hours: slower is no load.
const LEAST_RATE: f64 = 1e-4;
/// The cap unless the user raises it: under two per cent of an account's quota in a Region (600 requests/s).
const POLITE_CAP_PER_SECOND: f64 = 10.0;
/// Together they make a run of little more than a minute in which the measuring thread takes a small part of a core, the
/// handshakes of its cold calls included.
const SIMULATED_RATE_PER_SECOND: f64 = 6.0;
const SIMULATED_ROUNDS: u32 = 96;
/// The highest `--rate` of all. Finite, because a plan is stored as JSON, which knows no infinity.
const SIMULATED_CAP_PER_SECOND: f64 = 1e5;
/// Beyond what a timer oversleeps on an idle machine, far below the gap of a polite rate.
const DEFAULT_SPIN: Duration = Duration::from_micros(200);
const DEFAULT_ROUNDS: u32 = 192;
const DEFAULT_WARMUP_ROUNDS: u32 = 2;
const DEFAULT_BLOCKS: u16 = 16;
/// A pilot's variation is looked at in up to as many groups of blocks.
const PILOT_BLOCKS: u16 = 32;
const DEFAULT_BUDGET: u64 = 100_000;
const MOST_DEFAULT_CONNECTIONS: f64 = 16.0;
const MAX_TARGETS: f64 = 1000.0;

/// As many kept connections as calls can be under way at one target when answers take up to a second (Little's law).
fn connections_for(load: &Load, service: Service, targets: usize) -> u16 {
    match (load, service) {
        // A polite round is longer than any healthy answer.
        (Load::Audit { .. }, Service::Shared) => 1,
        // A simulated round is short: an answer may still be under way when the next round's turn comes early.
        (Load::Audit { .. }, Service::Simulated) => 2,
        (
            Load::Open {
                rate_per_second, ..
            },
            _,
        ) => (rate_per_second / targets as f64)
            .ceil()
            .clamp(1.0, MOST_DEFAULT_CONNECTIONS) as u16,
        (Load::Closed { concurrency, .. }, _) => *concurrency,
    }
}

pub(super) fn in_range(
    option: &'static str,
    value: f64,
    low: f64,
    high: f64,
    unit: &str,
) -> Result<(), PlanError> {
    if value >= low && value <= high {
        return Ok(());
    }
    let low = if low == f64::MIN_POSITIVE {
        "more than 0".to_owned()
    } else {
        low.to_string()
    };
    Err(PlanError::Range {
        option,
        value: value.to_string(),
        range: format!("{low} to {high} {unit}"),
    })
}

fn whole<T>(
    option: &'static str,
    value: Option<T>,
    range: RangeInclusive<T>,
    unit: &str,
) -> Result<(), PlanError>
where
    T: PartialOrd + std::fmt::Display,
{
    match value.filter(|value| !range.contains(value)) {
        Some(value) => Err(PlanError::Range {
            option,
            value: value.to_string(),
            range: format!("{} to {} {unit}", range.start(), range.end()),
        }),
        None => Ok(()),
    }
}

/// Whether `endpoint` has `operation`.
fn is_offered(operation: Operation, endpoint: &Endpoint) -> bool {
    operation.is_global() || endpoint.scope != Scope::Global
}

fn distinct<T: Copy + PartialEq>(items: &[T]) -> Vec<T> {
    let mut kept = Vec::new();
    for &item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
