//! Two distributions compared block by block, so that what affected both cancels.

use crate::blocks::{LEAST_BLOCKS, finite, inflation, lag_one_within, residuals};
use crate::distribution::{t_critical, tail};
use crate::interval::{Estimate, Interval};
use crate::values::{Counted, median, sample_mean};

/// The fewest windows for a statement about windows in general.
const LEAST_WINDOWS: usize = 5;

/// The mean of paired differences and how far it may be off, in the unit of the differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// The mean difference.
    pub mean: f64,
    /// Its standard error, widened for blocks that resemble their neighbours; 0 or more.
    pub standard_error: f64,
    /// Degrees of freedom of the standard error, at least 7.
    pub degrees_of_freedom: f64,
    /// From how many differences.
    pub blocks: usize,
    /// r1, 0–0.6; see [`lag_one`](crate::lag_one).
    pub lag_one: f64,
}

impl Paired {
    /// The mean ± Student's t times the standard error.
    pub fn interval(&self, confidence: f64) -> Interval {
        around(
            self.mean,
            self.standard_error,
            self.degrees_of_freedom,
            confidence,
        )
    }
}

fn around(mean: f64, standard_error: f64, freedom: f64, confidence: f64) -> Interval {
    let half = standard_error * t_critical(tail(confidence), freedom);
    Interval {
        low: mean - half,
        high: mean + half,
        confidence,
    }
}

/// The mean of one window's differences, one of each block in order of time: mean ± t_{B−1}·s/√B·√((1 + r1)/(1 − r1)), with
/// the variance of the mean of a first-order autoregression (G. S. Fishman, Principles of Discrete Event Simulation, 1978).
///
/// Differences that are no finite number are left out; `None` where fewer than 8 remain.
pub fn paired_mean(differences: &[f64]) -> Option<Paired> {
    paired_mean_within(&[differences.to_vec()])
}

/// [`paired_mean`] over several windows: the mean of all differences, with the spread and the resemblance within the windows,
/// so that it describes these windows and not others. `None` below 7 degrees of freedom, of which each window has one less
/// than differences.
pub fn paired_mean_within(windows: &[Vec<f64>]) -> Option<Paired> {
    let kept: Vec<_> = windows
        .iter()
        .map(|values| finite(values))
        .filter(|values| !values.is_empty())
        .collect();
    let blocks: usize = kept.iter().map(Vec::len).sum();
    let freedom = blocks - kept.len();
    if freedom + 1 < LEAST_BLOCKS {
        return None;
    }
    let rows: Vec<_> = kept.iter().map(|values| residuals(values)).collect();
    let variance = rows
        .iter()
        .flatten()
        .map(|value| value * value)
        .sum::<f64>()
        / freedom as f64;
    let mean = sample_mean(&kept.concat());
    let lag_one = lag_one_within(&rows);
    let standard_error = (variance / blocks as f64).sqrt() * inflation(lag_one);
    let is_finite = mean.is_finite() && standard_error.is_finite();
    is_finite.then_some(Paired {
        mean,
        standard_error,
        degrees_of_freedom: freedom as f64,
        blocks,
        lag_one,
    })
}

/// The Hodges–Lehmann estimate of the centre: the median of the means of all pairs, each difference with itself included. One
/// outlier hardly moves it. The work grows with the square of the number; `None` without a finite difference.
pub fn hodges_lehmann(differences: &[f64]) -> Option<f64> {
    let kept = finite(differences);
    let pairs = kept
        .iter()
        .enumerate()
        .flat_map(|(i, &a)| kept[i..].iter().map(move |&b| f64::midpoint(a, b)));
    median(&pairs.collect::<Vec<_>>())
}

/// θ, 0–1: the chance that a random value of `a` is smaller than a random one of `b`, equal ones counting half;
/// Mann and Whitney's U / nm. `None` where either is empty.
pub fn beats(a: &Counted, b: &Counted) -> Option<f64> {
    let (n, m) = (a.total() as f64, b.total() as f64);
    let mut rest = b.cells().peekable();
    let mut below = 0;
    let mut wins = 0.0;
    for (value, count) in a.cells() {
        while let Some((_, smaller)) = rest.next_if(|cell| cell.0 < value) {
            below += smaller;
        }
        let equal = rest
            .peek()
            .filter(|cell| cell.0 == value)
            .map_or(0, |cell| cell.1);
        wins += count as f64 * (m - below as f64 - equal as f64 / 2.0);
    }
    (n > 0.0 && m > 0.0).then(|| (wins / n / m).clamp(0.0, 1.0))
}

/// The mean over windows with Student's t interval, which describes windows in general; `None` below 5 finite values.
pub fn t_interval(values: &[f64], confidence: f64) -> Option<Estimate> {
    let kept = finite(values);
    if kept.len() < LEAST_WINDOWS {
        return None;
    }
    let n = kept.len() as f64;
    let mean = sample_mean(&kept);
    let variance = kept.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let standard_error = (variance / n).sqrt();
    let is_finite = mean.is_finite() && standard_error.is_finite();
    is_finite.then(|| Estimate {
        value: mean,
        interval: Some(around(mean, standard_error, n - 1.0, confidence)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: [f64; 10] = [0.12, 0.08, 0.15, 0.11, 0.02, 0.09, 0.13, 0.07, 0.10, 0.14];

    #[test]
    fn the_mean_of_independent_blocks_has_student_s_interval() {
        let paired = paired_mean(&SAMPLE).expect("ten blocks");
        assert!((paired.mean - 0.101).abs() < 1e-15);
        assert_eq!(
            (paired.degrees_of_freedom, paired.blocks, paired.lag_one),
            (9.0, 10, 0.0)
        );
        let general = t_interval(&SAMPLE, 0.95).and_then(|estimate| estimate.interval);
        assert_eq!(general, Some(paired.interval(0.95)));
    }

    #[test]
    fn resemblance_widens_the_interval_by_its_formula() {
        let rising: Vec<_> = (0..16).map(f64::from).collect();
        let paired = paired_mean(&rising).expect("sixteen blocks");
        let plain = (rising.iter().map(|x| (x - 7.5).powi(2)).sum::<f64>() / 15.0).sqrt() / 4.0;
        assert_eq!(paired.lag_one, 0.6);
        assert!((paired.standard_error - 2.0 * plain).abs() < 1e-12);
    }

    #[test]
    fn windows_that_differ_do_not_widen_what_is_said_about_them() {
        let shifted: Vec<_> = SAMPLE.iter().map(|d| d + 5.0).collect();
        let both = paired_mean_within(&[SAMPLE.to_vec(), shifted]).expect("enough");
        let one = paired_mean(&SAMPLE).expect("enough");
        assert!((both.mean - 2.601).abs() < 1e-12);
        assert_eq!((both.degrees_of_freedom, both.blocks), (18.0, 20));
        assert!((both.standard_error * 2.0_f64.sqrt() - one.standard_error).abs() < 1e-12);
        assert_eq!(paired_mean_within(&[SAMPLE.to_vec()]), Some(one));
    }

    #[test]
    fn fewer_than_eight_blocks_and_five_windows_give_nothing() {
        let with_gaps = [&SAMPLE[..7], &[f64::NAN, f64::INFINITY]].concat();
        assert_eq!((paired_mean(&with_gaps), paired_mean(&[])), (None, None));
        assert!(paired_mean(&SAMPLE[..8]).is_some());
        assert_eq!(
            paired_mean_within(&[SAMPLE[..4].to_vec(), SAMPLE[4..8].to_vec(), vec![]]),
            None
        );
        assert!(
            paired_mean_within(&[SAMPLE[..5].to_vec(), SAMPLE[5..9].to_vec(), vec![]]).is_some()
        );
        assert!(
            t_interval(&SAMPLE[..4], 0.95).is_none() && t_interval(&SAMPLE[..5], 0.95).is_some()
        );
        // A sum and a sum of squares beyond what a float holds.
        for values in [vec![f64::MAX; 10], [1e200, -1e200].repeat(5)] {
            assert_eq!(
                (paired_mean(&values), t_interval(&values, 0.9)),
                (None, None)
            );
        }
    }

    #[test]
    fn one_outlier_hardly_moves_the_robust_estimate() {
        assert_eq!(hodges_lehmann(&[1.0, 2.0, 3.0]), Some(2.0));
        assert_eq!(hodges_lehmann(&[1.0, 2.0, 4.0, f64::NAN]), Some(2.25));
        assert_eq!(hodges_lehmann(&[]), None);
    }

    #[test]
    fn who_beats_whom_counts_pairs_and_halves_ties() {
        let of = |values: &[u64]| Counted::from_counts(values.iter().map(|&value| (value, 1)));
        assert_eq!(beats(&of(&[1, 3, 5]), &of(&[2, 3, 9, 9])), Some(8.5 / 12.0));
        assert_eq!(beats(&of(&[1]), &of(&[1])), Some(0.5));
        assert_eq!(
            (beats(&of(&[1]), &of(&[2])), beats(&of(&[2]), &of(&[1]))),
            (Some(1.0), Some(0.0))
        );
        assert_eq!(
            (beats(&of(&[]), &of(&[2])), beats(&of(&[2]), &of(&[]))),
            (None, None)
        );
    }
}
