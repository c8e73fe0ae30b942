//! What the user asked for, and its way to a plan: every value in range or one line that says which is not.

use std::ops::RangeInclusive;
use std::time::Duration;

use thiserror::Error;

use crate::catalog::Endpoint;
use crate::operation::Operation;

use super::{Arrivals, Client, Clock, Connection, Deadlines, Load, Plan, Resolver, Target};

/// What the user asked for. `None` leaves the choice to the plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Called endpoints; names must be unique.
    pub endpoints: Vec<Endpoint>,
    /// Called operations.
    pub operations: Vec<Operation>,
    /// Kinds of connection.
    pub connections: Vec<Connection>,
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
    /// Options that exclude each other.
    #[error("{0} and {1} exclude each other")]
    Conflict(&'static str, &'static str),
    /// An option without the one it needs.
    #[error("{0} needs {1}")]
    Needs(&'static str, &'static str),
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
        "the plan makes {planned} calls, more than the budget of {budget}; lower --rounds, --rate or --duration, or raise --max-requests"
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
            f64::MIN_POSITIVE,
            cap,
            "requests/s; --max-rate-per-endpoint raises the cap",
        )?;
        let blocks = self.blocks.unwrap_or(DEFAULT_BLOCKS);
        let load = self.load(&targets, rate_per_endpoint, cap, blocks)?;
        let plan = Plan {
            load,
            warmup_rounds: self.warmup_rounds.unwrap_or(DEFAULT_WARMUP_ROUNDS),
            blocks,
            connections_per_target: self
                .connections_per_target
                .unwrap_or_else(|| connections_for(&load, self.service, targets.len())),
            deadlines: self.timeout.map_or_else(Deadlines::default, |timeout| Deadlines::default().within(timeout)),
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
            targets,
        };
        let planned = Plan { max_requests: u64::MAX, ..plan.clone() }.planned_requests();
        if planned > plan.max_requests && !matches!(load, Load::Closed { .. }) {
            return Err(PlanError::Budget { planned, budget: plan.max_requests });
        }
        Ok(plan)
    }

    fn check_ranges(&self) -> Result<(), PlanError> {
        let check = |option, value: Option<f64>, low, high, unit| match value {
            Some(value) => in_range(option, value, low, high, unit),
            None => Ok(()),
        };
        whole("--rounds", self.rounds, ROUNDS, "rounds")?;
        check("--rate", self.rate, 1e-4, 1e5, "requests/s; an account's STS quota is 600 requests/s in a Region")?;
        whole("--concurrency", self.concurrency, CONCURRENCY, "calls under way")?;
        check("--duration", self.duration.map(|d| d.as_secs_f64()), 0.001, 30.0 * 86_400.0, "seconds (30 days)")?;
        whole("--warmup-rounds", self.warmup_rounds, WARMUP_ROUNDS, "rounds")?;
        whole("--blocks", self.blocks, BLOCKS, "blocks")?;
        whole("--connections-per-target", self.connections_per_target, CONNECTIONS_PER_TARGET, "connections")?;
        check("--max-rate-per-endpoint", self.max_rate_per_endpoint, 0.001, 1e5, "requests/s")?;
        check("--timeout", self.timeout.map(|d| d.as_secs_f64()), 0.001, 60.0, "seconds")?;
        check("--spin", self.spin.map(|d| d.as_secs_f64() * 1e6), 0.0, 1e3, "microseconds; 0s sleeps all the way")?;
        whole("--max-requests", self.max_requests, MAX_REQUESTS, "requests")
    }

    fn targets(&self) -> Result<Vec<Target>, PlanError> {
        if self.endpoints.is_empty() {
            return Err(PlanError::Nothing("endpoints"));
        }
        for (i, endpoint) in self.endpoints.iter().enumerate() {
            if self.endpoints[..i].iter().any(|e| e.name == endpoint.name) {
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
        let mut targets = Vec::new();
        for endpoint in &self.endpoints {
            for operation in &operations {
                for &connection in &connections {
                    targets.push(Target { endpoint: endpoint.clone(), call: operation.default_call(), connection });
                }
            }
        }
        in_range("endpoints × operations × connections", targets.len() as f64, 1.0, MAX_TARGETS, "targets")?;
        Ok(targets)
    }

    fn load(&self, targets: &[Target], rate_per_endpoint: f64, cap: f64, blocks: u16) -> Result<Load, PlanError> {
        let per_endpoint = (targets.len() / self.endpoints.len()) as f64;
        match (self.rate, self.concurrency) {
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
                let asked = self.rounds.unwrap_or(match self.service {
                    Service::Shared => DEFAULT_ROUNDS,
                    Service::Simulated => SIMULATED_ROUNDS,
                });
                // Blocks of whole rounds: a shorter audit has fewer blocks' worth, so it is rounded up to fill them.
                let rounds = asked.next_multiple_of(u32::from(blocks));
                Ok(Load::Audit { rounds, round: Duration::from_secs_f64(per_endpoint / rate_per_endpoint) })
            }
            (Some(rate_per_second), None) => {
                let duration = self.duration.ok_or(PlanError::Needs("--rate", "--duration"))?;
                let seconds = duration.as_secs_f64();
                if rate_per_second * seconds <= 0.5 {
                    return Err(PlanError::NoSamples { rate: rate_per_second, seconds });
                }
                let highest = cap * self.endpoints.len() as f64;
                in_range(
                    "--rate",
                    rate_per_second,
                    0.0,
                    highest,
                    "requests/s over these endpoints; --max-rate-per-endpoint raises the cap",
                )?;
                Ok(Load::Open { rate_per_second, arrivals: self.arrivals.unwrap_or(Arrivals::Constant), duration })
            }
            (None, Some(concurrency)) => {
                let duration = self.duration.ok_or(PlanError::Needs("--concurrency", "--duration"))?;
                Ok(Load::Closed { concurrency, duration })
            }
        }
    }
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
        (Load::Open { rate_per_second, .. }, _) => {
            (rate_per_second / targets as f64).ceil().clamp(1.0, MOST_DEFAULT_CONNECTIONS) as u16
        }
        (Load::Closed { concurrency, .. }, _) => *concurrency,
    }
}

fn in_range(option: &'static str, value: f64, low: f64, high: f64, unit: &str) -> Result<(), PlanError> {
    if value >= low && value <= high {
        return Ok(());
    }
    let low = if low == f64::MIN_POSITIVE { "more than 0".to_owned() } else { low.to_string() };
    Err(PlanError::Range { option, value: value.to_string(), range: format!("{low} to {high} {unit}") })
}

fn whole<T>(option: &'static str, value: Option<T>, range: RangeInclusive<T>, unit: &str) -> Result<(), PlanError>
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
mod tests {
    use crate::catalog::Catalog;

    use super::*;

    fn draft() -> Draft {
        Draft {
            endpoints: Catalog::default().select(&"global,default".parse().expect("parses")).expect("selects"),
            operations: Operation::DEFAULT.to_vec(),
            connections: vec![Connection::Cold, Connection::Warm],
            ..Draft::default()
        }
    }

    #[test]
    fn the_default_audit_is_polite_and_within_budget() {
        let plan = draft().plan().expect("valid");
        assert_eq!(plan.targets.len(), 72);
        assert_eq!(plan.load, Load::Audit { rounds: 192, round: Duration::from_secs(2) });
        let priming = 16 * 36;
        assert_eq!(plan.planned_requests(), 72 * 194 + priming);
    }

    #[test]
    fn the_default_simulated_audit_measures_for_less_than_eighty_seconds() {
        let plan = Draft { service: Service::Simulated, ..draft() }.plan().expect("valid");
        let Load::Audit { rounds, round } = plan.load else { panic!("an audit") };
        assert!(round * rounds < Duration::from_secs(80), "{round:?}");
    }

    #[test]
    fn bad_001_to_014_values_out_of_range_name_the_option() {
        type Spoil = fn(&mut Draft);
        let cases: &[(&str, Spoil)] = &[
            ("--duration", |d| (d.rate, d.duration) = (Some(1.0), Some(Duration::ZERO))),
            ("--duration", |d| (d.rate, d.duration) = (Some(1.0), Some(Duration::from_secs(999_999 * 3600)))),
            ("--rate", |d| d.rate = Some(0.0)),
            ("--rate", |d| d.rate = Some(-1.0)),
            ("--rate", |d| d.rate = Some(f64::NAN)),
            ("--rate", |d| d.rate = Some(f64::INFINITY)),
            ("quota", |d| d.rate = Some(1e9)),
            ("0 samples", |d| (d.rate, d.duration) = (Some(0.0001), Some(Duration::from_secs(10)))),
            ("--concurrency", |d| d.concurrency = Some(0)),
            ("--blocks", |d| d.blocks = Some(1)),
            ("--timeout", |d| d.timeout = Some(Duration::ZERO)),
            ("--rate-per-endpoint", |d| d.rate_per_endpoint = Some(11.0)),
            ("--rounds", |d| d.rounds = Some(1)),
            ("budget", |d| d.rounds = Some(100_000)),
            ("exclude", |d| (d.rounds, d.rate, d.duration) = (Some(9), Some(1.0), Some(Duration::from_secs(5)))),
            ("endpoints", |d| d.endpoints.clear()),
            ("unique", |d| d.endpoints.push(d.endpoints[0].clone())),
        ];
        for (word, spoil) in cases {
            let mut spoiled = draft();
            spoil(&mut spoiled);
            let error = spoiled.plan().expect_err(word).to_string();
            assert!(error.contains(word), "{word}: {error}");
        }
    }

    #[test]
    fn every_plan_survives_the_round_trip_through_json() {
        let open = Draft { rate: Some(1e5), duration: Some(Duration::from_secs(9)), ..draft() };
        let closed = Draft { concurrency: Some(4), duration: Some(Duration::from_secs(9)), ..draft() };
        for asked in [draft(), open, closed] {
            let budget = Some(1_000_000);
            let plan = Draft { service: Service::Simulated, max_requests: budget, ..asked }.plan().expect("valid");
            let json = serde_json::to_string(&plan).expect("written");
            assert_eq!(serde_json::from_str::<Plan>(&json).expect("read"), plan);
        }
    }

    #[test]
    fn rule_21_the_cap_holds_unless_it_is_raised() {
        let fast = || Draft { rate: Some(500.0), duration: Some(Duration::from_secs(1)), ..draft() };
        assert!(fast().plan().is_err(), "18 endpoints at 10/s are 180/s");
        assert!(Draft { max_rate_per_endpoint: Some(30.0), ..fast() }.plan().is_ok());
    }
}
