//! One file for each subcommand.

pub(crate) mod advise;
pub(crate) mod doctor;
pub(crate) mod dry_run;
#[cfg(feature = "simulate")]
pub(crate) mod emulate;
pub(crate) mod endpoints;
pub(crate) mod operations;
pub(crate) mod run;
pub(crate) mod saved;
#[cfg(feature = "simulate")]
pub(crate) mod selftest;
pub(crate) mod serve;
pub(crate) mod shell;
