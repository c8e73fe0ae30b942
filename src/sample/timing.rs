//! How long a request took, phase by phase.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When a request was sent and how long it took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// When its first phase began, since the run's epoch.
    pub sent: Duration,
    /// How long it waited for a busy connection of its target; part of the time between the intended and the actual send.
    pub queued: Duration,
    /// How long signing took, before it was sent and outside every other time.
    pub signing: Duration,
    /// How long each phase took; disjoint, and together the service time.
    pub phases: Phases,
    /// By how much the measuring thread's own clock would have shown a longer service time than the kernel's timestamps;
    /// `None` when the phases were timed by the thread's clock.
    pub client_overhead: Option<Duration>,
}

/// A part of a request's time. The names are those of HAR and k6; docs/method/measuring.md has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Name to address.
    Dns,
    /// TCP handshake.
    Connect,
    /// TLS handshake.
    Tls,
    /// From the end of the handshakes, or the beginning over a kept connection, until the kernel has the request's last
    /// byte.
    Send,
    /// The request's last byte to the answer's first.
    Wait,
    /// The answer's first byte to its last.
    Receive,
}

impl Phase {
    /// Every phase, in the order in which they happen.
    pub const ALL: [Self; 6] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Send,
        Self::Wait,
        Self::Receive,
    ];

    /// As in files and charts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Receive => "receive",
        }
    }

    /// The phase of that name, as in files.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == name)
    }
}

/// How long each phase took; `None` is a phase that did not happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    times: [Option<Duration>; Phase::ALL.len()],
}

impl Phases {
    /// How long the phase took.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        self.times[phase as usize]
    }

    /// Records how long the phase took.
    pub fn set(&mut self, phase: Phase, time: Duration) {
        self.times[phase as usize] = Some(time);
    }

    /// All phases together: the service time.
    pub fn total(&self) -> Duration {
        self.times.iter().flatten().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_add_up_to_the_service_time() {
        let mut phases = Phases::default();
        phases.set(Phase::Tls, Duration::from_millis(20));
        phases.set(Phase::Wait, Duration::from_millis(22));
        assert_eq!(
            (phases.total(), phases.of(Phase::Dns)),
            (Duration::from_millis(42), None)
        );
    }
}
