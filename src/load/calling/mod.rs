//! Single calls: over which connection they go, whether the service may be called, what becomes of each.

mod answer_ids;
mod backoff;
mod call_runner;
mod call_slot;
mod connection_pool;
mod in_flight;
mod outcome;

pub(super) use call_runner::{CallRunner, SignedCall};
pub(super) use in_flight::InFlight;
