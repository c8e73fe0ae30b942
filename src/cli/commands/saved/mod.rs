//! The subcommands that read saved runs.

pub(crate) mod baseline;
mod bundle;
pub(crate) mod chart;
pub(crate) mod compare;
mod expected;
mod history;
pub(crate) mod matrix;
pub(crate) mod merge;
mod places;
pub(crate) mod recover;
pub(crate) mod report;
pub(crate) mod trend;
pub(crate) mod view;
