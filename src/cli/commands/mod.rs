//! One file for each subcommand.

pub(crate) mod advise;
pub(crate) mod baseline;
pub(crate) mod chart;
pub(crate) mod compare;
pub(crate) mod doctor;
pub(crate) mod dry_run;
#[cfg(feature = "simulate")]
pub(crate) mod emulate;
pub(crate) mod endpoints;
mod expected;
mod history;
pub(crate) mod matrix;
pub(crate) mod merge;
pub(crate) mod operations;
pub(crate) mod recover;
pub(crate) mod report;
pub(crate) mod run;
#[cfg(feature = "simulate")]
pub(crate) mod selftest;
pub(crate) mod shell;
pub(crate) mod trend;
