//! Intervals of percentiles and of shares.

mod effective_n;
mod percentile;
mod bootstrap;
mod bounds;
mod drawn_pair;

pub use bootstrap::{Draws, mover, percentile_interval, quantiles};
pub use bounds::{Share, share, tries_without_hit};
pub use drawn_pair::{DrawnPair, PlannedWidths};
pub use percentile::{
    Method, NoPercentile, Percentile, Pooled, order_statistics, percentile, percentile_widest,
    percentiles, values_for, values_for_tail,
};
