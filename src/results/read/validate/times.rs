//! Whether a run's times are possible.

use std::time::Duration;

use crate::parallel::Workers;
use crate::plan::Plan;
use crate::record::{Histogram, Series};
use crate::results::model::run::Run;

use super::rules::require;

/// Longer than any block of any plan.
const LONGEST_BLOCK: Duration = Duration::from_hours(366 * 24);
/// A hundred years; a run can be many windows.
const LONGEST_RUN: Duration = Duration::from_hours(100 * 366 * 24);
/// The longest time that a histogram tells apart.
const LONGEST_DEADLINE: Duration = Histogram::MAX;
/// Ten thousand years.
const MAX_AHEAD_SECONDS: u64 = 10_000 * 366 * 86_400;

/// The difference between the service's clock and this machine's.
pub(super) fn check_clock(run: &Run) -> Result<(), String> {
    let ahead = run.conditions.service_clock_ahead_seconds.unwrap_or(0);
    require(ahead.unsigned_abs() <= MAX_AHEAD_SECONDS, || {
        format!("a service's clock {ahead} s ahead")
    })
}

/// Times that a plan can have.
pub(super) fn check_planned_times(plan: &Plan) -> Result<(), String> {
    let block = plan.block_length();
    require(
        (Duration::from_nanos(1)..=LONGEST_BLOCK).contains(&block),
        || format!("plan.load: blocks of {block:?}; allowed: 1 ns to {LONGEST_BLOCK:?}"),
    )?;
    let deadline = plan.deadlines.total;
    require(
        (Duration::from_millis(1)..=LONGEST_DEADLINE).contains(&deadline),
        || format!("plan.deadlines.total_ns: {deadline:?}; allowed: 1 ms to {LONGEST_DEADLINE:?}"),
    )
}

/// Times that a run can have: how long it took, and answers within it and within their deadline.
pub(super) fn check_times(run: &Run) -> Result<(), String> {
    let elapsed = Duration::from_nanos(run.measured.elapsed_ns);
    require(elapsed <= LONGEST_RUN, || {
        format!("elapsed_ns: {elapsed:?}; allowed: up to {LONGEST_RUN:?}")
    })?;
    let deadline = run.plan.deadlines.total;
    // A deadline can be missed by as long as the machine stood still.
    let longest = (deadline * 2).saturating_add(Duration::from_secs(60));
    let answers = |series: &Series| {
        let slowest = series.service_time.max().unwrap_or_default();
        require(slowest <= longest, || {
            format!(
                "series {}: an answer after {slowest:?}, with a deadline of {deadline:?}",
                series.target.0
            )
        })?;
        // A histogram can tell a time up to 0.1 % longer than it was.
        require(slowest <= elapsed + slowest / 500, || {
            format!(
                "elapsed_ns: {elapsed:?}, and an answer of series {} took {slowest:?}",
                series.target.0
            )
        })?;
        require(
            series
                .service_time
                .is_sum_of(series.blocks.iter().map(|block| &block.service_time)),
            || {
                format!(
                    "series {}: the service_time of its blocks is not that of the whole",
                    series.target.0
                )
            },
        )
    };
    Workers::available()
        .map(&run.measured.series, answers)
        .into_iter()
        .collect()
}
