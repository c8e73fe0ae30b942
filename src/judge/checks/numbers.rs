//! Sums, ratios and units that the checks share.

use crate::judge::Row;
use crate::plan::TargetId;
use crate::record::Counts;

/// In nanoseconds.
pub(crate) const MILLISECOND: f64 = 1e6;

/// A count over all targets.
pub(crate) fn total(rows: &[Row], count: impl Fn(&Counts) -> u64) -> u64 {
    rows.iter()
        .fold(0, |sum, row| sum.saturating_add(count(&row.counts)))
}

/// A part of a whole, 0 of nothing.
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The targets of the rows.
pub(crate) fn ids<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<TargetId> {
    rows.into_iter().map(|row| row.target).collect()
}

/// How many there are beside the first.
pub(crate) fn others<T>(all: &[T]) -> u64 {
    all.len().saturating_sub(1) as u64
}
