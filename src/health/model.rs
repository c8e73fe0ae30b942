//! What is kept of the machine, and the limits by which it is noticed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the machine did while a run lasted. An absent part is one that the system does not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Times at which the measuring thread did not run although it should have.
    pub stalls: Stalls,
    /// Processor time of the measuring thread; Linux.
    #[serde(default)]
    pub processor: Option<Processor>,
    /// Processor time of the whole process, all threads, ns.
    #[serde(default)]
    pub process_cpu_ns: Option<u64>,
    /// The machine's processor time, all cores; Linux.
    #[serde(default)]
    pub host: Option<HostShare>,
    /// What the clocks did to each other; absent where they could not be compared.
    #[serde(default)]
    pub clocks: Option<Clocks>,
}

/// Times at which the measuring thread did not run although its heartbeat was due: stopped, starved, paged out, or busy
/// with one thing for too long.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stalls {
    /// How often the thread looks at the clock, ns.
    pub heartbeat_ns: u64,
    /// How many there were: beats that came later than `STALL`.
    pub number: u64,
    /// Together, ns, each counted from the time at which the beat was due: at most a heartbeat too little.
    pub total_ns: u64,
    /// The longest, ns.
    pub longest_ns: u64,
    /// Measured calls.
    pub calls: u64,
    /// Those of them that were due before the end of a stall and answered after it, so that it is in their times.
    pub calls_touched: u64,
    /// The first ones, at most `MAX_EVENTS`.
    pub first: Vec<Event>,
}

/// Something that took time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it began, ns since the epoch.
    pub at_ns: u64,
    /// How long it took, ns.
    pub length_ns: u64,
}

/// Processor time of the measuring thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processor {
    /// Time on a processor, ns, but for watching the clock before sends, which yields to anything else.
    pub ran_ns: u64,
    /// Time in which it could have run and waited for a processor, ns.
    pub waited_ns: u64,
    /// Turns on a processor: how often it was put on one.
    pub turns: u64,
    /// Windows of about a second by the share of the time in which the thread had work, on a processor or waiting for one,
    /// in twenty steps of 5 % each; the last one has everything beyond.
    pub windows: Vec<u64>,
}

/// The machine's processor time, in the kernel's ticks, all cores together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostShare {
    /// All time, idle included.
    pub all_ticks: u64,
    /// Time that the hypervisor gave to others while this machine wanted it.
    pub stolen_ticks: u64,
}

/// What the clocks did to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// Steps of the wall clock against the monotonic one.
    pub steps: u64,
    /// The first of them, at most `MAX_EVENTS`.
    pub first_steps: Vec<ClockStep>,
    /// Times at which the whole machine was suspended.
    pub suspensions: u64,
    /// The first of them, at most `MAX_EVENTS`; `at_ns` is when it was noticed.
    pub first_suspensions: Vec<Event>,
}

/// A step of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockStep {
    /// When it was noticed, ns since the epoch: up to a second late.
    pub at_ns: u64,
    /// How far, ns; positive is forward.
    pub by_ns: i64,
}

/// A beat that is more than this late is a stall.
pub(crate) const STALL: Duration = Duration::from_millis(20);
/// A wall clock that moves by more than this against the monotonic one within a second has stepped; no clock is
/// disciplined so fast (Linux slews by at most 0.5 ms a second).
pub(crate) const CLOCK_STEP: Duration = Duration::from_millis(50);
/// A machine whose clock since boot gains more than this on the one that stands still in suspension was suspended.
pub(crate) const SUSPENSION: Duration = Duration::from_millis(100);
/// Most events of a kind that are listed; all are counted.
pub(crate) const MAX_EVENTS: usize = 64;
/// Steps in which [`Processor::windows`] counts.
pub(crate) const WINDOW_STEPS: usize = 20;

impl Stalls {
    /// With that heartbeat and nothing seen.
    pub fn new(heartbeat: Duration) -> Self {
        Self {
            heartbeat_ns: nanoseconds(heartbeat),
            ..Self::default()
        }
    }

    /// Adds one that was first felt at `at` since the epoch.
    pub fn add(&mut self, at: Duration, length: Duration) {
        self.number += 1;
        self.total_ns = self.total_ns.saturating_add(nanoseconds(length));
        self.longest_ns = self.longest_ns.max(nanoseconds(length));
        if self.first.len() < MAX_EVENTS {
            self.first.push(Event {
                at_ns: nanoseconds(at),
                length_ns: nanoseconds(length),
            });
        }
    }
}

impl Processor {
    /// How many windows there were.
    pub fn seconds(&self) -> u64 {
        self.windows
            .iter()
            .fold(0, |sum, windows| sum.saturating_add(*windows))
    }

    /// Windows in which the thread had work for `percent` of the time or more; `percent` is rounded down to a step of 5.
    pub fn seconds_at(&self, percent: usize) -> u64 {
        let first = percent * WINDOW_STEPS / 100;
        self.windows
            .iter()
            .skip(first)
            .fold(0, |sum, windows| sum.saturating_add(*windows))
    }
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
