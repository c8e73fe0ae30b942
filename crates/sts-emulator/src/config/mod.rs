//! What an emulator is to be: one value, checked before anything is opened.

pub(crate) mod built_in;
pub(crate) mod callers;
pub(crate) mod emulator_config;
pub(crate) mod geography;
mod identities;
pub(crate) mod link;
pub(crate) mod listening;
pub(crate) mod mistakes;
pub(crate) mod path;
pub(crate) mod placement;
pub(crate) mod reading;
pub(crate) mod validate;
