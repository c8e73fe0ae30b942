//! One file for each kind of chart.

use super::kind::ChartKind;

mod compare;
mod difference;
mod ecdf;
mod endpoints;
mod percentiles;
mod phases;
mod savings;
mod timeline;
pub(super) mod trend;
mod windows;

/// Every kind, in the order of reports.
pub(super) const ALL: &[&ChartKind] = &[
    &endpoints::KIND,
    &percentiles::KIND,
    &phases::KIND,
    &timeline::KIND,
    &ecdf::KIND,
    &difference::KIND,
    &savings::KIND,
    &windows::KIND,
    &compare::KIND,
    &trend::KIND,
];
