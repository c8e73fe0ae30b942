//! How a run that had to become precise chose its length.

use serde::{Deserialize, Serialize};

use crate::plan::{Cap, TargetId};

use super::window::Window;

/// How a run that had to become precise chose its length: after a pilot, once, and without another look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrecisionOutcome {
    /// Rounds of the pilot.
    pub pilot_rounds: u32,
    /// Rounds that the pilot showed to be needed, itself included.
    pub wanted_rounds: u64,
    /// Rounds that were planned in the end, the pilot's included.
    pub granted_rounds: u32,
    /// Why these are fewer than wanted.
    pub capped_by: Option<Cap>,
    /// The target that needed most.
    pub decided_by: Option<TargetId>,
    /// What each target reached, as it was judged when the run was written. Readers judge again.
    pub reached: Vec<Reached>,
    /// Pilot and main stage; the pilot alone when it was enough.
    pub stages: Vec<Window>,
}

/// How precise the numbers of one target became.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Whose numbers.
    pub target: TargetId,
    /// Half of the interval's width over the percentile; absent where there is no interval with two ends.
    pub half_width_ratio: Option<f64>,
    /// Whether that is what was asked for.
    pub met: bool,
}
