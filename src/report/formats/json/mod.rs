//! The summary for programs: versioned JSON, integer nanoseconds, `null` for unknown values. Fields are only ever added
//! within a version.

pub(crate) mod comparisons;
pub(crate) mod figures;
pub(crate) mod gates;
pub(crate) mod precision;
pub(crate) mod summary;
pub(crate) mod targets;
pub(crate) mod text;
