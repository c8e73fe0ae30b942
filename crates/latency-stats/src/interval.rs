//! Estimates with their confidence intervals.

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
