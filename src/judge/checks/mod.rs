//! The checks of a run, one function each. A check finds what was seen, against which threshold; it changes no number
//! and writes no sentence.

mod answers;
mod catalogue;
mod clocks;
mod connections;
#[cfg(test)]
mod fixture_tests;
mod input;
mod instrument;
mod load;
mod machine;
mod numbers;
mod precision;
mod repeats;
mod rule;
mod service;

pub(super) use catalogue::all;
pub(crate) use connections::answered_here;
pub(super) use input::CheckInput;
