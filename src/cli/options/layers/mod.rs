//! Where the options of a run come from: the command line, then the environment, the plan file, the configuration file and
//! the preset. Each is turned into words of the command line, so that every value is read in one way.

mod combine;
mod config_file;
mod environment;
mod excluded;
mod layer;
mod options;
pub(crate) mod plan_file;
mod preset;
pub(crate) mod toml_error;
mod untyped;

pub(crate) use combine::{Combined, ConfigSurroundings, PROFILE_VARIABLE, combine};
pub(crate) use config_file::profile_names;
pub(crate) use layer::LayerEntry;
pub(crate) use options::ConfigurationOptions;
pub(crate) use untyped::{NoEffect, Untyped};
