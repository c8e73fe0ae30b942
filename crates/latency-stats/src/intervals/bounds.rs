//! Bounds for the share of tries that were hits.

use super::effective_n::Independent;
use crate::distribution::{beta_quantile, tail};
use crate::interval::Interval;

/// A share of tries, and where the true one lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Hits over tries, 0–1.
    pub value: f64,
    /// The interval around it, within 0–1.
    pub interval: Interval,
    /// How many independent tries these are worth: above 0, at most as many as there are.
    pub effective: f64,
}

/// The share of hits, from the hits and tries of each block in order of time; `None` without a try.
///
/// Clopper and Pearson's interval (Biometrika 26 (1934) 404–413), which is never too narrow, for as many tries as the spread
/// between the blocks says that these are worth: failures come in bursts.
pub fn share(blocks: &[(u64, u64)], confidence: f64) -> Option<Share> {
    let tries: u64 = blocks.iter().map(|block| block.1).sum();
    let hits = blocks.iter().map(|block| block.0).sum::<u64>().min(tries);
    if tries == 0 {
        return None;
    }
    let value = hits as f64 / tries as f64;
    let outside = tail(confidence);
    let effective = independent_tries(blocks, value, outside).min(tries as f64);
    let (hit, missed) = (value * effective, (1.0 - value) * effective);
    let low = if hits == 0 {
        0.0
    } else {
        beta_quantile(outside, hit, missed + 1.0)
    };
    let high = if hits == tries {
        1.0
    } else {
        beta_quantile(1.0 - outside, hit + 1.0, missed)
    };
    Some(Share {
        value,
        interval: Interval {
            low,
            high,
            confidence,
        },
        effective,
    })
}

/// How many independent tries would leave the share as uncertain as the blocks show it to be; infinite where they do not vary.
fn independent_tries(blocks: &[(u64, u64)], value: f64, outside: f64) -> f64 {
    let groups = BLOCKS.min(blocks.len()).max(1);
    let together = |group: usize| {
        let part = &blocks[group * blocks.len() / groups..(group + 1) * blocks.len() / groups];
        part.iter().fold((0_u64, 0_u64), |sum, block| {
            (sum.0 + block.0, sum.1 + block.1)
        })
    };
    let shares: Vec<f64> = (0..groups)
        .map(together)
        .filter(|group| group.1 > 0)
        .map(|(hits, tries)| hits as f64 / tries as f64)
        .collect();
    Independent::of(&shares, value).map_or(f64::INFINITY, |found| found.effective_n(outside))
}

/// Tries without a hit from which on the share lies below `limit`, 0–1 (both excluded), with that confidence on one side:
/// (1 − limit)ⁿ reaches the tail.
pub fn tries_without_hit(limit: f64, confidence: f64) -> u64 {
    (tail(confidence).ln() / (-limit).ln_1p()).ceil() as u64
}

/// Into how many groups the blocks are put together.
const BLOCKS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn even(hits: u64, tries: u64) -> Vec<(u64, u64)> {
        vec![(hits, tries); 16]
    }

    #[test]
    fn independent_tries_have_clopper_s_and_pearson_s_interval() {
        // scipy 1.17.1: beta.ppf(0.025, k, n - k + 1), beta.isf(0.025, k + 1, n - k)
        for (hits, tries, low, high) in [
            (0, 1_000, 0.0, 0.003_682_083_896_865_672),
            (
                10,
                1_000,
                0.004_805_510_691_049_308,
                0.018_313_243_055_112_453,
            ),
            (
                500,
                1_000,
                0.468_549_172_971_791_94,
                0.531_450_827_028_208_1,
            ),
            (7, 7, 0.590_383_602_774_996_6, 1.0),
        ] {
            let found = share(&[(hits, tries)], 0.95).expect("tries").interval;
            assert!(
                (found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9,
                "{hits} {tries}: {found:?}"
            );
        }
    }

    #[test]
    fn failures_in_one_burst_are_worth_few_tries() {
        let mut burst = even(0, 100);
        burst[5].0 = 32;
        let (alike, burst) = (share(&even(2, 100), 0.95), share(&burst, 0.95));
        let (alike, burst) = (alike.expect("tries"), burst.expect("tries"));
        assert_eq!(
            (alike.value, alike.effective, burst.value),
            (0.02, 1_600.0, 0.02)
        );
        assert!(
            burst.effective < 100.0 && burst.interval.high > 2.0 * alike.interval.high,
            "{burst:?}"
        );
    }

    #[test]
    fn nothing_tried_has_no_share_and_no_share_leaves_its_range() {
        assert_eq!((share(&[], 0.95), share(&[(0, 0); 20], 0.95)), (None, None));
        for (hits, tries) in [(0, 1), (1, 1), (5, 3), (1, u64::MAX / 32)] {
            let found = share(&even(hits, tries), 0.999).expect("tries").interval;
            assert!(
                0.0 <= found.low && found.low <= found.high && found.high <= 1.0,
                "{found:?}"
            );
        }
    }

    #[test]
    fn so_many_tries_without_a_hit_prove_the_limit_and_one_less_does_not() {
        for limit in [0.001, 0.02, 0.5] {
            let needed = tries_without_hit(limit, 0.95);
            let high = |tries: u64| share(&[(0, tries)], 0.95).expect("tries").interval.high;
            assert!(
                high(needed) <= limit && high(needed - 1) > limit,
                "{limit}: {needed}"
            );
        }
        assert_eq!(tries_without_hit(0.001, 0.95), 3_688);
    }
}
