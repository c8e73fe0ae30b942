//! What comes first in a report: the kinds of connection by importance, and the endpoint of the vantage's own Region.

use crate::judge::Row;
use crate::plan::ConnectionMode;
use crate::results::Run;

/// The kinds of connection in the order of their importance.
pub(crate) const FOREMOST: [ConnectionMode; 3] = [
    ConnectionMode::Cold,
    ConnectionMode::Warm,
    ConnectionMode::Resumed,
];

/// Whether the endpoint is that of the Region that an SDK at the vantage would call.
pub(crate) fn is_local(run: &Run, row: &Row) -> bool {
    // A Region's plain endpoint is named like the Region.
    row.endpoint == own_region(run)
}

/// The Region that an SDK at the vantage would call. Runs of versions that did not look for it have the vantage's.
fn own_region(run: &Run) -> &str {
    let vantage = &run.header.vantage;
    match (&vantage.local_region, &vantage.simulation) {
        (Some(region), _) => &region.name,
        (None, Some(simulation)) => &simulation.region,
        (None, None) => &vantage.name,
    }
}
