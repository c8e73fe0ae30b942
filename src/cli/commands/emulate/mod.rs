//! `stsbench emulate`: the emulator as a server of its own.

mod client_environment;
mod fleet_file;
mod serve;

pub(crate) use serve::{EmulateOptions, serve};
