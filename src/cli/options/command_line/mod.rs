//! The command line as clap reads it, with what other places say of its options, and what shells and help show of it.

pub(crate) mod completion;
pub(crate) mod configured;
mod runs;
pub(crate) mod short_help;
mod possible_values;
