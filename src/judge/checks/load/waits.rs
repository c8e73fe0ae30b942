//! How long calls waited for a busy connection.

use crate::judge::Row;
use crate::judge::checks::numbers::ratio;
use crate::record::Histogram;

/// The waits of one target's calls for a busy connection, ns.
pub(super) struct Waits {
    /// Calls that waited.
    pub(super) number: u64,
    /// The same of all the target's calls.
    pub(super) share: f64,
    pub(super) p50: f64,
    pub(super) longest: f64,
}

impl Waits {
    pub(super) fn of(row: &Row, queued: &Histogram) -> Self {
        let waits = &queued.to_hdr();
        Self {
            number: waits.len(),
            share: ratio(waits.len(), row.counts.issued),
            p50: latency_stats::quantile(waits, 0.5).unwrap_or(0.0),
            longest: latency_stats::max(waits).unwrap_or(0.0),
        }
    }
}
