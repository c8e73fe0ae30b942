//! The emulator of a simulated run: one of its own, or one that runs already. In a program without the feature `simulate` there
//! is none.

#[cfg(not(feature = "simulate"))]
mod absent;
#[cfg(feature = "simulate")]
mod shared;
#[cfg(feature = "simulate")]
mod run_emulator;

#[cfg(not(feature = "simulate"))]
pub(crate) use absent::{examine, prepare, requests_seen, service, start};
#[cfg(feature = "simulate")]
pub(crate) use run_emulator::{
    RunEmulator, examine, prepare, requests_seen, service, start, start_described,
};
