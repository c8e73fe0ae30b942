//! The percentiles of two series from the same draws: by how much they differ, as a ratio and as a difference that agree.

use super::bootstrap::percentile_interval;
use crate::blocks::{inflation, lag_one_within, residuals};
use crate::distribution::{normal_critical, t_critical, tail};
use crate::interval::Interval;

/// One percentile of two series, and what it was in every draw of their blocks.
///
/// Each drawn percentile is moved away from the estimate on the log scale, √(B/(B − W))·t(B − W)/z·√((1 + r1)/(1 − r1)) times
/// as far as it lies: few blocks drawn again spread too little, know nothing of Student's t, and are taken for independent
/// (T. Hesterberg, The American Statistician 69 (2015) 371–386, on the first two). B blocks were drawn within W windows. The ratio's
/// interval and the difference's are the percentile intervals of the same moved draws. In each draw the ratio exceeds 1
/// exactly where the difference exceeds 0, so the two intervals never contradict each other about which series is larger.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnPair {
    estimates: (f64, f64),
    /// Of both percentiles in every draw the logarithm over the estimate.
    log_moves: Vec<(f64, f64)>,
    blocks: usize,
    windows: usize,
    lag_one: f64,
}

impl DrawnPair {
    /// The two percentiles, above 0, and those of every draw, a percentile that a draw does not reach being infinite.
    /// `share_differences` has for each window the difference of both sides' shares of values at or below their percentiles in
    /// every block: as many as were drawn, and r1 is theirs. `None` unless a window has two blocks.
    pub fn new(
        estimates: (f64, f64),
        draws: Vec<(f64, f64)>,
        share_differences: &[Vec<f64>],
    ) -> Option<Self> {
        let windows = || share_differences.iter().filter(|window| !window.is_empty());
        let rows: Vec<Vec<f64>> = windows().map(|window| residuals(window)).collect();
        let blocks: usize = windows().map(Vec::len).sum();
        (blocks > rows.len()).then(|| Self {
            estimates,
            log_moves: draws
                .into_iter()
                .map(|(first, second)| ((first / estimates.0).ln(), (second / estimates.1).ln()))
                .collect(),
            blocks,
            windows: rows.len(),
            lag_one: lag_one_within(&rows),
        })
    }

    /// How many blocks were drawn.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// B − W: of how many independent differences among blocks the spread was estimated; 1 or more.
    pub fn degrees_of_freedom(&self) -> usize {
        self.blocks - self.windows
    }

    /// r1, 0–0.6, of the differences of the blocks' shares.
    pub fn lag_one(&self) -> f64 {
        self.lag_one
    }

    /// How narrow intervals of as many blocks have to be to decide with 80 % power, as shares of what they decide about (S.-C.
    /// Chow, J. Shao and H. Wang, Sample Size Calculations in Clinical Research, 2nd edition, §3.1): half-widths at
    /// `confidence`, `inner` being the lesser one of two one-sided tests for equivalence.
    pub fn planned_half_widths(&self, confidence: f64, inner: f64) -> PlannedWidths {
        let t = |tail: f64| t_critical(tail, self.degrees_of_freedom() as f64);
        let whole = t(tail(confidence));
        PlannedWidths {
            equivalence: whole / (t(tail(inner)) + t((1.0 - POWER) / 2.0)),
            difference: whole / (whole + t(1.0 - POWER)),
        }
    }

    /// The interval of the logarithm of the first percentile over the second; `None` for too few draws. An end is infinite
    /// where so many draws have no finite percentile.
    pub fn log_ratio(&self, confidence: f64) -> Option<Interval> {
        let value = (self.estimates.0 / self.estimates.1).ln();
        self.interval(value, |first, second| first - second, confidence)
    }

    /// The interval of the first percentile minus the second; `None` for too few draws.
    pub fn difference(&self, confidence: f64) -> Option<Interval> {
        let value = self.estimates.0 - self.estimates.1;
        self.interval(
            value,
            |first, second| first.exp() - second.exp(),
            confidence,
        )
    }

    /// The interval of a comparison `of` the two by their logarithms, which is `value` for the estimates.
    ///
    /// Beyond 95 % the draws are moved further by t alone: so few blocks cannot be drawn in so many ways that the outermost draws
    /// would tell.
    fn interval(
        &self,
        value: f64,
        of: impl Fn(f64, f64) -> f64,
        confidence: f64,
    ) -> Option<Interval> {
        let within = confidence.min(DRAWN_CONFIDENCE);
        let stretch = self.stretch(confidence, within);
        let (first, second) = (self.estimates.0.ln(), self.estimates.1.ln());
        let drawn: Vec<f64> = self
            .log_moves
            .iter()
            .map(|&(a, b)| of(first + a * stretch, second + b * stretch))
            .collect();
        let with = |unknown: f64| {
            let known = |&value: &f64| if value.is_nan() { unknown } else { value };
            percentile_interval(&mut drawn.iter().map(known).collect::<Vec<_>>(), within)
        };
        // Of a draw in which neither percentile is finite nobody knows which is larger.
        let low = with(f64::NEG_INFINITY)?;
        let high = if drawn.iter().any(|value| value.is_nan()) {
            with(f64::INFINITY)?
        } else {
            low
        };
        Some(Interval {
            low: low.low.min(value),
            high: high.high.max(value),
            confidence,
        })
    }

    fn stretch(&self, confidence: f64, within: f64) -> f64 {
        let (blocks, freedom) = (self.blocks as f64, self.degrees_of_freedom() as f64);
        (blocks / freedom).sqrt() * t_critical(tail(confidence), freedom)
            / normal_critical(tail(within))
            * inflation(self.lag_one)
    }
}

/// How narrow intervals have to become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannedWidths {
    /// The half-width over the margin that both of two equal percentiles are to be shown to lie within, 0–1.
    pub equivalence: f64,
    /// The half-width over a difference that is to be shown, 0–1.
    pub difference: f64,
}

/// In how many of all runs a plan should decide.
const POWER: f64 = 0.8;
/// The highest confidence for which drawn blocks have been shown to hold what they promise.
const DRAWN_CONFIDENCE: f64 = 0.95;

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws of two percentiles whose ratio's logarithm lies evenly over ±0.1.
    fn pair(blocks: &[usize], estimates: (f64, f64)) -> DrawnPair {
        let draws = (1..=1_999)
            .map(|i| {
                (
                    estimates.0 * (f64::from(i - 1_000) * 1e-4).exp(),
                    estimates.1,
                )
            })
            .collect();
        let alternating = |&blocks: &usize| (0..blocks).map(|i| f64::from(i as u32 % 2)).collect();
        let windows: Vec<Vec<f64>> = blocks.iter().map(alternating).collect();
        DrawnPair::new(estimates, draws, &windows).expect("blocks")
    }

    #[test]
    fn few_blocks_that_resemble_each_other_stretch_the_arms_of_drawn_intervals() {
        let arms = |pair: &DrawnPair, confidence| {
            let found = pair.log_ratio(confidence).expect("enough draws");
            assert!((found.high + found.low).abs() < 1e-9, "{found:?}");
            found.high
        };
        let sixteen = pair(&[16], (5.0, 5.0));
        // scipy 1.17.1: sqrt(16/15) * t.isf(tail, 15) / norm.isf(0.025)
        assert!((arms(&sixteen, 0.95) - 0.095 * 1.123_159).abs() < 1e-6);
        assert!((arms(&sixteen, 0.999) - 0.095 * 2.146_128).abs() < 1e-6);
        // The same of 14 degrees of freedom, which two windows leave.
        let halves = pair(&[8, 0, 8], (5.0, 5.0));
        assert_eq!((halves.blocks(), halves.degrees_of_freedom()), (16, 14));
        assert!((arms(&halves, 0.95) - 0.095 * 1.169_854).abs() < 1e-5);
        let alike = DrawnPair {
            lag_one: 0.6,
            ..sixteen.clone()
        };
        assert!(
            (arms(&alike, 0.95) / arms(&sixteen, 0.95) - 2.0).abs() < 1e-9,
            "√(1.6/0.4)"
        );
        assert!((arms(&pair(&[100_000], (5.0, 5.0)), 0.95) - 0.095).abs() < 1e-4);
    }

    #[test]
    fn too_few_draws_or_blocks_have_no_interval() {
        let draws = vec![(1.0, 1.0); 38];
        let few = DrawnPair::new((1.0, 1.0), draws.clone(), &[vec![0.0; 16]]).expect("blocks");
        assert_eq!((few.log_ratio(0.999), few.difference(0.95)), (None, None));
        for windows in [vec![], vec![vec![]], vec![vec![0.1], vec![0.2]]] {
            assert_eq!(DrawnPair::new((1.0, 1.0), draws.clone(), &windows), None);
        }
    }

    #[test]
    fn the_difference_lies_around_the_difference_of_the_percentiles() {
        let pair = pair(&[16], (8.0, 5.0));
        let difference = pair.difference(0.95).expect("enough draws");
        let ratio = pair.log_ratio(0.95).expect("enough draws");
        assert!(difference.low < 3.0 && 3.0 < difference.high);
        assert!((difference.low - 5.0 * (ratio.low.exp() - 1.0)).abs() < 1e-9);
        assert!((difference.high - 5.0 * (ratio.high.exp() - 1.0)).abs() < 1e-9);
    }

    #[test]
    fn draws_that_reach_no_percentile_leave_the_interval_open() {
        let mut one = pair(&[16], (8.0, 5.0));
        for draw in &mut one.log_moves[..100] {
            draw.0 = f64::INFINITY;
        }
        let ratio = one.log_ratio(0.95).expect("enough draws");
        assert!(ratio.low > 0.0 && ratio.high == f64::INFINITY, "{ratio:?}");
        for draw in &mut one.log_moves[..100] {
            draw.1 = f64::INFINITY;
        }
        let difference = one.difference(0.95).expect("enough draws");
        assert_eq!(
            (difference.low, difference.high),
            (f64::NEG_INFINITY, f64::INFINITY),
            "which of the two is larger is not known of one draw in twenty"
        );
    }
}
