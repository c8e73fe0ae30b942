//! Statistics of latencies: percentiles with confidence intervals, paired comparisons, ranks and trends.
//!
//! Requests of one run resemble their neighbours: a slow second slows all of them. Formulas for independent values then give
//! intervals that are far too narrow. The estimates here cut a run into blocks, in order of time, and take the error from how
//! much the blocks differ. A percentile comes with its interval, or as a [`NoPercentile`] that says how many values are
//! missing. What was waited for and never came counts as [`Counted::NEVER`], which is beyond every number.
//! Two series are compared block by block, so that what affected both cancels.
//!
//! Values are whole numbers of any unit, such as nanoseconds, in a [`Counted`] distribution for each block. The crate knows
//! numbers only: no units, no files, no clock. Every formula stands with its source, and random cases of each are compared with
//! scipy.
//!
//! ```
//! use latency_stats::{Counted, Method, paired_mean, percentile};
//!
//! // Sixteen blocks of fifty latencies each, in microseconds; every third block is slower.
//! let block = |b: u64, base: u64| {
//!     let drift = if b % 3 == 0 { 400 } else { 0 };
//!     Counted::from_counts((0..50).map(|i| (base + drift + i * 37 % 50, 1)))
//! };
//! let far: Vec<Counted> = (0..16).map(|b| block(b, 90_000)).collect();
//! let near: Vec<Counted> = (0..16).map(|b| block(b, 20_000)).collect();
//!
//! let p50 = percentile(&far, 0.5, 0.95).expect("800 values are enough");
//! assert_eq!(p50.method, Method::BatchWoodruff { blocks: 16 });
//! assert!(p50.interval.low <= p50.value && p50.value <= p50.interval.high);
//!
//! // Too few values for a p99.9: the answer says how many more it takes.
//! assert!(percentile(&far, 0.999, 0.95).is_err_and(|short| short.missing() > Some(1_000)));
//!
//! // The ratio of the two medians, block by block: the slow blocks slow both series and cancel.
//! let log_ratio = |(a, b): (&Counted, &Counted)| Some((a.quantile(0.5)? / b.quantile(0.5)?).ln());
//! let log_ratios: Vec<f64> = far.iter().zip(&near).filter_map(log_ratio).collect();
//! let paired = paired_mean(&log_ratios).expect("at least 8 blocks");
//! let interval = paired.interval(0.95);
//! assert!(interval.low.exp() > 4.3 && interval.high.exp() < 4.6);
//! ```
#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

mod interval;
mod distribution;
mod values;
mod blocks;
mod comparison;
mod intervals;
mod diagnostics;

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod noise_tests;

pub use blocks::{coarsen, lag_one};
pub use comparison::{
    Deviation, Deviations, HistoryGate, LEAST_SERIES, Paired, Ranking, SignTest, beats,
    chance_of_more, hodges_lehmann, paired_mean, paired_mean_within, rank, signed_rank, t_interval,
};
pub use diagnostics::{
    exponential_anderson_darling, lag_one_z, mann_kendall, spike_blocks, split_rank,
    uniform_kolmogorov_smirnov,
};
pub use interval::{Estimate, Interval};
pub use intervals::{
    DrawnPair, Draws, Method, NoPercentile, Percentile, Pooled, Share, mover, order_statistics,
    percentile, percentile_widest, percentiles, quantiles, share, tries_without_hit, values_for,
    values_for_tail,
};
pub use values::{
    Counted, max, mean, median, min, quantile, sample_quantile, samples_needed, standard_deviation,
};
