//! What a Regional endpoint saves against the global one, as pictures show it.

use crate::judge::{Claims, Comparison, Row, Summary, Verdict};
use crate::plan::Level;

/// The global endpoint's percentile minus that of a Regional one: above zero the Regional one is faster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saved<'a> {
    comparison: &'a Comparison,
    /// Whether a check forbids it.
    pub is_forbidden: bool,
}

impl<'a> Saved<'a> {
    /// Of the row by that percentile; by the median it holds together with those of the other endpoints.
    pub(super) fn of(summary: &'a Summary, row: &Row, level: Level) -> Option<Self> {
        let comparison = match level {
            Level::P50 => summary.picked(row.target)?,
            _ => {
                let mut comparisons = summary.comparisons.iter();
                comparisons.find(|it| it.candidate == row.target && it.level == level)?
            }
        };
        let sides = [comparison.baseline, comparison.candidate];
        let forbids = |target| summary.forbidden(target, level, Claims::All).is_some();
        let is_forbidden = comparison.verdict == Verdict::Invalid || sides.into_iter().any(forbids);
        let saving = Self {
            comparison,
            is_forbidden,
        };
        saving.value().is_finite().then_some(saving)
    }

    /// Which percentile is compared.
    pub(super) fn level(self) -> Level {
        self.comparison.level
    }

    /// ns.
    pub(super) fn value(self) -> f64 {
        self.comparison.difference.value
    }

    /// The ends of its interval, ns, where it has one.
    pub(super) fn interval(self) -> Option<[f64; 2]> {
        let interval = self.comparison.difference.interval?;
        Some([interval.low, interval.high])
    }

    /// The confidence of its interval by itself, and how many hold together.
    pub(super) fn confidence(self) -> Option<(f64, usize)> {
        let interval = self.comparison.difference.interval?;
        Some((interval.confidence, self.comparison.together))
    }

    /// Whether it may be said which of the two is faster.
    pub(super) fn is_significant(self) -> bool {
        use Verdict::{Faster, SlightlyFaster, SlightlySlower, Slower};
        let words = [Faster, SlightlyFaster, SlightlySlower, Slower];
        !self.is_forbidden && words.contains(&self.comparison.verdict)
    }
}
