//! What a run will send, to whom, in which order and for how long: one validated value.
//!
//! A plan is printed by `--dry-run`, stored with the results, and fixes with its seed the order of arrivals. It holds no
//! secret and reads neither environment nor clock.

mod address_family;
mod client;
mod judging;
mod level;
mod load;
mod model;
mod nanoseconds;
mod planning;
mod preset;
mod resolver;
mod target;
mod windows;

pub use address_family::AddressFamily;
pub use client::{Client, Clock, Deadlines};
pub(crate) use judging::{CONFIDENCE, LONGEST_GATE, MOST_GATES};
pub use judging::{Judging, Precision};
pub use level::Level;
pub use load::{Arrivals, Load};
pub use model::Plan;
pub(crate) use planning::{
    BLOCKS, CONCURRENCY, CONNECTIONS_PER_TARGET, MAX_REQUESTS, POLITE_RATE_PER_SECOND, ROUNDS,
    SIMULATED_RATE_PER_SECOND, WARMUP_ROUNDS, WINDOWS,
};
pub use planning::{Draft, PlanError, Service};
pub use preset::Preset;
pub use resolver::{Resolver, ResolverError};
pub(crate) use target::Group;
pub use target::{ConnectionMode, Target, TargetId, TargetName};
pub(crate) use windows::Seeds;
pub use windows::{Cap, Windows};
