//! Estimates with intervals: how a run is cut into blocks, how two targets are compared in them, and which difference matters.

mod blocks;
mod compare;
mod found;
mod margin;
mod memory;
mod pair;
#[cfg(test)]
mod pair_tests;
mod times;
mod verdict;
mod windows;

pub(super) use blocks::{FEWEST_ANSWERS, MANY_GROUPS, calls, counted, merged};
pub(super) use compare::Together;
pub(crate) use margin::{Margin, MarginPart};
pub(super) use memory::{Memory, typical};
pub(super) use pair::Pair;
pub(super) use times::Times;
pub use verdict::Verdict;
pub(super) use windows::over_windows;
