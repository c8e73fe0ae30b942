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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[u64]) -> Histogram<u64> {
        let mut histogram = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("valid bounds");
        values.iter().for_each(|&value| histogram.record(value).expect("in range"));
        histogram
    }

    #[test]
    fn the_moments_of_a_textbook_sample_are_the_textbook_s() {
        let values = of(&[2, 4, 4, 4, 5, 5, 7, 9]);
        assert_eq!(mean(&values), Some(5.0));
        assert!((standard_deviation(&values).expect("eight values") - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!((min(&values), max(&values)), (Some(2.0), Some(9.0)));
    }

    #[test]
    fn no_value_has_no_moments_and_one_value_has_no_spread() {
        let none = of(&[]);
        assert_eq!([mean(&none), standard_deviation(&none), min(&none), max(&none)], [None; 4]);
        assert_eq!((mean(&of(&[7])), standard_deviation(&of(&[7]))), (Some(7.0), None));
        assert_eq!(standard_deviation(&of(&[7, 7])), Some(0.0));
    }
}
