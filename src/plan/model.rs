//! A plan, complete and in range.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use sts_model::Endpoint;

use super::address_family::AddressFamily;
use super::client::{Client, Clock, Deadlines};
use super::judging::Judging;
use super::load::Load;
use super::nanoseconds;
use super::preset::Preset;
use super::resolver::Resolver;
use super::target::{ConnectionMode, Target, TargetId};

/// What a run does, complete and in range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is called; a target's position is its [`TargetId`].
    pub targets: Vec<Target>,
    /// When calls are made.
    pub load: Load,
    /// Rounds before the measured ones (audit), or the same number of calls per target; kept and flagged, not compared.
    pub warmup_rounds: u32,
    /// Into how many blocks of equal length the measured part is cut, 2–1,024; connections rotate between blocks.
    pub blocks: u16,
    /// Most connections that one warm or resumed target keeps, 1–1,024.
    pub connections_per_target: u16,
    /// How long each phase may take.
    pub deadlines: Deadlines,
    /// Most requests per second to one endpoint, over all its targets.
    pub rate_per_endpoint: f64,
    /// Most requests of the whole run, warm-up included.
    pub max_requests: u64,
    /// Fixes the order and the spread of arrivals.
    pub seed: u64,
    /// Which HTTP client measures.
    pub client: Client,
    /// Who is asked for the addresses of endpoints without a fixed one.
    #[serde(default)]
    pub resolver: Resolver,
    /// Which of these addresses are dialled.
    #[serde(default, skip_serializing_if = "AddressFamily::is_any")]
    pub address_family: AddressFamily,
    /// Whose clock times the calls.
    #[serde(default = "Clock::before_kernel_clock")]
    pub clock: Clock,
    /// How long before each send the thread stops sleeping and watches the clock; 0–1 ms.
    #[serde(rename = "spin_ns", with = "nanoseconds", default)]
    pub spin: Duration,
    /// By what measure the run will be judged.
    #[serde(default)]
    pub judging: Judging,
    /// The preset that was asked for, for the record: what it says is in the fields above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
}

impl Plan {
    /// The target with that id.
    pub fn target(&self, id: TargetId) -> &Target {
        &self.targets[usize::from(id.0)]
    }

    /// Measured rounds of an audit; of any other load none.
    pub(crate) fn audit_rounds(&self) -> u32 {
        match self.load {
            Load::Audit { rounds, .. } => rounds,
            Load::Open { .. } | Load::Closed { .. } => 0,
        }
    }

    /// Every id with its target, in order.
    pub fn targets(&self) -> impl Iterator<Item = (TargetId, &Target)> {
        (0..).map(TargetId).zip(&self.targets)
    }

    /// The endpoints of the targets, each once, in order of first use.
    pub fn endpoints(&self) -> Vec<&Endpoint> {
        let mut endpoints: Vec<&Endpoint> = Vec::new();
        for target in &self.targets {
            if !endpoints.iter().any(|e| e.name == target.endpoint.name) {
                endpoints.push(&target.endpoint);
            }
        }
        endpoints
    }

    /// For each target the position of its endpoint among [`Plan::endpoints`]; of a twin, its original's, because that is
    /// whose service it calls.
    pub(crate) fn called_endpoints(&self) -> Vec<usize> {
        let endpoints = self.endpoints();
        let position = |name: &str| endpoints.iter().position(|e| e.name == name);
        self.targets
            .iter()
            .map(|target| {
                position(target.endpoint.original()).expect("a twin's original is called")
            })
            .collect()
    }

    /// How long each block lasts; an audit's has whole rounds.
    pub fn block_length(&self) -> Duration {
        let blocks = u32::from(self.blocks.max(1));
        match self.load {
            Load::Audit { rounds, round } => round.saturating_mul(rounds / blocks),
            Load::Open { duration, .. } | Load::Closed { duration, .. } => duration / blocks,
        }
    }

    /// Measured calls to each target of a closed load at most: targets take turns, so that the endpoint with the most of them
    /// sets the pace, and beside those that its rate allows as many may wait for their turn as are under way.
    fn closed_calls(&self, concurrency: u16, duration: Duration) -> u64 {
        let called = self.called_endpoints();
        let of_each = (0..called.len()).map(|at| called.iter().filter(|it| **it == at).count());
        let most = of_each.max().unwrap_or(1).max(1) as u64;
        let by_rate = (self.rate_per_endpoint * duration.as_secs_f64()).ceil() as u64;
        let calls = by_rate.saturating_add(1 + u64::from(concurrency));
        calls.div_ceil(most).saturating_add(1)
    }

    /// Measured calls to each target: as many as are planned, or of a closed load, which waits for answers, at most.
    pub(crate) fn calls_of_each_target(&self) -> u64 {
        match self.load {
            Load::Audit { rounds, .. } => rounds.into(),
            Load::Open { .. } => {
                let measured = self
                    .planned_requests()
                    .saturating_sub(self.planned_warmup());
                measured / self.targets.len().max(1) as u64
            }
            Load::Closed {
                concurrency,
                duration,
            } => self.closed_calls(concurrency, duration),
        }
    }

    /// Requests that the run sends at most, warm-up included.
    pub fn planned_requests(&self) -> u64 {
        let measured = match self.load {
            Load::Audit { rounds, .. } => u64::from(rounds) * self.targets.len() as u64,
            // Each call stands in the middle of its gap, so half a gap at the end holds none.
            Load::Open {
                rate_per_second,
                duration,
                ..
            } => (rate_per_second * duration.as_secs_f64() - 0.5)
                .ceil()
                .max(0.0) as u64,
            Load::Closed {
                concurrency,
                duration,
            } => {
                let of_each = self.closed_calls(concurrency, duration);
                of_each.saturating_mul(self.targets.len() as u64)
            }
        };
        (self.planned_warmup().saturating_add(measured)).min(self.max_requests)
    }

    /// Requests that are sent and not counted: the warm-up, and those that open each block's kept connections.
    pub fn planned_warmup(&self) -> u64 {
        let rounds = u64::from(self.warmup_rounds) * self.targets.len() as u64;
        let kept = self
            .targets
            .iter()
            .filter(|t| t.connection != ConnectionMode::Cold)
            .count() as u64;
        match self.load {
            Load::Closed { .. } => rounds,
            Load::Audit { .. } | Load::Open { .. } => {
                rounds + u64::from(self.blocks) * kept * u64::from(self.connections_per_target)
            }
        }
    }

    /// How long the plan takes when every answer comes at once, from the first opening of connections on. A closed load
    /// warms up for as long as the answers take, which nobody knows.
    pub fn length(&self) -> Duration {
        let opening = self.priming().saturating_mul(self.blocks.into());
        match self.load {
            Load::Audit { rounds, round } => opening
                .saturating_add(round.saturating_mul(rounds.saturating_add(self.warmup_rounds))),
            Load::Open {
                rate_per_second,
                duration,
                ..
            } => {
                let warmup =
                    f64::from(self.warmup_rounds) * self.targets.len() as f64 / rate_per_second;
                let warmup = Duration::try_from_secs_f64(warmup).unwrap_or_default();
                opening.saturating_add(warmup).saturating_add(duration)
            }
            Load::Closed { duration, .. } => duration,
        }
    }

    /// How long the opening of one block's kept connections takes: as long as the rate asks for, since a server counts these
    /// calls too, but no longer than needed where the rate is without limit.
    pub fn priming(&self) -> Duration {
        let kept = self
            .targets
            .iter()
            .filter(|target| target.connection != ConnectionMode::Cold)
            .count();
        let calls = kept as f64 * f64::from(self.connections_per_target);
        // A twin's calls reach the same service as its original's.
        let services = self
            .endpoints()
            .iter()
            .filter(|endpoint| endpoint.twin_of.is_none())
            .count();
        let per_endpoint = calls / services.max(1) as f64;
        let by_rate = match self.load {
            Load::Open {
                rate_per_second, ..
            } => calls / rate_per_second,
            Load::Audit { .. } | Load::Closed { .. } => 0.0,
        };
        let seconds = (per_endpoint / self.rate_per_endpoint)
            .max(PRIMING_SECONDS.min(per_endpoint))
            .max(by_rate);
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }
}

/// Longest time that opening one block's connections is spread over when no rate asks for more, seconds.
const PRIMING_SECONDS: f64 = 0.3;
