//! One file for each kind of chart.

use super::kind::ChartKind;

mod endpoints;
mod percentiles;
mod phases;
mod timeline;

/// Every kind, in the order of reports.
pub(super) const ALL: &[&ChartKind] = &[
    &endpoints::KIND,
    &percentiles::KIND,
    &phases::KIND,
    &timeline::KIND,
];
