//! What a path through the kernel link does to packets besides delaying them: loses, scatters and paces them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The path to an endpoint; the default is a clean one. Everything holds for each direction by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PathSpec {
    /// How likely a packet is lost, independently of all others. Range: 0–1.
    pub loss: f64,
    /// Most that a packet is delayed beyond its half of the round trip: a uniform draw from 0 to this, and the order of
    /// packets stays. Unit: milliseconds, 0–60,000.
    pub jitter_ms: f64,
    /// How fast packets leave, one after the other; unlimited when left out. Unit: bits per second, IP headers counted,
    /// 1,000–1e12.
    pub rate_bits_per_second: Option<f64>,
    /// Bytes that may wait for their turn at that rate; what comes when it is full is dropped. Unit: bytes, 1,500 or more.
    pub queue_bytes: u32,
}

impl Default for PathSpec {
    fn default() -> Self {
        Self {
            loss: 0.0,
            jitter_ms: 0.0,
            rate_bits_per_second: None,
            queue_bytes: 256 * 1024,
        }
    }
}

impl PathSpec {
    /// What is wrong with the numbers, if anything.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        if !(0.0..=1.0).contains(&self.loss) {
            Some("loss must be 0 to 1")
        } else if !(0.0..=60_000.0).contains(&self.jitter_ms) {
            Some("jitter_ms must be 0 to 60000")
        } else if self
            .rate_bits_per_second
            .is_some_and(|rate| !(1e3..=1e12).contains(&rate))
        {
            Some("rate_bits_per_second must be 1000 to 1e12")
        } else if self.queue_bytes < 1_500 {
            Some("queue_bytes must be 1500 or more, the size of one packet")
        } else {
            None
        }
    }

    /// The longest extra delay.
    pub(crate) fn jitter(&self) -> Duration {
        Duration::from_secs_f64(self.jitter_ms / 1e3)
    }
}
