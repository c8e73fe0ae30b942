//! The allowed ranges of a plan's numbers.

use std::ops::RangeInclusive;

use super::error::PlanError;

/// Allowed measured rounds of an audit.
pub const ROUNDS: RangeInclusive<u32> = 2..=1_000_000;
/// Allowed warm-up rounds.
pub(crate) const WARMUP_ROUNDS: RangeInclusive<u32> = 0..=10_000;
/// Allowed calls under way in a closed load.
pub(crate) const CONCURRENCY: RangeInclusive<u16> = 1..=1024;
/// Allowed blocks.
pub const BLOCKS: RangeInclusive<u16> = 2..=1024;
/// Allowed connections of one warm target.
pub(crate) const CONNECTIONS_PER_TARGET: RangeInclusive<u16> = 1..=1024;
/// Allowed budgets of requests.
pub(crate) const MAX_REQUESTS: RangeInclusive<u64> = 1..=1_000_000_000;
/// Allowed numbers of windows.
pub const WINDOWS: RangeInclusive<u16> = 2..=64;
/// The lowest rate, requests per second: one call in 2.8 hours. Slower is no load.
pub(super) const LEAST_RATE: f64 = 1e-4;
/// The highest rate, requests per second. Finite, because a plan is stored as JSON, which knows no infinity.
pub(super) const HIGHEST_RATE: f64 = 1e5;

pub(crate) fn in_range(
    option: &'static str,
    value: f64,
    low: f64,
    high: f64,
    unit: &str,
) -> Result<(), PlanError> {
    if value >= low && value <= high {
        return Ok(());
    }
    let low = if low == f64::MIN_POSITIVE {
        "more than 0".to_owned()
    } else {
        low.to_string()
    };
    Err(PlanError::Range {
        option,
        value: value.to_string(),
        range: format!("{low} to {high} {unit}"),
    })
}

pub(super) fn whole<T>(
    option: &'static str,
    value: Option<T>,
    range: RangeInclusive<T>,
    unit: &str,
) -> Result<(), PlanError>
where
    T: PartialOrd + std::fmt::Display,
{
    match value.filter(|value| !range.contains(value)) {
        Some(value) => Err(PlanError::Range {
            option,
            value: value.to_string(),
            range: format!("{} to {} {unit}", range.start(), range.end()),
        }),
        None => Ok(()),
    }
}
