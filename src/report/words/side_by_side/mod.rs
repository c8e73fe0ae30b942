//! Several runs, or several endpoints, side by side.

pub(crate) mod between;
pub(crate) mod comparisons;
pub(crate) mod history;
pub(crate) mod matrix;
pub(crate) mod trend;
