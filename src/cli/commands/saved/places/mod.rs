//! Runs of several vantage points side by side.

mod expected;
pub(crate) mod matrix;
mod runs;

pub(super) use runs::{OfPlace, places, side_by_side};
