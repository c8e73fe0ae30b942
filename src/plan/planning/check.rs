//! Whether the numbers that were asked for are in range.

use super::draft::Draft;
use super::error::PlanError;
use super::ranges::{
    BLOCKS, CONCURRENCY, CONNECTIONS_PER_TARGET, HIGHEST_RATE, LEAST_RATE, MAX_REQUESTS, ROUNDS,
    WARMUP_ROUNDS, WINDOWS, in_range, whole,
};

impl Draft {
    /// Whether every number is in its range, as far as that depends on no other.
    ///
    /// # Errors
    /// [`PlanError`] of the first one that is not.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        self.check_load()?;
        self.check_limits()?;
        if self.windows.is_some() && self.judging.precision.is_some() {
            return Err(PlanError::Conflict("--windows", "--precision"));
        }
        self.judging.check()
    }

    fn check_load(&self) -> Result<(), PlanError> {
        whole("--rounds", self.rounds, ROUNDS, "rounds")?;
        check(
            "--rate",
            self.rate,
            LEAST_RATE,
            HIGHEST_RATE,
            "requests/s; an account's STS quota is 600 requests/s in a Region",
        )?;
        whole(
            "--concurrency",
            self.concurrency,
            CONCURRENCY,
            "calls under way",
        )?;
        check(
            "--duration",
            self.duration.map(|d| d.as_secs_f64()),
            0.001,
            LONGEST_SECONDS,
            "seconds (30 days)",
        )?;
        whole(
            "--warmup-rounds",
            self.warmup_rounds,
            WARMUP_ROUNDS,
            "rounds",
        )?;
        whole("--blocks", self.blocks, BLOCKS, "blocks")?;
        whole(
            "--connections-per-target",
            self.connections_per_target,
            CONNECTIONS_PER_TARGET,
            "connections",
        )?;
        Ok(())
    }

    fn check_limits(&self) -> Result<(), PlanError> {
        check(
            "--max-rate-per-endpoint",
            self.max_rate_per_endpoint,
            0.001,
            HIGHEST_RATE,
            "requests/s",
        )?;
        check(
            "--timeout",
            self.timeout.map(|d| d.as_secs_f64()),
            0.001,
            60.0,
            "seconds",
        )?;
        check(
            "--spin",
            self.spin.map(|d| d.as_secs_f64() * 1e6),
            0.0,
            1e3,
            "microseconds; 0s sleeps all the way",
        )?;
        whole(
            "--max-requests",
            self.max_requests,
            MAX_REQUESTS,
            "requests",
        )?;
        whole("--windows", self.windows, WINDOWS, "windows")?;
        check(
            "--every",
            self.every.map(|d| d.as_secs_f64()),
            0.001,
            LONGEST_SECONDS,
            "seconds (30 days)",
        )?;
        check(
            "--max-duration",
            self.max_duration.map(|d| d.as_secs_f64()),
            0.001,
            LONGEST_SECONDS,
            "seconds (30 days)",
        )?;
        Ok(())
    }
}

/// A value that may be left out.
fn check(
    option: &'static str,
    value: Option<f64>,
    low: f64,
    high: f64,
    unit: &str,
) -> Result<(), PlanError> {
    value.map_or(Ok(()), |value| in_range(option, value, low, high, unit))
}

/// 30 days.
const LONGEST_SECONDS: f64 = 30.0 * 86_400.0;
