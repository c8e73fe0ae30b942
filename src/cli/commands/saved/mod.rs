//! The subcommands that read saved runs.

pub(crate) mod baseline;
mod bundle;
pub(crate) mod chart;
pub(crate) mod compare;
mod history;
pub(crate) mod merge;
pub(crate) mod places;
pub(crate) mod push;
pub(crate) mod recover;
pub(crate) mod report;
pub(crate) mod trend;
pub(crate) mod view;
