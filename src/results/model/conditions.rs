//! Under which conditions a run was measured.

use crate::health::Health;

use super::certificate::Certificate;

/// What the measuring machine did during a run, and what is known of its accuracy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    /// Share of one core that the measuring thread used, 0–1; the highest of several windows. Absent where the system
    /// does not say.
    pub measuring_cpu_ratio: Option<f64>,
    /// The part of it that went into watching the clock before sends, 0–1.
    pub spin_cpu_ratio: Option<f64>,
    /// What the machine did; absent where it was not observed, as in a recovered run.
    pub health: Option<Health>,
    /// What the last self-test on this host found.
    pub certificate: Option<Certificate>,
    /// By how much the service's clock is ahead of this machine's, s; negative when it is behind. Absent where no answer,
    /// before the run or in it, had a date.
    pub service_clock_ahead_seconds: Option<i64>,
}
