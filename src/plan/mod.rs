//! HOW: what a run will send, to whom, in which order and for how long: one validated value.
//!
//! A plan is printed by `--dry-run`, stored with the results, and fixes with its seed the order of arrivals. It holds no
//! secret and reads neither environment nor clock.

mod client;
mod judging;
mod level;
mod load;
mod model;
mod nanoseconds;
mod planning;
mod resolver;
mod target;
mod windows;

pub use client::{Client, Clock, Deadlines};
pub use judging::{
    CONFIDENCE, HALF_WIDTH_RATIO, Judging, LONGEST_GATE, LONGEST_MARGIN, MARGIN_RATIO, MOST_GATES,
    Precision,
};
pub use level::Level;
pub use load::{Arrivals, Load};
pub use model::Plan;
pub use planning::{
    BLOCKS, CONCURRENCY, CONNECTIONS_PER_TARGET, Draft, MAX_REQUESTS, PlanError, ROUNDS, Service,
    WARMUP_ROUNDS, WINDOWS,
};
pub use resolver::{Resolver, ResolverError};
pub use target::{ConnectionMode, Group, Target, TargetId, TargetName};
pub use windows::{Cap, Windows};
