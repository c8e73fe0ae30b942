//! What describes a sample: its distribution, quantiles and moments.

mod counted;
mod quantile;
mod moments;

pub use counted::Counted;
pub(crate) use counted::{as_number, rank};
pub(crate) use moments::median_absolute_deviation;
pub(crate) use moments::{MAD_TO_DEVIATION, sample_mean};
pub use moments::{max, mean, median, min, standard_deviation};
pub(crate) use quantile::samples_enclosing;
pub use quantile::{quantile, sample_quantile, samples_needed};
