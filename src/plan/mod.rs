//! HOW: what a run will send, to whom, in which order and for how long: one validated value.
//!
//! A plan is printed by `--dry-run`, stored with the results, and fixes with its seed the order of arrivals. It holds no
//! secret and reads neither environment nor clock.

mod draft;
mod judging;
mod level;
mod resolver;
mod target;
mod windows;

pub use draft::{
    BLOCKS, CONCURRENCY, CONNECTIONS_PER_TARGET, Draft, MAX_REQUESTS, PlanError, ROUNDS, Service,
    WARMUP_ROUNDS,
};
pub use judging::{
    CONFIDENCE, HALF_WIDTH_RATIO, Judging, LONGEST_GATE, LONGEST_MARGIN, MARGIN_RATIO, MOST_GATES,
    Precision,
};
pub use level::Level;
pub use resolver::{Resolver, ResolverError};
pub use target::{ConnectionMode, Group, Target, TargetId, TargetName};
pub use windows::{Cap, WINDOWS, Windows};

use std::time::Duration;

use serde::{Deserialize, Serialize};

use sts_model::Endpoint;

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
    /// Whose clock times the calls.
    #[serde(default = "Clock::before_kernel_clock")]
    pub clock: Clock,
    /// How long before each send the thread stops sleeping and watches the clock; 0–1 ms.
    #[serde(rename = "spin_ns", with = "nanoseconds", default)]
    pub spin: Duration,
    /// By what measure the run will be judged.
    #[serde(default)]
    pub judging: Judging,
}

impl Plan {
    /// The target with that id.
    pub fn target(&self, id: TargetId) -> &Target {
        &self.targets[usize::from(id.0)]
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

    /// Requests that the run sends at most, warm-up included; for closed load the budget alone bounds it.
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
            Load::Closed { .. } => return self.max_requests,
        };
        (self.planned_warmup() + measured).min(self.max_requests)
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
}

/// When calls are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case")]
pub enum Load {
    /// Rounds: every target once a round, in fresh random order, spread over the round with jitter.
    Audit {
        /// Measured rounds, 2–1,000,000, a multiple of the blocks.
        rounds: u32,
        /// Length of a round.
        #[serde(rename = "round_ns", with = "nanoseconds")]
        round: Duration,
    },
    /// A schedule that does not wait for answers.
    Open {
        /// Arrivals per second over all targets.
        rate_per_second: f64,
        /// How arrivals are spaced.
        arrivals: Arrivals,
        /// Length of the measured part.
        #[serde(rename = "duration_ns", with = "nanoseconds")]
        duration: Duration,
    },
    /// A fixed number of calls under way; the next starts when one ends.
    Closed {
        /// Calls under way, 1–1,024.
        concurrency: u16,
        /// Length of the measured part.
        #[serde(rename = "duration_ns", with = "nanoseconds")]
        duration: Duration,
    },
}

/// How the arrivals of an open load are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// Equal gaps.
    Constant,
    /// Exponential gaps: independent callers.
    Poisson,
}

/// How long each phase of one request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlines {
    /// Name to address.
    #[serde(rename = "dns_ns", with = "nanoseconds")]
    pub dns: Duration,
    /// TCP handshake. Just over Linux's first retransmission of a SYN and its second, at 1 s and 3 s.
    #[serde(rename = "connect_ns", with = "nanoseconds")]
    pub connect: Duration,
    /// TLS handshake.
    #[serde(rename = "tls_ns", with = "nanoseconds")]
    pub tls: Duration,
    /// From the request's first byte to the response's head.
    #[serde(rename = "first_byte_ns", with = "nanoseconds")]
    pub first_byte: Duration,
    /// The whole request.
    #[serde(rename = "total_ns", with = "nanoseconds")]
    pub total: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(5),
            connect: Duration::from_millis(3100),
            tls: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(15),
        }
    }
}

/// Which HTTP client measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Client {
    /// hyper over our own dialler: every phase at its own seam, no pool.
    #[default]
    Hyper,
    /// reqwest, as an application would see it.
    Reqwest,
}

/// Whose clock times what a request sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The kernel's stamps of the packets, where the system has them; the thread's clock for the rest, and that is said.
    #[default]
    Kernel,
    /// The measuring thread's own, as programs without the kernel's help see it.
    UserSpace,
}

impl Clock {
    /// What timed the runs of files that do not say it.
    fn before_kernel_clock() -> Self {
        Self::UserSpace
    }
}

/// Durations as integer nanoseconds on disk.
pub mod nanoseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes whole nanoseconds; saturates at 584 years.
    ///
    /// # Errors
    /// The serialiser's own.
    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Reads whole nanoseconds.
    ///
    /// # Errors
    /// The deserialiser's own, also for negative numbers and fractions.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_nanos)
    }
}
