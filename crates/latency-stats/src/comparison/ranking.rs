//! Many series in order, with rank intervals and groups of series that are not separable.

use std::cmp::Ordering;

use crate::blocks::{LEAST_BLOCKS, inflation, lag_one_within};
use crate::distribution::{clamp_tail, t_critical};
use crate::values::{median, sample_mean};

/// How many times the effects of series and blocks are refined; with complete data the first time is exact.
const SWEEPS: usize = 100;

/// The share of the median pair's variance below which no pair's is trusted.
const LEAST_SHARE: f64 = 0.5;

/// The ranks of series, the smallest value first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The lowest and the highest rank of each series, counted from 1, all of them right at once with the confidence asked
    /// for; `None` for a series with fewer than 8 blocks, which is not compared.
    pub ranks: Vec<Option<(usize, usize)>>,
    /// Series that are not separable: every longest run, in order of the mean, of which no two are surely different. A
    /// series may stand in several groups, and alone in one.
    pub groups: Vec<Vec<usize>>,
    /// r1 of all compared series together, 0–0.6.
    pub lag_one: f64,
    /// How many series were compared: the highest rank there is.
    pub compared: usize,
}

/// Ranks series by the mean of their blocks' log medians; `None` where a block has none, infinite where it is beyond every
/// number. `family_wise_error`, 0–1, is the chance of at least one false claim about any pair.
///
/// Each pair's differences, over the blocks that both have, are judged by Student's t at `family_wise_error` divided by the
/// number of pairs (Bonferroni) and two sides; the standard error is widened by r1 of the residuals of all series, after the
/// effects of series and blocks are taken off, and t has (B − 1)(1 − r1²)/(1 + r1²) degrees of freedom, because the variance of
/// blocks that resemble each other is itself less sure (G. V. Bayley and J. M. Hammersley, Supplement to the JRSS 8 (1946)
/// 184–197). No pair's variance counts as less than half of the median pair's: of hundreds of estimates the smallest would
/// decide. A pair with fewer than 8 blocks in common is not separable, nor is one of which either has an infinite median in a
/// block in common: its mean and its variance are both without limit.
pub fn rank(log_medians: &[Vec<Option<f64>>], family_wise_error: f64) -> Ranking {
    let number = |value: &Option<f64>| value.unwrap_or(f64::NAN);
    let all: Vec<Vec<f64>> = log_medians
        .iter()
        .map(|row| row.iter().map(number).collect())
        .collect();
    let enough = |row: &[f64]| row.iter().filter(|value| !value.is_nan()).count() >= LEAST_BLOCKS;
    let compared: Vec<usize> = (0..all.len())
        .filter(|&series| enough(&all[series]))
        .collect();
    let rows: Vec<Vec<f64>> = compared.iter().map(|&series| all[series].clone()).collect();
    let (effects, residuals) = additive_fit(&rows);
    let lag_one = lag_one_within(&residuals);
    let orders = pairwise(&rows, lag_one, family_wise_error);

    let mut ranks = vec![None; all.len()];
    for (row, &series) in orders.iter().zip(&compared) {
        let count = |order| row.iter().filter(|found| **found == order).count();
        ranks[series] = Some((
            1 + count(Ordering::Greater),
            compared.len() - count(Ordering::Less),
        ));
    }
    let groups = tied(&effects, &orders);
    let groups = groups
        .into_iter()
        .map(|group| group.into_iter().map(|row| compared[row]).collect())
        .collect();
    Ranking {
        ranks,
        groups,
        lag_one,
        compared: compared.len(),
    }
}

/// For each pair of rows whether the first is surely less than the second, surely greater, or neither.
fn pairwise(rows: &[Vec<f64>], lag_one: f64, family_wise_error: f64) -> Vec<Vec<Ordering>> {
    let pairs = (rows.len() * rows.len().saturating_sub(1) / 2).max(1) as f64;
    let tail = clamp_tail(family_wise_error / pairs / 2.0);
    let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let freedom =
        |blocks: usize| (blocks as f64 - 1.0) * (1.0 - lag_one.powi(2)) / (1.0 + lag_one.powi(2));
    let critical: Vec<f64> = (LEAST_BLOCKS..=longest)
        .map(|blocks| t_critical(tail, freedom(blocks)))
        .collect();
    let differences: Vec<Vec<Option<Difference>>> = rows
        .iter()
        .map(|a| rows.iter().map(|b| Difference::of(a, b)).collect())
        .collect();
    let once = differences
        .iter()
        .enumerate()
        .flat_map(|(row, others)| &others[..row]);
    let typical = median(
        &once
            .flatten()
            .map(|difference| difference.variance)
            .collect::<Vec<_>>(),
    )
    .unwrap_or(0.0);
    let order = |difference: &Option<Difference>| {
        let Some(Difference {
            mean,
            variance,
            blocks,
        }) = *difference
        else {
            return Ordering::Equal;
        };
        let variance = variance.max(LEAST_SHARE * typical);
        let standard_error = (variance / blocks as f64).sqrt() * inflation(lag_one);
        let differs = mean.abs() > critical[blocks - LEAST_BLOCKS] * standard_error;
        if differs {
            mean.total_cmp(&0.0)
        } else {
            Ordering::Equal
        }
    };
    differences
        .iter()
        .map(|others| others.iter().map(order).collect())
        .collect()
}

/// How far two rows lie apart in the blocks that both have.
#[derive(Clone, Copy)]
struct Difference {
    mean: f64,
    /// Of the differences, not of their mean.
    variance: f64,
    blocks: usize,
}

impl Difference {
    /// `None` below 8 blocks in common, and where a difference in one of them is not finite.
    fn of(a: &[f64], b: &[f64]) -> Option<Self> {
        let differences: Vec<f64> = a
            .iter()
            .zip(b)
            .filter(|(a, b)| !a.is_nan() && !b.is_nan())
            .map(|(a, b)| a - b)
            .collect();
        let blocks = differences.len();
        let mean = sample_mean(&differences);
        let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
        let variance = squares / (blocks as f64 - 1.0);
        (blocks >= LEAST_BLOCKS && variance.is_finite()).then_some(Self {
            mean,
            variance,
            blocks,
        })
    }
}

/// Each row's effect and what is left of the values after the effects of rows and columns are taken off; gaps are NaN.
fn additive_fit(rows: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut left = rows.to_vec();
    let mut effects = vec![0.0; rows.len()];
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        sample_mean(&values.filter(|value| value.is_finite()).collect::<Vec<_>>())
    };
    for _ in 0..SWEEPS {
        for (row, effect) in left.iter_mut().zip(&mut effects) {
            let own = mean(&mut row.iter().copied());
            *effect += own;
            row.iter_mut().for_each(|value| *value -= own);
        }
        for column in 0..columns {
            let own = mean(&mut left.iter().filter_map(|row| row.get(column).copied()));
            left.iter_mut()
                .filter_map(|row| row.get_mut(column))
                .for_each(|value| *value -= own);
        }
    }
    (effects, left)
}

/// The longest runs, in order of the effect, of rows no two of which are separable.
fn tied(effects: &[f64], orders: &[Vec<Ordering>]) -> Vec<Vec<usize>> {
    let mut sorted: Vec<usize> = (0..effects.len()).collect();
    sorted.sort_by(|&a, &b| effects[a].total_cmp(&effects[b]));
    let mut groups = Vec::new();
    let mut reached = 0;
    for start in 0..sorted.len() {
        let joins = |&end: &usize| {
            sorted[start..end]
                .iter()
                .all(|&row| orders[row][sorted[end]] == Ordering::Equal)
        };
        let end = (start + 1..sorted.len())
            .take_while(joins)
            .last()
            .unwrap_or(start)
            + 1;
        if end > reached {
            groups.push(sorted[start..end].to_vec());
            reached = end;
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise_tests::Noise;

    /// One series around `level`, whose blocks share a drift and have some scatter of their own.
    fn series(level: f64, seed: u64) -> Vec<Option<f64>> {
        let mut noise = Noise::new(seed);
        (0..24)
            .map(|b| Some(level + 0.3 * f64::from(b).sin() + 0.01 * noise.normal()))
            .collect()
    }

    #[test]
    fn what_affected_both_cancels_and_what_is_tied_stays_tied() {
        let all = [
            series(4.0, 1),
            series(3.0, 2),
            series(4.001, 3),
            series(5.0, 4),
        ];
        let ranking = rank(&all, 0.05);
        assert_eq!(
            ranking.ranks,
            [Some((2, 3)), Some((1, 1)), Some((2, 3)), Some((4, 4))]
        );
        assert_eq!(ranking.groups, [vec![1], vec![0, 2], vec![3]]);
        assert_eq!(ranking.compared, 4);
    }

    #[test]
    fn groups_overlap_where_the_middle_is_tied_with_both_ends() {
        // Scatter that is even over the blocks, and over those of any other.
        let scatter = |b: u32, bit: u32| if b >> bit & 1 == 1 { 0.01 } else { -0.01 };
        let series = |bit: u32| {
            (0..24)
                .map(|b| Some(0.006 * f64::from(bit) + scatter(b, bit)))
                .collect::<Vec<_>>()
        };
        let ranking = rank(&[series(0), series(1), series(2)], 0.05);
        assert_eq!(ranking.ranks, [Some((1, 2)), Some((1, 3)), Some((2, 3))]);
        assert_eq!(ranking.groups, [[0, 1], [1, 2]]);
    }

    #[test]
    fn a_pair_that_varies_little_by_chance_is_not_separable_for_that() {
        let mut all: Vec<_> = (1..=5).map(|seed| series(3.0, seed)).collect();
        let next_to = |by: f64| {
            all[0]
                .iter()
                .map(|value| value.map(|value| value + by))
                .collect::<Vec<_>>()
        };
        let (near, far) = (next_to(0.001), next_to(0.5));
        all.extend([near, far]);
        assert_eq!(
            rank(&all, 0.05).ranks,
            [vec![Some((1, 6)); 6], vec![Some((7, 7))]].concat()
        );
    }

    #[test]
    fn blocks_that_resemble_each_other_leave_fewer_degrees_of_freedom() {
        // Differences that rise steadily: r1 is 0.6, and 15 degrees of freedom are worth 7.06.
        let standard_error = (272.0_f64 / 12.0).sqrt() / 4.0 * 2.0;
        let apart = |errors: f64| {
            let rising = (0..16)
                .map(|b| Some(f64::from(b) - 7.5 + errors * standard_error))
                .collect();
            rank(&[vec![Some(0.0); 16], rising], 0.05).ranks[0] == Some((1, 1))
        };
        // scipy 1.17.1: t.isf(0.025, 15 * 0.64 / 1.36); of 15 it is 2.1314.
        let critical = 2.360_635_5;
        assert!(apart(critical + 1e-4) && !apart(critical - 1e-4));
    }

    #[test]
    fn a_series_with_few_blocks_is_not_compared_and_few_common_blocks_separate_nothing() {
        let mut half = series(9.0, 5);
        half[..12].fill(None);
        let mut other_half = series(1.0, 6);
        other_half[8..].fill(None);
        let mut short = series(2.0, 7);
        short[7..].fill(None);
        let ranking = rank(
            &[half, other_half, short, vec![], vec![Some(f64::NAN); 24]],
            0.05,
        );
        assert_eq!(
            ranking.ranks,
            [Some((1, 2)), Some((1, 2)), None, None, None]
        );
        assert_eq!((ranking.compared, ranking.groups), (2, vec![vec![1, 0]]));
    }

    #[test]
    fn a_series_whose_median_is_beyond_every_number_in_a_block_is_ranked_and_separable_from_none() {
        let mut failing = series(1.0, 5);
        failing[3] = Some(f64::INFINITY);
        let ranking = rank(&[failing, series(5.0, 6), series(9.0, 7)], 0.05);
        assert_eq!(
            ranking.ranks,
            [Some((1, 3)), Some((1, 2)), Some((2, 3))],
            "{ranking:?}"
        );
        assert!(ranking.lag_one.is_finite());
    }

    #[test]
    fn a_gap_shifts_no_one() {
        let mut all = vec![series(3.0, 1), series(3.0, 2), series(3.0, 3)];
        // Without its fastest blocks the first would look slow by its plain mean.
        let drift = |b: usize| (b as f64).sin();
        (0..24)
            .filter(|&b| drift(b) < 0.0)
            .for_each(|b| all[0][b] = None);
        let rows: Vec<Vec<f64>> = all
            .iter()
            .map(|row| row.iter().map(|v| v.unwrap_or(f64::NAN)).collect())
            .collect();
        let (effects, _) = additive_fit(&rows);
        assert!((effects[0] - effects[1]).abs() < 0.01, "{effects:?}");
        assert_eq!(rank(&all, 0.05).ranks, [Some((1, 3)); 3]);
    }

    #[test]
    fn nothing_and_one_and_twins_are_ranked_without_fuss() {
        assert_eq!(
            rank(&[], 0.05),
            Ranking {
                ranks: vec![],
                groups: vec![],
                lag_one: 0.0,
                compared: 0
            }
        );
        assert_eq!(rank(&[series(1.0, 1)], 0.05).ranks, [Some((1, 1))]);
        let twins = rank(&[series(1.0, 1), series(1.0, 1)], 0.05);
        assert_eq!(
            (twins.ranks, twins.groups),
            (vec![Some((1, 2)); 2], vec![vec![0, 1]])
        );
    }
}
