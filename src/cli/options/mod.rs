//! The options of the command line and of the plan file, as clap and serde read them.

pub(crate) mod command_line;
pub(crate) mod draft;
pub(crate) mod endpoints;
pub(crate) mod export;
pub(crate) mod judging;
pub(crate) mod layers;
pub(crate) mod look;
pub(crate) mod names;
pub(crate) mod no_effect;
pub(crate) mod output;
pub(crate) mod param;
pub(crate) mod pictures;
pub(crate) mod run;
pub(crate) mod store;
pub(crate) mod values;
