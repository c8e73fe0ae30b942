//! A percentile with its interval.

use super::{Counted, Interval, samples_needed};

/// A percentile with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentile {
    /// The percentile of all values, in their unit.
    pub value: f64,
    /// The interval around it; its upper end is infinite where the values do not bound it.
    pub interval: Interval,
    /// How the interval was found.
    pub method: Method,
    /// How many independent values the values are worth, at most their number.
    pub effective: f64,
}

/// How a percentile's interval was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// From how the share of values below the percentile varies between that many blocks.
    BatchWoodruff {
        /// Blocks of equal length.
        blocks: usize,
    },
    /// Exact order statistics; assumes that the values are independent.
    OrderStatistics,
}

/// Why there is no percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortfall {
    /// About how many more values it needs.
    pub missing: u64,
    /// How many independent values the values are worth.
    pub effective: f64,
}

/// The percentile.
///
/// # Errors
/// [`Shortfall`].
pub fn percentile(blocks: &[Counted], p: f64, confidence: f64) -> Result<Percentile, Shortfall> {
    let all = Counted::merged(blocks);
    let needed = samples_needed(p).unwrap_or(u64::MAX);
    let short = Shortfall { missing: needed.saturating_sub(all.total()), effective: all.total() as f64 };
    if all.total() < needed {
        return Err(short);
    }
    let value = all.quantile(p).ok_or(short)?;
    let interval = Interval { low: value, high: value, confidence };
    Ok(Percentile { value, interval, method: Method::OrderStatistics, effective: all.total() as f64 })
}
