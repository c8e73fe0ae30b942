//! What the self-test measured, before anybody has judged it. Times are nanoseconds; differences can be negative.

use std::time::Duration;

use crate::transport::TimestampError;

/// Everything that was measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Findings {
    pub(super) sleeps: Sleeps,
    /// `None` where the kernel refuses to stamp.
    pub(super) stamps: Option<TimestampError>,
    /// At a thousand calls a second.
    pub(super) brisk: PaceFinding,
    /// At a hundred calls a second.
    pub(super) gentle: PaceFinding,
    pub(super) recovery: Recovery,
    pub(super) twins: Twins,
    /// How the simulated fleet makes distance.
    pub(super) link: String,
}

/// How much later than asked the thread ran again.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sleeps {
    /// By the timer alone.
    pub(super) timer_ns: Vec<f64>,
    /// Watching the clock at the end, as sends are timed.
    pub(super) hybrid_ns: Vec<f64>,
    /// How long the clock is watched at most.
    pub(super) spin: Duration,
    /// How long it was watched for each sleep, on average.
    pub(super) spun_ns: f64,
}

/// Calls on a schedule, and how it was kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PaceFinding {
    pub(super) calls: Calls,
    pub(super) asked_per_second: f64,
    /// Answered calls over the time that sending them took, less than asked when calls failed or the schedule slipped;
    /// no number without two answers.
    pub(super) achieved_per_second: f64,
    /// Actual minus intended send, of all calls.
    pub(super) lateness_ns: Vec<f64>,
    /// The program's own clock minus the kernel's, of those answered calls that the kernel stamped.
    pub(super) overhead_ns: Vec<f64>,
    /// Share of a core that went into watching the clock.
    pub(super) spin_ratio: f64,
}

/// How calls ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Calls {
    /// Measured calls.
    pub(super) made: usize,
    /// Those that succeeded over a kept connection.
    pub(super) answered: usize,
    /// The code of the first that failed.
    pub(super) first_failure: Option<String>,
}

/// Calls over known delays.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Recovery {
    pub(super) calls: Calls,
    pub(super) delays: Vec<Delay>,
}

/// The calls over one of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Delay {
    /// Round trip and service time as injected.
    pub(super) injected_ns: f64,
    /// Measured minus injected.
    pub(super) excess_ns: Vec<f64>,
}

/// Calls of two endpoints that do not differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Twins {
    pub(super) calls: Calls,
    /// The first one's service time minus the second one's, of each round in which both answered.
    pub(super) differences_ns: Vec<f64>,
}

/// A time as a number to compute with.
pub(super) fn nanoseconds(time: Duration) -> f64 {
    time.as_nanos() as f64
}
