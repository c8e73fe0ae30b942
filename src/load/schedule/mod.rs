//! When each target is called: pure arithmetic from the plan and its seed.

mod order;
mod pacer;
mod queue;

pub use pacer::Pacer;
pub(crate) use pacer::{Opening, PlannedCall};
pub(super) use queue::Queue;
