//! Several runs of one plan as one run. Histograms and counts add up, blocks stand one after another in order of time, and no
//! percentile is ever averaged.

mod combine;
mod compatible;
pub(crate) mod error;
pub(crate) mod merger;
mod timeline;
