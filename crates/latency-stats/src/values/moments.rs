//! Mean, spread and extremes of counted values.

use hdrhistogram::Histogram;

/// The arithmetic mean in the histogram's unit; `None` for an empty histogram.
pub fn mean(values: &Histogram<u64>) -> Option<f64> {
    (!values.is_empty()).then(|| values.mean())
}

/// The sample standard deviation (divided by n − 1) in the histogram's unit; `None` below two values.
pub fn standard_deviation(values: &Histogram<u64>) -> Option<f64> {
    let n = values.len() as f64;
    // The crate divides by n.
    (n >= 2.0).then(|| values.stdev() * (n / (n - 1.0)).sqrt())
}

/// The smallest value, in the histogram's unit and at its resolution; `None` for an empty histogram.
pub fn min(values: &Histogram<u64>) -> Option<f64> {
    (!values.is_empty()).then(|| values.min() as f64)
}

/// The largest value, in the histogram's unit and at its resolution; `None` for an empty histogram.
pub fn max(values: &Histogram<u64>) -> Option<f64> {
    (!values.is_empty()).then(|| values.max() as f64)
}

/// The arithmetic mean of values that are all there; 0 for none.
pub(crate) fn sample_mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The middle value, or the mean of the two middle ones, of values that are all there; `None` for none and where a value is
/// NaN.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2)?;
    // Of −∞ and ∞ there is none.
    Some(f64::midpoint(sorted[(sorted.len() - 1) / 2], *upper)).filter(|middle| !middle.is_nan())
}

/// MAD, the median of the distances from the median; times 1.4826 it is the standard deviation of normal values. `None` as for
/// [`median`].
pub(crate) fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    median(
        &values
            .iter()
            .map(|value| (value - middle).abs())
            .collect::<Vec<_>>(),
    )
}

/// What turns a median absolute deviation into a standard deviation, where values are normal: 1/Φ⁻¹(¾).
pub(crate) const MAD_TO_DEVIATION: f64 = 1.4826;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[u64]) -> Histogram<u64> {
        let mut histogram =
            Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("valid bounds");
        values
            .iter()
            .for_each(|&value| histogram.record(value).expect("in range"));
        histogram
    }

    #[test]
    fn the_moments_of_a_textbook_sample_are_the_textbook_s() {
        let values = of(&[2, 4, 4, 4, 5, 5, 7, 9]);
        assert_eq!(mean(&values), Some(5.0));
        assert!(
            (standard_deviation(&values).expect("eight values") - (32.0_f64 / 7.0).sqrt()).abs()
                < 1e-12
        );
        assert_eq!((min(&values), max(&values)), (Some(2.0), Some(9.0)));
    }

    #[test]
    fn no_value_has_no_moments_and_one_value_has_no_spread() {
        let none = of(&[]);
        assert_eq!(
            [
                mean(&none),
                standard_deviation(&none),
                min(&none),
                max(&none)
            ],
            [None; 4]
        );
        assert_eq!(
            (mean(&of(&[7])), standard_deviation(&of(&[7]))),
            (Some(7.0), None)
        );
        assert_eq!(standard_deviation(&of(&[7, 7])), Some(0.0));
    }

    #[test]
    fn medians_of_even_numbers_lie_between_the_two_in_the_middle() {
        assert_eq!(
            (median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0, 3.0, 2.0])),
            (Some(2.0), Some(2.5))
        );
        assert_eq!(
            median_absolute_deviation(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]),
            Some(1.0)
        );
        assert_eq!(
            [
                median(&[]),
                median(&[f64::NAN]),
                median_absolute_deviation(&[])
            ],
            [None; 3]
        );
    }
}
