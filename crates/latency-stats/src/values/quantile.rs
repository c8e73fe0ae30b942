//! Quantiles of counted values, and how many values one needs before it says anything.

use hdrhistogram::Histogram;

/// The smallest counted value that is not exceeded by a share of at least `p` of all values, in the histogram's unit and
/// at its resolution; `None` for an empty histogram or a `p` outside 0–1.
///
/// The value is HdrHistogram's own, so any of its tools finds the same number in a log of the run.
pub fn quantile(values: &Histogram<u64>, p: f64) -> Option<f64> {
    (!values.is_empty() && (0.0..=1.0).contains(&p)).then(|| values.value_at_quantile(p) as f64)
}

/// [`quantile`] of values that are all there, of either sign, in any order; `None` for none, for a `p` outside 0–1, and
/// where a value is NaN.
pub fn sample_quantile(values: &[f64], p: f64) -> Option<f64> {
    if values.iter().any(|value| value.is_nan()) || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    // The margin absorbs the rounding of the product, which would otherwise skip a value now and then.
    let rank = (p * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

/// Values from which on the extreme order statistics enclose the quantile with 95 % confidence, at 2.5 % on either side;
/// `None` for a `p` outside 0–1 (both excluded).
///
/// The largest of n independent values lies below the p-quantile with probability pⁿ; the least n with pⁿ ≤ 0.025 is
/// ⌈ln 0.025 / ln p⌉ (H. A. David and H. N. Nagaraja, Order Statistics, 3rd edition, §7.1). Below the median the smallest
/// value takes the largest one's part.
pub fn samples_needed(p: f64) -> Option<u64> {
    samples_enclosing(p, TAIL)
}

/// [`samples_needed`] for an interval that leaves `tail` out on either side.
pub(crate) fn samples_enclosing(p: f64, tail: f64) -> Option<u64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    Some((tail.ln() / (-p.min(1.0 - p)).ln_1p()).ceil() as u64)
}

/// What a two-sided 95 % interval leaves out on either side.
const TAIL: f64 = 0.025;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Histogram<u64> {
        let mut histogram =
            Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("valid bounds");
        values
            .into_iter()
            .for_each(|value| histogram.record(value).expect("in range"));
        histogram
    }

    #[test]
    fn quantiles_of_small_numbers_are_the_order_statistics() {
        let hundred = of(1..=100);
        for (p, expected) in [
            (0.0, 1.0),
            (0.01, 1.0),
            (0.5, 50.0),
            (0.501, 51.0),
            (0.9, 90.0),
            (0.99, 99.0),
            (1.0, 100.0),
        ] {
            assert_eq!(quantile(&hundred, p), Some(expected), "p = {p}");
        }
    }

    #[test]
    fn values_of_either_sign_have_the_same_order_statistics() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i * 37 % 100) - 49.0).collect();
        for (p, expected) in [
            (0.0, -49.0),
            (0.01, -49.0),
            (0.5, 0.0),
            (0.501, 1.0),
            (0.99, 49.0),
            (1.0, 50.0),
        ] {
            assert_eq!(sample_quantile(&values, p), Some(expected), "p = {p}");
        }
        assert_eq!(
            [
                sample_quantile(&[], 0.5),
                sample_quantile(&[f64::NAN], 0.5),
                sample_quantile(&[1.0], 2.0)
            ],
            [None; 3]
        );
    }

    #[test]
    fn nothing_counted_and_nothing_meant_have_no_quantile() {
        assert_eq!(quantile(&of([]), 0.5), None);
        assert_eq!(quantile(&of([1]), f64::NAN), None);
        assert_eq!(quantile(&of([1]), 1.1), None);
    }

    #[test]
    fn the_support_table_is_that_of_the_exact_binomial() {
        for (p, needed) in [
            (0.50, 6),
            (0.90, 36),
            (0.95, 72),
            (0.99, 368),
            (0.999, 3_688),
            (0.9999, 36_887),
            (0.1, 36),
        ] {
            assert_eq!(samples_needed(p), Some(needed), "p = {p}");
            let p = f64::max(p, 1.0 - p);
            assert!(
                p.powi(needed as i32) <= TAIL && p.powi(needed as i32 - 1) > TAIL,
                "p = {p}"
            );
        }
        assert_eq!(
            [
                samples_needed(0.0),
                samples_needed(1.0),
                samples_needed(f64::NAN)
            ],
            [None; 3]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn quantiles_rise_with_p_and_stay_within_the_values(
            values in prop::collection::vec(1_u64..1_000_000_000_000, 1..50), a in 0.0..=1.0, b in 0.0..=1.0
        ) {
            let (low, high) = (f64::min(a, b), f64::max(a, b));
            let histogram = of(values.iter().copied());
            let at = |p| quantile(&histogram, p).expect("not empty");
            prop_assert!(at(low) <= at(high));
            let (least, most) = (*values.iter().min().expect("some"), *values.iter().max().expect("some"));
            prop_assert!(at(0.0) >= least as f64 * 0.999 && at(1.0) <= most as f64 * 1.001);
        }
    }
}
