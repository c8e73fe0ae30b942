//! What the emulator has seen, in counts and, if asked for, call by call.

pub(crate) mod audit;
pub(crate) mod counts;
pub(crate) mod writer;
