//! How many independent values a run is worth.

use crate::comparison::paired_mean;
use crate::distribution::{normal_critical, t_critical};

/// How many independent values blocks are worth, before what so few blocks leave unsure is taken off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Independent {
    /// p(1−p)/se²; infinite where the blocks do not vary.
    values: f64,
    /// Degrees of freedom of se.
    freedom: f64,
}

impl Independent {
    /// From the blocks' shares, of which se is the standard error of the mean; `None` for fewer than 8 of them.
    pub(super) fn of(shares: &[f64], p: f64) -> Option<Self> {
        let mean = paired_mean(shares)?;
        Some(Self {
            values: p * (1.0 - p) / mean.standard_error.powi(2),
            freedom: mean.degrees_of_freedom,
        })
    }

    /// n_eff = p(1−p)/(se·t)², where t is the ratio of Student's and the normal quantile: how many independent values leave the
    /// share `p` as uncertain as the shares of the blocks show it to be. Infinite where the blocks do not vary.
    pub(super) fn effective_n(self, tail: f64) -> f64 {
        let few_blocks = t_critical(tail, self.freedom) / normal_critical(tail);
        self.values / few_blocks.powi(2)
    }
}
