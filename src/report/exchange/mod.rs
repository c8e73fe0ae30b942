//! Formats that other programs read.

pub(crate) mod bencher;
pub(crate) mod github_action_benchmark;
pub(crate) mod github_summary;
pub(crate) mod hgrm;
pub(crate) mod hlog;
pub(crate) mod hyperfine;
pub(crate) mod junit;
pub(crate) mod junit_suite;
pub(crate) mod openmetrics;
pub(crate) mod otava;
