//! One request as it was measured. It computes no statistics and formats nothing for people.

mod arrival;
mod exchange;
mod failure;
mod measured;
mod outcome;
mod timing;

pub use arrival::{Arrival, Stage};
pub use exchange::{Exchange, Lookup};
pub use failure::{Failure, FailureKind};
pub use measured::Sample;
pub(crate) use outcome::FAULT_PREFIX;
pub use outcome::Outcome;
pub use timing::{Phase, Phases, Timing};
