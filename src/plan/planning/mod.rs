//! From what the user asked for to a plan: every value in range, or one line that says which is not.

mod check;
pub(super) mod draft;
pub(super) mod error;
mod loads;
mod plan;
pub(super) mod ranges;
mod targets;
#[cfg(test)]
mod planning_tests;

pub use draft::{Draft, Service};
pub use error::PlanError;
pub(crate) use plan::{POLITE_RATE_PER_SECOND, SIMULATED_RATE_PER_SECOND};
pub(crate) use ranges::{
    BLOCKS, CONCURRENCY, CONNECTIONS_PER_TARGET, MAX_REQUESTS, ROUNDS, WARMUP_ROUNDS, WINDOWS,
};
