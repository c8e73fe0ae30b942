//! Intervals of percentiles and of shares.

mod effective_n;
mod percentile;
mod bootstrap;
mod bounds;

pub use bootstrap::{Draws, mover, percentile_interval, quantiles};
pub use bounds::{Share, drawn_interval, share, tries_without_hit};
pub use percentile::{
    Method, Percentile, Shortfall, order_statistics, percentile, percentile_widest, percentiles,
    values_for, values_for_tail,
};
