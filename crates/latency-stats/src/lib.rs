//! MATHS: estimates from distributions. It knows nothing of STS, files or units.

mod counted;
mod moments;
mod quantile;
mod distribution;
mod blocks;
mod paired;
mod signed_rank;
mod percentile;
mod bootstrap;
mod bounds;
mod ranking;
mod stationarity;
mod arrivals;
mod history;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod noise;

pub use arrivals::{exponential_anderson_darling, uniform_kolmogorov_smirnov};
pub use blocks::{coarsen, lag_one};
pub use bootstrap::{Draws, mover, percentile_interval, quantiles};
pub use bounds::{Share, drawn_interval, share, tries_without_hit};
pub use counted::Counted;
pub use history::{Deviation, Deviations, HistoryGate, LEAST_SERIES};
pub use moments::{max, mean, median, median_absolute_deviation, min, standard_deviation};
pub use paired::{Paired, beats, hodges_lehmann, paired_mean, paired_mean_within, t_interval};
pub use percentile::{
    Method, Percentile, Shortfall, order_statistics, percentile, percentile_widest, percentiles,
    values_for, values_for_tail,
};
pub use quantile::{quantile, sample_quantile, samples_needed};
pub use ranking::{Ranking, rank};
pub use signed_rank::signed_rank;
pub use stationarity::{lag_one_z, mann_kendall, spike_blocks, split_rank};

/// A statistic with its interval, where one is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// The interval around it; `None` for a point estimate alone.
    pub interval: Option<Interval>,
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Nominal confidence, 0–1.
    pub confidence: f64,
}

impl Estimate {
    /// A point without an interval.
    pub fn point(value: f64) -> Self {
        Self {
            value,
            interval: None,
        }
    }
}

impl Interval {
    /// Half of its width; `None` where an end is infinite.
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high - self.low) / 2.0).filter(|half| half.is_finite())
    }
}
