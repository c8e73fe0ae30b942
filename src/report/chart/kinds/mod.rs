//! One file for each kind of chart.

use super::kind::ChartKind;

pub(super) mod compare;
pub(super) mod difference;
pub(super) mod ecdf;
mod endpoints;
pub(super) mod matrix;
pub(super) mod percentiles;
pub(super) mod phases;
pub(super) mod savings;
pub(super) mod timeline;
pub(super) mod trend;
pub(super) mod windows;
pub(super) mod world;

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
    &matrix::KIND,
    &world::KIND,
];
