//! Stores as the commands use them: opened by options, written by runs, read in place of paths.

mod found;
mod open;
mod push;
mod sources;

pub(crate) use found::FoundRuns;
pub(crate) use open::{StorePlace, refuse_without_bucket};
pub(crate) use push::push_run;
pub(crate) use sources::{RunsRead, Sources, is_store, keep_latest};
