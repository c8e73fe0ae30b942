//! How many independent values a run is worth.

use crate::comparison::paired_mean;
use crate::distribution::{normal_critical, t_critical};

/// n_eff = p(1−p)/(se·t)²: how many independent values leave the share `p` as uncertain as the shares of the blocks show it to
/// be, where se is the standard error of their mean and t the ratio of Student's and the normal quantile. Infinite where the
/// blocks do not vary, `None` for fewer than 8 of them.
pub(super) fn effective_n(shares: &[f64], p: f64, tail: f64) -> Option<f64> {
    let mean = paired_mean(shares)?;
    let few_blocks = t_critical(tail, mean.degrees_of_freedom) / normal_critical(tail);
    Some(p * (1.0 - p) / (mean.standard_error * few_blocks).powi(2))
}
