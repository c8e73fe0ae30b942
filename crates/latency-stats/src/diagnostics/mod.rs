//! Whether a run was what the estimates take it for: steady, and sent as planned.

mod arrivals;
mod stationarity;

pub use arrivals::{exponential_anderson_darling, uniform_kolmogorov_smirnov};
pub use stationarity::{lag_one_z, mann_kendall, spike_blocks, split_rank};
