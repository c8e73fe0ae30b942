//! What a run measured.

use serde::{Deserialize, Serialize};

use crate::record::{Histogram, Pace, Series};

use super::precision::PrecisionOutcome;
use super::window::Window;

/// What a run measured, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// From the epoch to the last answer, ns.
    pub elapsed_ns: u64,
    /// Whether the plan was carried out to its end.
    pub completion: Completion,
    /// The answers of each target, in the order of the plan's targets.
    pub series: Vec<Series>,
    /// What signing one request cost, ns.
    pub signing: Histogram,
    /// How the calls of an open load with random arrivals were spaced; absent for other loads.
    pub pace: Option<Pace>,
    /// The windows that were measured, when there were several; empty for one.
    pub windows: Vec<Window>,
    /// How the run chose its length, when a precision was asked for.
    pub precision: Option<PrecisionOutcome>,
}

impl Measured {
    /// Nothing yet. A run that is cut off at this point counts as recovered.
    pub fn nothing_yet() -> Self {
        Self {
            elapsed_ns: 0,
            completion: Completion::Recovered,
            series: Vec::new(),
            signing: Histogram::default(),
            pace: None,
            windows: Vec::new(),
            precision: None,
        }
    }
}

/// Whether the plan was carried out to its end, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completion {
    /// To its end.
    Complete,
    /// Stopped early by a signal or by the loss of its credentials; what was measured is here.
    Interrupted,
    /// Rebuilt from the journal of a run that was cut off.
    Recovered,
}
