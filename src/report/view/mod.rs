//! What is shown of a run, prepared once; every format reads it and computes nothing.

pub(crate) mod claims;
pub(crate) mod exportable;
pub(crate) mod fact;
pub(crate) mod facts;
pub(crate) mod failures;
pub(crate) mod group_finding;
pub(crate) mod headline;
pub(crate) mod overview;
pub(crate) mod report;
pub(crate) mod served_by;
pub(crate) mod table;
pub(crate) mod tables;
pub(crate) mod windows;
