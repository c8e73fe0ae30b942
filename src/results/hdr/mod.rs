//! Histograms in the text formats of HdrHistogram.

pub(crate) mod hgrm;
pub(crate) mod hlog;
