//! Whether the numbers that were asked for are in range.

use std::time::Duration;

use super::draft::Draft;
use super::error::PlanError;
use super::ranges::{
    BLOCKS, CONCURRENCY, CONNECTIONS_PER_TARGET, HIGHEST_RATE, LEAST_RATE, MAX_REQUESTS, ROUNDS,
    WARMUP_ROUNDS, WINDOWS, in_range, time, whole,
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
        time("--duration", self.duration, SHORTEST..=LONGEST, "")?;
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
        time("--timeout", self.timeout, SHORTEST..=LONGEST_TIMEOUT, "")?;
        let spin = Duration::ZERO..=LONGEST_SPIN;
        time("--spin", self.spin, spin, "; 0s sleeps all the way")?;
        whole(
            "--max-requests",
            self.max_requests,
            MAX_REQUESTS,
            "requests",
        )?;
        whole("--windows", self.windows, WINDOWS, "windows")?;
        time("--every", self.every, SHORTEST..=LONGEST, "")?;
        time("--max-duration", self.max_duration, SHORTEST..=LONGEST, "")?;
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

/// Allowed times of a load and between windows: 30 days at most.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// The longest time of one request.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest time that the clock is watched before a send.
const LONGEST_SPIN: Duration = Duration::from_millis(1);
