//! When each target is called: pure arithmetic from the plan and its seed.

mod order;
mod pacer;
mod queue;

pub use pacer::{Opening, Pacer, PlannedCall};
pub(super) use queue::Queue;
