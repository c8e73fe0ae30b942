//! Blocks: the equal parts of a run, in order of time. They, not the single values, are what varies independently enough to
//! estimate an error from.

use crate::values::{Counted, sample_mean};

/// The fewest blocks that an error may be estimated from.
pub(crate) const LEAST_BLOCKS: usize = 8;

/// Neighbouring non-empty blocks merged into at most `into` groups, whose sizes differ by at most one block.
pub fn coarsen(blocks: &[Counted], into: usize) -> Vec<Counted> {
    group_neighbours(blocks, into)
        .into_iter()
        .map(Counted::merged)
        .collect()
}

/// The blocks of each group of [`coarsen`].
pub(crate) fn group_neighbours(blocks: &[Counted], into: usize) -> Vec<Vec<&Counted>> {
    let filled: Vec<_> = blocks.iter().filter(|block| !block.is_empty()).collect();
    let groups = into.min(filled.len());
    let bound = |group: usize| group * filled.len() / groups;
    (0..groups)
        .map(|group| filled[bound(group)..bound(group + 1)].to_vec())
        .collect()
}

/// r1: how much a block resembles the one before it, 0–0.6: the lag-1 autocorrelation plus 1/B, by which that of B
/// independent values falls short of 0. Values that do not vary count as uncorrelated.
pub fn lag_one(values: &[f64]) -> f64 {
    let values = finite(values);
    lag_one_within(&[residuals(&values)])
}

/// [`lag_one`] of several rows of residuals, pooled; gaps are NaN, and no pair reaches over one.
pub(crate) fn lag_one_within(rows: &[Vec<f64>]) -> f64 {
    let count = rows
        .iter()
        .flatten()
        .filter(|value| value.is_finite())
        .count();
    if count == 0 {
        return 0.0;
    }
    (autocorrelation(rows) + rows.len() as f64 / count as f64).clamp(0.0, 0.6)
}

/// The lag-1 autocorrelation of rows of residuals, −1–1; 0 where nothing varies.
pub(crate) fn autocorrelation(rows: &[Vec<f64>]) -> f64 {
    let finite_sum = |products: &mut dyn Iterator<Item = f64>| {
        products.filter(|product| product.is_finite()).sum::<f64>()
    };
    let products = finite_sum(
        &mut rows
            .iter()
            .flat_map(|row| row.windows(2))
            .map(|pair| pair[0] * pair[1]),
    );
    let squares = finite_sum(&mut rows.iter().flatten().map(|value| value * value));
    let ratio = products / squares;
    if ratio.is_finite() { ratio } else { 0.0 }
}

/// By how much neighbours that resemble each other widen a standard error.
pub(crate) fn inflation(lag_one: f64) -> f64 {
    ((1.0 + lag_one) / (1.0 - lag_one)).sqrt()
}

/// What is left of each value when their mean is taken off.
pub(crate) fn residuals(values: &[f64]) -> Vec<f64> {
    let mean = sample_mean(values);
    values.iter().map(|value| value - mean).collect()
}

/// The values that are numbers.
pub(crate) fn finite(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(values: &[u64]) -> Counted {
        Counted::from_counts(values.iter().map(|&value| (value, 1)))
    }

    #[test]
    fn neighbours_are_merged_into_groups_that_differ_by_one_block_at_most() {
        let blocks: Vec<_> = (0..20)
            .map(|i| if i % 5 == 4 { block(&[]) } else { block(&[i]) })
            .collect();
        let sizes = |into| {
            coarsen(&blocks, into)
                .iter()
                .map(Counted::total)
                .collect::<Vec<_>>()
        };
        assert_eq!(sizes(5), [3, 3, 3, 3, 4]);
        assert_eq!(sizes(16), [1; 16]);
        assert_eq!(sizes(99), [1; 16]);
        assert_eq!(sizes(1), [16]);
        assert!(sizes(0).is_empty() && coarsen(&[], 3).is_empty());
        assert_eq!(
            coarsen(&blocks, 8)[0].cells().collect::<Vec<_>>(),
            [(0, 1), (1, 1)]
        );
    }

    #[test]
    fn resemblance_is_corrected_for_the_number_of_blocks_and_clipped() {
        let alternating: Vec<_> = (0..16).map(|i| f64::from(i % 2)).collect();
        let rising: Vec<_> = (0..16).map(f64::from).collect();
        assert_eq!((lag_one(&alternating), lag_one(&rising)), (0.0, 0.6));
        // (-1.5·-0.5 + -0.5·0.5 + 0.5·1.5)/5 + 1/4
        assert!((lag_one(&[1.0, 2.0, 3.0, 4.0]) - 0.5).abs() < 1e-15);
        assert_eq!(
            (lag_one(&[]), lag_one(&[7.0; 10]), lag_one(&[f64::NAN; 3])),
            (0.0, 0.1, 0.0)
        );
    }

    #[test]
    fn no_pair_reaches_over_a_gap_or_from_one_row_into_the_next() {
        let rows = [vec![1.0, f64::NAN, -1.0], vec![-1.0, 1.0]];
        assert_eq!(autocorrelation(&rows), -0.25);
        assert_eq!(lag_one_within(&rows), 0.25);
    }
}
