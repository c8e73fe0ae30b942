//! The allowed ranges of a plan's numbers.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::error::PlanError;

/// Allowed measured rounds of an audit.
pub(crate) const ROUNDS: RangeInclusive<u32> = 2..=1_000_000;
/// Allowed warm-up rounds.
pub(crate) const WARMUP_ROUNDS: RangeInclusive<u32> = 0..=10_000;
/// Allowed calls under way in a closed load.
pub(crate) const CONCURRENCY: RangeInclusive<u16> = 1..=1024;
/// Allowed blocks.
pub(crate) const BLOCKS: RangeInclusive<u16> = 2..=1024;
/// Allowed connections of one warm target.
pub(crate) const CONNECTIONS_PER_TARGET: RangeInclusive<u16> = 1..=1024;
/// Allowed budgets of requests.
pub(crate) const MAX_REQUESTS: RangeInclusive<u64> = 1..=1_000_000_000;
/// Allowed numbers of windows.
pub(crate) const WINDOWS: RangeInclusive<u16> = 2..=64;
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

/// Whether a time that may be left out lies in its range. Both are named as they can be typed.
pub(super) fn time(
    option: &'static str,
    value: Option<Duration>,
    range: RangeInclusive<Duration>,
    more: &str,
) -> Result<(), PlanError> {
    match value.filter(|value| !range.contains(value)) {
        Some(value) => Err(PlanError::Range {
            option,
            value: typed(value),
            range: format!("{} to {}{more}", typed(*range.start()), typed(*range.end())),
        }),
        None => Ok(()),
    }
}

/// A time with one unit, the largest that leaves a whole number: `90s`, `30d`, `500us`.
fn typed(time: Duration) -> String {
    const UNITS: [(&str, u128); 6] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let nanoseconds = time.as_nanos();
    let whole = UNITS
        .into_iter()
        .find(|(_, length)| nanoseconds >= *length && nanoseconds.is_multiple_of(*length));
    whole.map_or_else(
        || "0s".to_owned(),
        |(unit, length)| format!("{}{unit}", nanoseconds / length),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_named_as_it_can_be_typed() {
        for (time, text) in [
            (Duration::ZERO, "0s"),
            (Duration::from_secs(90), "90s"),
            (Duration::from_micros(500), "500us"),
            (Duration::from_millis(1500), "1500ms"),
            (Duration::from_secs(30 * 86_400), "30d"),
            (Duration::from_secs(7200), "2h"),
            (Duration::from_nanos(7), "7ns"),
        ] {
            assert_eq!(typed(time), text);
            assert_eq!(humantime::parse_duration(text), Ok(time));
        }
        let range = Duration::from_millis(1)..=Duration::from_secs(60);
        let refused = time("--timeout", Some(Duration::from_secs(90)), range, "");
        assert_eq!(
            refused.expect_err("too long").to_string(),
            "--timeout 90s is out of range; allowed: 1ms to 60s"
        );
    }
}
