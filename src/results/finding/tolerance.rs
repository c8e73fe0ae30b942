//! A limit that grows with what it limits.

use serde::{Deserialize, Serialize};

/// The larger of a share of a time and a fixed time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LargerOf {
    /// The share of the time that the finding is about, 0–1.
    pub ratio: f64,
    /// The fixed time, ns.
    pub floor_ns: f64,
}

impl LargerOf {
    /// The limit for such a time, ns.
    pub fn of(self, time_ns: f64) -> f64 {
        (self.ratio * time_ns).max(self.floor_ns)
    }
}
