//! Percentiles drawn again from blocks, of which a block has too few values for one of its own.
//!
//! The same blocks are drawn for all distributions that are compared, so that what affected all of them cancels
//! (H. R. Künsch, Annals of Statistics 17 (1989) 1217–1241, for the block bootstrap).

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::percentile::Percentile;
use crate::interval::Interval;
use crate::values::{Counted, as_number, rank};

/// Which blocks each draw takes, with replacement; as many as there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draws {
    /// How many blocks there are.
    blocks: usize,
    /// How often each draw takes each block, draw after draw.
    taken: Vec<u32>,
}

impl Draws {
    /// `draws` draws from `blocks` blocks. The same numbers give the same draws on every machine.
    pub fn new(blocks: usize, draws: usize, seed: u64) -> Self {
        Self::within(&[blocks], draws, seed)
    }

    /// The same within windows of so many blocks each: from every window as many as it has, so that what differs between the
    /// windows does not count as chance.
    pub fn within(windows: &[usize], draws: usize, seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let blocks: usize = windows.iter().sum();
        let mut taken = vec![0; blocks * draws];
        for draw in taken.chunks_exact_mut(blocks.max(1)) {
            let mut rest = draw;
            for &blocks in windows {
                let (window, others) = rest.split_at_mut(blocks);
                for _ in 0..blocks {
                    // The upper half of the product is even over the blocks to within 2⁻⁶⁰.
                    let block = (u128::from(random.next_u64()) * blocks as u128) >> 64;
                    window[block as usize] += 1;
                }
                rest = others;
            }
        }
        Self { blocks, taken }
    }

    /// Each draw: how often it takes each block.
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.taken.chunks_exact(self.blocks.max(1))
    }
}

/// For each of `ps` the pooled quantile of every draw. A draw of empty blocks only has that of all blocks; nothing at all has
/// none. Both give as many numbers for one distribution as for another with values. `draws` must be of as many blocks.
pub fn quantiles(blocks: &[Counted], draws: &Draws, ps: &[f64]) -> Vec<Vec<f64>> {
    let table = Table::new(blocks);
    let all = vec![1; blocks.len()];
    let of = |p: f64| {
        let pooled = table.quantile(&all, p)?;
        Some(
            draws
                .iter()
                .map(|taken| table.quantile(taken, p).unwrap_or(pooled))
                .collect(),
        )
    };
    ps.iter().map(|&p| of(p).unwrap_or_default()).collect()
}

/// How many values of each block lie at or below each value that occurs: a quantile of any draw is then a binary search.
struct Table {
    values: Vec<f64>,
    /// One row for each value, one column for each block. Half a word, because twice as many are multiplied at once; the sum of
    /// products with a draw's numbers fits a whole one.
    at_most: Vec<u32>,
    blocks: usize,
}

impl Table {
    fn new(blocks: &[Counted]) -> Self {
        let mut values: Vec<u64> = blocks
            .iter()
            .flat_map(Counted::cells)
            .map(|cell| cell.0)
            .collect();
        // The stable sort, because it is quick with what is put together from rising parts.
        values.sort();
        values.dedup();
        let mut at_most = vec![0; values.len() * blocks.len()];
        for (column, block) in blocks.iter().enumerate() {
            let mut cells = block.cells().peekable();
            let mut below = 0;
            for (row, &value) in values.iter().enumerate() {
                below += cells
                    .next_if(|cell| cell.0 == value)
                    .map_or(0, |cell| cell.1);
                at_most[row * blocks.len() + column] = u32::try_from(below).unwrap_or(u32::MAX);
            }
        }
        Self {
            values: values.into_iter().map(as_number).collect(),
            at_most,
            blocks: blocks.len(),
        }
    }

    /// How many values of a draw lie at or below the value of this row.
    fn drawn(&self, row: usize, taken: &[u32]) -> u64 {
        let row = &self.at_most[row * self.blocks..(row + 1) * self.blocks];
        row.iter()
            .zip(taken)
            .map(|(&count, &times)| u64::from(count) * u64::from(times))
            .sum()
    }

    fn quantile(&self, taken: &[u32], p: f64) -> Option<f64> {
        let last = self.values.len().checked_sub(1)?;
        let total = self.drawn(last, taken);
        if total == 0 || !(0.0..=1.0).contains(&p) {
            return None;
        }
        let wanted = rank(p, total);
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.drawn(middle, taken) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.values.get(low).copied()
    }
}

/// The percentile interval of drawn estimates, which it puts into another order: as many lie below it as above. `None` for too
/// few draws for this confidence and where one is NaN.
pub(crate) fn percentile_interval(values: &mut [f64], confidence: f64) -> Option<Interval> {
    if values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let outside = (values.len() + 1) as f64 * (1.0 - confidence) / 2.0;
    // The margin absorbs the rounding of 1 − confidence.
    let outside = (outside + 1e-9).floor() as usize;
    let (first, last) = (outside.checked_sub(1)?, values.len().checked_sub(outside)?);
    let high = order_statistic(values, last)?;
    let low = order_statistic(values, first)?;
    Some(Interval {
        low: low.min(high),
        high,
        confidence,
    })
}

/// The value that has so many before it in rising order, which it puts there.
fn order_statistic(values: &mut [f64], before: usize) -> Option<f64> {
    (before < values.len()).then(|| {
        let (_, &mut value, _) = values.select_nth_unstable_by(before, f64::total_cmp);
        value
    })
}

/// The interval of ln(a/b) from those of two independent percentiles, by MOVER (G. Y. Zou and A. Donner, Statistics in
/// Medicine 27 (2008) 1693–1702): a cross-check, wide because it ignores what affected both. Infinite
/// where a percentile is 0 or a bound is none.
pub fn mover(a: &Percentile, b: &Percentile) -> Interval {
    let confidence = a.interval.confidence.min(b.interval.confidence);
    if !(a.value > 0.0 && b.value > 0.0) {
        return Interval {
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            confidence,
        };
    }
    let down = |of: &Percentile| (of.value / of.interval.low).ln();
    let up = |of: &Percentile| (of.interval.high / of.value).ln();
    let ratio = (a.value / b.value).ln();
    Interval {
        low: ratio - down(a).hypot(up(b)),
        high: ratio + up(a).hypot(down(b)),
        confidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Method, percentile};

    fn blocks(number: u64, each: u64) -> Vec<Counted> {
        let value = |i: u64| i * 16_807 % 2_147_483_647 % 977 + 20;
        (0..number)
            .map(|b| Counted::from_counts((0..each).map(|i| (value(b * each + i + 1), 1))))
            .collect()
    }

    #[test]
    fn a_draw_takes_as_many_blocks_as_there_are_and_the_same_with_the_same_seed() {
        let draws = Draws::new(16, 500, 7);
        assert_eq!(draws.iter().count(), 500);
        assert!(draws.iter().all(|taken| taken.iter().sum::<u32>() == 16));
        let first: u32 = draws.iter().map(|taken| taken[0]).sum();
        assert!((400..600).contains(&first), "{first}");
        assert_eq!(draws, Draws::new(16, 500, 7));
        assert_ne!(draws, Draws::new(16, 500, 8));
        assert_eq!(Draws::new(5, 2, 1).taken, [2, 0, 0, 2, 1, 2, 0, 2, 0, 1]);
    }

    #[test]
    fn each_window_keeps_its_number_of_blocks() {
        let draws = Draws::within(&[3, 0, 5, 1], 200, 4);
        let sums = |taken: &[u32]| {
            let sum = |part: &[u32]| part.iter().sum::<u32>();
            (sum(&taken[..3]), sum(&taken[3..8]), sum(&taken[8..]))
        };
        assert!(draws.iter().all(|taken| sums(taken) == (3, 5, 1)));
        assert!(draws.iter().any(|taken| taken[..3] != [1, 1, 1]));
    }

    #[test]
    fn the_quantile_of_a_draw_is_that_of_its_blocks_put_together() {
        let (blocks, draws) = (blocks(12, 90), Draws::new(12, 40, 3));
        let ps = [0.0, 0.5, 0.9, 0.99, 1.0];
        let fast = quantiles(&blocks, &draws, &ps);
        for (p, drawn) in ps.iter().zip(&fast) {
            let slow = draws.iter().map(|taken| {
                let times = |(block, &times): (usize, &u32)| (0..times).map(move |_| block);
                let together = taken
                    .iter()
                    .enumerate()
                    .flat_map(times)
                    .map(|block| &blocks[block]);
                Counted::merged(together).quantile(*p).expect("not empty")
            });
            assert_eq!(*drawn, slow.collect::<Vec<_>>(), "p = {p}");
        }
    }

    #[test]
    fn a_draw_without_a_value_has_the_quantile_of_all_blocks() {
        let mut sparse = vec![Counted::default(); 3];
        sparse.push(Counted::from_counts([(7, 1), (9, 1)]));
        let drawn = quantiles(&sparse, &Draws::new(4, 50, 1), &[0.5, f64::NAN]);
        assert_eq!(drawn, [vec![7.0; 50], vec![]]);
        assert_eq!(
            quantiles(&sparse[..3], &Draws::new(3, 50, 1), &[0.5]),
            [Vec::<f64>::new()]
        );
        assert_eq!(
            quantiles(&[], &Draws::new(0, 50, 1), &[0.5]),
            [Vec::<f64>::new()]
        );
    }

    #[test]
    fn as_many_draws_lie_below_the_interval_as_above() {
        let mut values: Vec<f64> = (1..=1_999).rev().map(f64::from).collect();
        let interval = percentile_interval(&mut values, 0.95).expect("enough");
        assert_eq!((interval.low, interval.high), (50.0, 1_950.0));
        assert_eq!(percentile_interval(&mut [1.0; 38], 0.95), None);
        assert!(percentile_interval(&mut [1.0; 39], 0.95).is_some());
        assert_eq!(
            [
                percentile_interval(&mut [], 0.9),
                percentile_interval(&mut [f64::NAN; 99], 0.9)
            ],
            [None; 2]
        );
        assert_eq!(
            [0.0, -1.0]
                .map(|wrong| percentile_interval(&mut [1.0; 9], wrong).map(|i| i.low <= i.high)),
            [Some(true), None]
        );
    }

    #[test]
    fn mover_joins_the_two_nearer_arms_of_each_side() {
        let of = |value: f64, low: f64, high: f64| Percentile {
            value,
            interval: Interval {
                low,
                high,
                confidence: 0.95,
            },
            method: Method::OrderStatistics,
            effective: 100.0,
            support: 100.0,
        };
        let (a, b) = (
            of(20.0, 20.0 / 3_f64.exp(), 20.0 * 5_f64.exp()),
            of(10.0, 10.0 / 12_f64.exp(), 10.0 * 4_f64.exp()),
        );
        let ratio = mover(&a, &b);
        assert!(
            (ratio.low - (2_f64.ln() - 5.0)).abs() < 1e-12
                && (ratio.high - (2_f64.ln() + 13.0)).abs() < 1e-12
        );
        let open = mover(&of(20.0, 0.0, f64::INFINITY), &of(10.0, 0.0, f64::INFINITY));
        assert_eq!((open.low, open.high), (f64::NEG_INFINITY, f64::INFINITY));
        for open in [mover(&of(0.0, 0.0, 0.0), &a), mover(&a, &of(0.0, 0.0, 0.0))] {
            assert_eq!((open.low, open.high), (f64::NEG_INFINITY, f64::INFINITY));
        }
        let median = percentile(&blocks(16, 90), 0.5, 0.95).expect("supported");
        assert!(mover(&median, &median).low < 0.0);
    }
}
