//! Pictures, as typed: one exactly as asked for, and those of a report.

pub(crate) mod chart;
pub(crate) mod report_charts;
