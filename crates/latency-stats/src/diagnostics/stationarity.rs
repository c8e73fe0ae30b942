//! Whether a run's blocks look like parts of one steady process: trend, step, resemblance, spikes.

use crate::blocks::{autocorrelation, residuals};
use crate::values::{MAD_TO_DEVIATION, median, median_absolute_deviation};

/// How many values a step needs on either side.
const LEAST_SIDE: usize = 4;

/// A spike deviates from the median by more than this share of it …
const SPIKE_SHARE: f64 = 0.1;

/// … and by more than so many robust standard deviations.
const SPIKE_DEVIATIONS: f64 = 6.0;

/// The z of a trend: Mann and Kendall's S over its standard deviation, ties accounted for (H. B. Mann, Econometrica 13 (1945)
/// 245–259). Positive for rising values; `None` where all are equal or one is not finite. Of 16 values without a trend 1 % give
/// more than 2.52 either way.
pub fn mann_kendall(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let sorted = sorted(values)?;
    let pairs = values
        .iter()
        .enumerate()
        .flat_map(|(i, a)| values[i + 1..].iter().map(move |b| sign(b - a)));
    let ties: f64 = sorted
        .chunk_by(|a, b| a == b)
        .map(|equal| spread_of(equal.len() as f64))
        .sum();
    let variance = spread_of(n) - ties;
    (variance > 0.0).then(|| pairs.sum::<f64>() / variance.sqrt())
}

/// The variance of Kendall's S over `n` values in random order, and what `n` equal ones take from it.
fn spread_of(n: f64) -> f64 {
    n * (n - 1.0) * (2.0 * n + 5.0) / 18.0
}

/// The z of a step: of all cuts with at least 4 values on either side the rank-sum statistic of the two sides that lies
/// furthest from 0 (Wilcoxon's, as A. N. Pettitt, Applied Statistics 28 (1979) 126–135, searches for change). Positive for a
/// step up; `None` below 8 values, where all are equal, or where one is not finite. Of 16 steady values 1 % give more than 2.91
/// either way.
pub fn split_rank(values: &[f64]) -> Option<f64> {
    let n = values.len();
    let sorted = sorted(values)?;
    let middle = (n as f64 + 1.0) / 2.0;
    let centred: Vec<f64> = values
        .iter()
        .map(|value| mid_rank(&sorted, *value) - middle)
        .collect();
    // The variance of a rank drawn at random; (n² − 1)/12 without ties.
    let variance = centred.iter().map(|rank| rank * rank).sum::<f64>() / n as f64;
    let z = |cut: usize| {
        let (before, after) = (cut as f64, (n - cut) as f64);
        -centred[..cut].iter().sum::<f64>() / (variance * before * after / (n as f64 - 1.0)).sqrt()
    };
    let cuts = LEAST_SIDE..(n + 1).saturating_sub(LEAST_SIDE);
    if variance > 0.0 {
        cuts.map(z).max_by(|a, b| a.abs().total_cmp(&b.abs()))
    } else {
        None
    }
}

/// The z of resemblance between neighbours: (lag-1 autocorrelation + 1/n)·√n. `None` where all are equal or one is not finite.
/// Of 16 independent values 1 % give more than 2.07.
pub fn lag_one_z(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let sorted = sorted(values)?;
    let varies = sorted.first() < sorted.last();
    let z = (autocorrelation(&[residuals(values)]) + 1.0 / n) * n.sqrt();
    varies.then_some(z).filter(|z| z.is_finite())
}

/// Which values, counted from 0, deviate from the median by more than 10 % of it and by more than six robust standard
/// deviations (1.4826·MAD); none where a value is NaN.
pub fn spike_blocks(values: &[f64]) -> Vec<usize> {
    let Some((middle, spread)) = median(values).zip(median_absolute_deviation(values)) else {
        return Vec::new();
    };
    let usual = (SPIKE_SHARE * middle.abs()).max(SPIKE_DEVIATIONS * MAD_TO_DEVIATION * spread);
    values
        .iter()
        .enumerate()
        .filter(|(_, value)| (**value - middle).abs() > usual)
        .map(|(at, _)| at)
        .collect()
}

fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// The values in rising order; `None` where one is not finite.
fn sorted(values: &[f64]) -> Option<Vec<f64>> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    values
        .iter()
        .all(|value| value.is_finite())
        .then_some(sorted)
}

/// The mean of the ranks, counted from 1, of all values that equal this one.
fn mid_rank(sorted: &[f64], value: f64) -> f64 {
    let (below, at_most) = (
        sorted.partition_point(|x| *x < value),
        sorted.partition_point(|x| *x <= value),
    );
    (below + at_most + 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        assert!(
            found.is_some_and(|found| (found - expected).abs() < 1e-12),
            "{found:?} instead of {expected}"
        );
    }

    const RISING: [f64; 16] = [
        1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0,
    ];

    #[test]
    fn a_trend_has_the_z_of_kendall_s_tau() {
        near(
            mann_kendall(&RISING),
            120.0 / (16.0_f64 * 15.0 * 37.0 / 18.0).sqrt(),
        );
        near(mann_kendall(&[2.0, 1.0]), -1.0);
        // Two pairs of equal values among five: 10 pairs, 8 of them told apart, 6 rising.
        near(
            mann_kendall(&[1.0, 1.0, 3.0, 2.0, 3.0]),
            6.0 / ((5.0 * 4.0 * 15.0 - 2.0 * 2.0 * 9.0) / 18.0_f64).sqrt(),
        );
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let step: Vec<f64> = (0..16)
            .map(|i| f64::from((i * 7) % 16) + if i < 4 { 0.0 } else { 100.0 })
            .collect();
        near(
            split_rank(&step),
            24.0 / (4.0 * 12.0 * 17.0 / 12.0_f64).sqrt(),
        );
        let down: Vec<f64> = step.iter().map(|value| -value).collect();
        near(
            split_rank(&down),
            -24.0 / (4.0 * 12.0 * 17.0 / 12.0_f64).sqrt(),
        );
        near(
            split_rank(&RISING),
            32.0 / (8.0 * 8.0 * 17.0 / 12.0_f64).sqrt(),
        );
        assert!(split_rank(&RISING[..8]).is_some() && split_rank(&RISING[..7]).is_none());
    }

    #[test]
    fn neighbours_that_resemble_each_other_are_seen() {
        near(lag_one_z(&[1.0, 2.0, 3.0, 4.0]), 1.0);
        assert!(lag_one_z(&RISING).is_some_and(|z| z > 2.07));
    }

    #[test]
    fn a_spike_is_large_by_both_rules() {
        let mut values = [
            100.0, 101.0, 99.0, 100.5, 99.5, 100.0, 101.0, 99.0, 100.0, 100.0,
        ];
        values[3] = 111.0;
        values[7] = 89.0;
        assert_eq!(spike_blocks(&values), [3, 7]);
        values[3] = 109.9;
        assert_eq!(spike_blocks(&values), [7]);
        assert!(spike_blocks(&[100.0, 80.0, 120.0, 90.0, 110.0, 140.0]).is_empty());
        assert_eq!(spike_blocks(&[5.0, 5.0, 5.0, 6.0]), [3]);
        assert!(spike_blocks(&[]).is_empty() && spike_blocks(&[f64::NAN, 1.0, 9.0]).is_empty());
    }

    #[test]
    fn what_does_not_vary_has_no_statistic() {
        for values in [
            &[][..],
            &[1.0],
            &[5.0; 16],
            &[f64::NAN; 16],
            &[f64::INFINITY; 16],
        ] {
            assert_eq!(
                [mann_kendall(values), split_rank(values), lag_one_z(values)],
                [None; 3],
                "{values:?}"
            );
        }
    }
}
