//! Findings about the load: calls that were not made, made late, or kept waiting by the client itself.

use serde::{Deserialize, Serialize};

use super::tolerance::LargerOf;
use crate::plan::TargetId;

/// What the checks of the load can find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum LoadFinding {
    /// Nothing was sent that could have been late.
    NothingSent,
    /// A closed load has no schedule.
    NoSchedule,
    /// How late calls were sent.
    Lateness {
        /// The 99th percentile of sent − intended, without the wait for a busy connection, ns.
        p99_ns: f64,
        /// What it was held against.
        limit: LatenessLimit,
    },
    /// A p99 is longer from the schedule than from the send, although hardly a call waited for a connection.
    StretchedTail {
        /// p99 of the response times − p99 of the service times of the target for which it is the larger share, ns.
        added_ns: f64,
        /// The same as a share of the p99 of the service times.
        added_ratio: f64,
        /// That target.
        worst: TargetId,
        /// What is let pass.
        limit: LargerOf,
    },
    /// A closed load waits for its connections by nature.
    QueueingByNature,
    /// No call had to wait for a busy connection.
    NoneQueued,
    /// Calls had to wait for a busy connection.
    SomeQueued {
        /// Those of the target that is worst off.
        queued: u64,
        /// That target's calls.
        issued: u64,
        /// That target.
        worst: TargetId,
        /// Its longest wait, ns.
        longest_ns: f64,
        /// Above this ratio of its calls it is worth a warning.
        warn_ratio: f64,
        /// Above this ratio of its calls an open load measures the client's queue.
        limit_ratio: f64,
        /// Why the client's queue is what was measured; absent where it is not.
        cause: Option<QueueCause>,
    },
    /// A closed load does not plan how many calls it makes.
    NoPlannedCalls,
    /// The run was interrupted.
    Interrupted {
        /// Measured calls that were made.
        issued: u64,
        /// Measured calls that were planned; absent for a closed load.
        planned: Option<u64>,
    },
    /// The run was cut off and rebuilt from its journal.
    Recovered {
        /// Measured calls that were made.
        issued: u64,
        /// Measured calls that were planned; absent for a closed load.
        planned: Option<u64>,
    },
    /// Calls made of those planned, and the rate at which they were sent.
    AchievedCalls {
        /// Calls that were planned, withheld ones left aside.
        planned: u64,
        /// Calls that were made.
        issued: u64,
        /// Calls that were withheld on purpose.
        withheld: u64,
        /// `issued / planned`.
        ratio: f64,
        /// At least this ratio is wanted.
        limit_ratio: f64,
        /// By so many calls chance moves the number of a random schedule; 0 for any other.
        chance_calls: f64,
        /// The rate at which calls were sent / the planned rate.
        pace_ratio: f64,
    },
    /// The plan's arrivals are not random.
    ArrivalsNotRandom,
    /// The run was cut short, so its calls are not spread over its time.
    ArrivalsCutShort,
    /// The gaps between calls were not kept.
    GapsNotKept,
    /// Too few calls to test their arrivals.
    TooFewArrivals {
        /// Calls that were sent.
        sent: u64,
        /// Calls that it takes.
        needed: u64,
    },
    /// Whether calls were sent as a Poisson process sends them.
    ArrivalLaw {
        /// Calls that were sent.
        sent: u64,
        /// Anderson and Darling's A² of the gaps against an exponential law, as of at most 5,000 calls.
        a_squared: f64,
        /// Above this the gaps are not exponential.
        a_squared_limit: f64,
        /// Kolmogorov and Smirnov's p of the send times against an even spread, as of at most 5,000 calls.
        spread_p: f64,
        /// Below this the times are not evenly spread.
        spread_p_limit: f64,
    },
}

/// What lateness is held against.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "limit", rename_all = "kebab-case")]
pub enum LatenessLimit {
    /// Half of an audit's round.
    HalfRound,
    /// A fixed time.
    Time {
        /// The time, ns.
        ns: f64,
    },
    /// The larger of a share of a target's p50 and a fixed time.
    OfMedian(LargerOf),
}

/// Why calls waited for connections.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum QueueCause {
    /// This machine was too slow as well.
    Machine,
    /// More calls were asked than the target's connections can carry.
    Capacity {
        /// Connections of the target.
        connections: u16,
        /// The mean service time of its calls, ns.
        service_time_ns: f64,
        /// What the connections carry at most, calls/s.
        most_per_second: f64,
        /// What was asked, calls/s.
        asked_per_second: f64,
    },
    /// Nothing tells.
    Unknown,
}
