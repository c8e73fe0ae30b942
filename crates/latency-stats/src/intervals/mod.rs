//! Intervals of percentiles and of shares.

mod effective_n;
mod percentile;
mod bootstrap;
mod bounds;
mod drawn_pair;

#[cfg(test)]
pub(crate) use bootstrap::percentile_interval;
pub use bootstrap::{Draws, mover, quantiles};
pub use bounds::{Share, share, tries_without_hit};
pub use drawn_pair::DrawnPair;
pub use percentile::{
    Method, NoPercentile, Percentile, Pooled, order_statistics, percentile, percentile_widest,
    percentiles, values_for, values_for_tail,
};
