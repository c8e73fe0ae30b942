//! Findings about the machine that measured and its clocks.

use serde::{Deserialize, Serialize};

use super::tolerance::LargerOf;

/// What the checks of the machine can find. Times of events count from the start of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum MachineFinding {
    /// The machine was not watched.
    NotWatched,
    /// This system does not tell what a thread uses.
    ThreadCpuUnknown,
    /// How busy the measuring thread was, second by second.
    BusySeconds {
        /// Seconds in which it had work for half of the time or more.
        half_busy: u64,
        /// Seconds in which it had work for four fifths of the time or more.
        four_fifths_busy: u64,
        /// Seconds that were watched.
        seconds: u64,
        /// The share of one core that it used on average, 0–1.
        average_ratio: Option<f64>,
    },
    /// How busy the measuring thread was on average.
    AverageCpu {
        /// The share of one core that it used.
        ratio: f64,
        /// Above this it is worth a warning.
        warn_ratio: f64,
        /// Above this its own queueing is what is measured.
        limit_ratio: f64,
    },
    /// This system does not tell how long a thread waits for a processor.
    ProcessorWaitUnknown,
    /// How long the measuring thread waited for a processor.
    ProcessorWait {
        /// On average, ns.
        mean_ns: f64,
        /// How often.
        turns: u64,
        /// The waits as a share of the time in which it could run.
        waiting_ratio: f64,
        /// Above this, of a target's p50, it is worth a warning.
        warn: LargerOf,
        /// Above this, of a target's p50, the target's numbers are refused.
        limit: LargerOf,
    },
    /// The measuring thread was never held up for long.
    NoStall {
        /// A stall is longer than this, ns.
        limit_ns: u64,
    },
    /// The measuring thread was held up.
    Stalls {
        /// How often.
        stalls: u64,
        /// A stall is longer than this, ns.
        limit_ns: u64,
        /// The longest, ns.
        longest_ns: u64,
        /// Together, ns.
        total_ns: u64,
        /// When the first one began, ns.
        first_at_ns: Option<u64>,
        /// Measured calls that they touched.
        calls_touched: u64,
        /// Measured calls.
        calls: u64,
        /// The lowest percentile that is shown and cannot be used for them; absent where there is none.
        spoiled: Option<SpoiledPercentile>,
    },
    /// This system does not tell what a hypervisor takes.
    StealUnknown,
    /// What the hypervisor took of the machine's processor time.
    Steal {
        /// As a share.
        ratio: f64,
        /// Above this it is worth a warning.
        limit_ratio: f64,
    },
    /// The clocks could not be compared.
    ClocksNotCompared,
    /// The wall clock kept pace with the monotonic one.
    ClockKept {
        /// A step is larger than this within a second, ns.
        limit_ns: u64,
    },
    /// The wall clock was set.
    ClockStepped {
        /// How often.
        steps: u64,
        /// By how much the first time, ns; positive is forward.
        first_by_ns: i64,
        /// When the first time, ns.
        first_at_ns: u64,
        /// A step is larger than this within a second, ns.
        limit_ns: u64,
    },
    /// The machine was not suspended.
    NotSuspended,
    /// The machine was suspended.
    Suspended {
        /// How often.
        suspensions: u64,
        /// For how long the first time, ns.
        first_length_ns: u64,
        /// When the first time, ns.
        first_at_ns: u64,
        /// A suspension is longer than this, ns.
        limit_ns: u64,
    },
}

/// A percentile that too many touched calls spoil.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpoiledPercentile {
    /// Which one, as a share.
    pub percentile: f64,
    /// More than this share of the calls is touched: a tenth of those beyond the percentile.
    pub limit_ratio: f64,
}
