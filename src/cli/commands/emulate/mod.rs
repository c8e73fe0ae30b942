//! `stsbench emulate`: the emulator as a server of its own.

mod client_environment;
mod emulator_file;
mod serve;

pub(crate) use serve::{EmulateOptions, serve};
