//! The options of the command line and of the plan file, as clap and serde read them.

pub(crate) mod draft;
pub(crate) mod endpoints;
pub(crate) mod export;
pub(crate) mod judging;
pub(crate) mod look;
pub(crate) mod names;
mod no_effect;
pub(crate) mod output;
pub(crate) mod param;
pub(crate) mod plan_file;
pub(crate) mod run;
pub(crate) mod toml_error;
pub(crate) mod values;
