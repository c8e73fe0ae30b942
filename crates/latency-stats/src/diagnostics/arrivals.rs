//! Whether calls were sent as a Poisson process sends them: gaps of an exponential law, times even over the run. Each test
//! sees what the other misses: a fixed pace is even, and a drifting rate has nearly exponential gaps.

use crate::distribution::kolmogorov_exceeded;
use crate::values::Counted;

/// Anderson and Darling's statistic for gaps of an exponential law whose mean is their own: (1 + 0.6/n)·A² (M. A. Stephens, in
/// R. B. D'Agostino and M. A. Stephens, Goodness-of-Fit Techniques, 1986, §4.9). 1 % of exponential gaps exceed 1.959. `None`
/// where no gap is above 0.
pub fn exponential_anderson_darling(gaps: &Counted) -> Option<f64> {
    let n = gaps.total() as f64;
    // A gap of 0 is one below the unit; the law knows none, and its logarithm would be the verdict.
    let cells: Vec<(f64, f64)> = gaps
        .cells()
        .map(|(gap, count)| ((gap as f64).max(0.5), count as f64))
        .collect();
    let mean = cells.iter().map(|(gap, count)| gap * count).sum::<f64>() / n;
    if gaps.at_most(0.0) == gaps.total() {
        return None;
    }
    // Sum over ranks i of (2i − 1)·ln F(gap i) + (2(n − i) + 1)·ln(1 − F(gap i)); equal gaps go together, since the odd
    // numbers from 2s + 1 to 2e − 1 sum to e² − s².
    let mut below = 0.0;
    let mut sum = 0.0;
    for (gap, count) in cells {
        let at_most = below + count;
        let share = -(-gap / mean).exp_m1();
        let (rising, falling) = (at_most + below, 2.0 * n - at_most - below);
        sum += count * (rising * share.ln() - falling * gap / mean);
        below = at_most;
    }
    Some((1.0 + 0.6 / n) * (-n - sum / n))
}

/// The probability, 0–1, that times drawn evenly over the run stray as far from evenness as these do: Kolmogorov and Smirnov's
/// test by Stephens' approximation (√n + 0.12 + 0.11/√n)·D (Journal of the Royal Statistical Society B 32 (1970) 115–122).
///
/// The times are counted in bins of equal length, in order. Between their edges nothing is seen, so that the p-value is rather
/// too large: of even times 0.4 % fall below 0.01 with 20 bins, 0.7 % with 100, 1 % with 500. `None` for no time and for fewer
/// than two bins.
pub fn uniform_kolmogorov_smirnov(bins: &[u64]) -> Option<f64> {
    let n: f64 = bins.iter().map(|&count| count as f64).sum();
    if bins.len() < 2 || n == 0.0 {
        return None;
    }
    let mut seen = 0.0;
    let mut furthest: f64 = 0.0;
    for (at, &count) in bins.iter().enumerate() {
        seen += count as f64;
        furthest = furthest.max((seen / n - (at + 1) as f64 / bins.len() as f64).abs());
    }
    let root = n.sqrt();
    Some(kolmogorov_exceeded((root + 0.12 + 0.11 / root) * furthest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` gaps with mean 10⁶, as evenly exponential as they can be.
    fn exponential(n: u32) -> Counted {
        let gap = |i: u32| -1e6 * ((f64::from(i) + 0.5) / f64::from(n)).ln();
        Counted::from_counts((0..n).map(|i| (gap(i) as u64, 1)))
    }

    #[test]
    fn exponential_gaps_pass_and_a_fixed_pace_does_not() {
        assert!(exponential_anderson_darling(&exponential(1_000)).is_some_and(|a| a < 0.1));
        let paced = Counted::from_counts((0..1_000).map(|i| (1_000_000 + i, 1)));
        assert!(exponential_anderson_darling(&paced).is_some_and(|a| a > 100.0));
    }

    #[test]
    fn equal_gaps_count_as_so_many_single_ones() {
        // n = 3, gaps 1, 1, 4: by hand.
        let f = |x: f64| -(-x / 2.0).exp_m1();
        let by_rank = 1.0 * f(1.0).ln() + 3.0 * f(1.0).ln() + 5.0 * f(4.0).ln()
            - (5.0 * 0.5 + 3.0 * 0.5 + 1.0 * 2.0);
        let found = exponential_anderson_darling(&Counted::from_counts([(1, 2), (4, 1)]))
            .expect("three gaps");
        assert!(
            (found - 1.2 * (-3.0 - by_rank / 3.0)).abs() < 1e-12,
            "{found}"
        );
    }

    #[test]
    fn even_times_pass_and_a_drifting_rate_does_not() {
        assert_eq!(uniform_kolmogorov_smirnov(&[10; 100]), Some(1.0));
        let drifting: Vec<u64> = (0..100).map(|i| 100 + i).collect();
        assert!(uniform_kolmogorov_smirnov(&drifting).is_some_and(|p| p < 1e-6));
        // D = 0.1 of n = 100: Q(1.0131)
        let found = uniform_kolmogorov_smirnov(&[60, 40]).expect("a hundred times");
        assert!((found - kolmogorov_exceeded((10.0 + 0.12 + 0.011) * 0.1)).abs() < 1e-12);
    }

    #[test]
    fn nothing_sent_has_no_law() {
        let none = [Counted::default(), Counted::from_counts([(0, 9)])];
        assert_eq!(
            none.map(|gaps| exponential_anderson_darling(&gaps)),
            [None; 2]
        );
        assert!(
            exponential_anderson_darling(&Counted::from_counts([(0, 9), (5, 1)]))
                .is_some_and(f64::is_finite)
        );
        assert_eq!(
            [&[][..], &[7], &[0, 0]].map(uniform_kolmogorov_smirnov),
            [None; 3]
        );
    }
}
