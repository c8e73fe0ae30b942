//! By what measure a run will be judged: laid down before it is measured, and stored with it, so that nobody chooses the
//! limit after having seen the number.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::nanoseconds;

/// The measure of a run's verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judging {
    /// Confidence of every interval, 0.5 to 0.9999.
    pub confidence: f64,
    /// A difference that matters: at least this share of the baseline's percentile …
    pub margin_ratio: f64,
    /// … and at least this long.
    #[serde(rename = "margin_ns", with = "nanoseconds")]
    pub margin: Duration,
    /// Conditions that the run has to prove, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<String>,
    /// How exact the run has to become, when it may choose its own length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
}

/// How exact a run has to become.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Half of the interval's width over the percentile, 0.001 to 0.5.
    pub half_width_ratio: f64,
    /// The percentile, as a share.
    pub percentile: f64,
}

impl Default for Judging {
    fn default() -> Self {
        Self {
            confidence: 0.95,
            margin_ratio: 0.02,
            margin: Duration::from_millis(1),
            gates: Vec::new(),
            precision: None,
        }
    }
}
