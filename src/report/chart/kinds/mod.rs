//! One file for each kind of chart.

use super::kind::ChartKind;

mod difference;
mod ecdf;
mod endpoints;
mod percentiles;
mod phases;
mod savings;
mod timeline;

/// Every kind, in the order of reports.
pub(super) const ALL: &[&ChartKind] = &[
    &endpoints::KIND,
    &percentiles::KIND,
    &phases::KIND,
    &timeline::KIND,
    &ecdf::KIND,
    &difference::KIND,
    &savings::KIND,
];
