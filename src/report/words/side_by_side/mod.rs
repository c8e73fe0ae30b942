//! Several runs, or several endpoints, side by side.

pub(crate) mod comparisons;
pub(crate) mod matrix;
pub(crate) mod trend;
