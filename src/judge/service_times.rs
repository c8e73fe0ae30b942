//! A distribution as a list of times, for programs that know no histograms.

use crate::record::Histogram;
use latency_stats::Counted;

/// The values that were counted, rising, ns; of more than `most`, that many quantiles at equal distances instead, of which
/// the first stands for the fastest and the last for the slowest `1/most` of the values.
pub(crate) fn service_times(histogram: &Histogram, most: usize) -> Vec<f64> {
    let counted = Counted::from_hdr(&histogram.to_hdr());
    if counted.total() <= most as u64 {
        return (1..=counted.total())
            .filter_map(|k| counted.ranked(k))
            .collect();
    }
    (0..most)
        .filter_map(|i| counted.quantile((i as f64 + 0.5) / most as f64))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(milliseconds: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        milliseconds
            .into_iter()
            .for_each(|ms| histogram.record(Duration::from_millis(ms)));
        histogram
    }

    /// Whole milliseconds: what an HdrHistogram of three digits keeps of them.
    fn rounded(times: &[f64]) -> Vec<u64> {
        times.iter().map(|ns| (ns / 1e6).round() as u64).collect()
    }

    #[test]
    fn few_values_come_back_one_by_one() {
        assert_eq!(
            rounded(&service_times(&of([30, 10, 20, 10]), 4)),
            [10, 10, 20, 30]
        );
        assert_eq!(service_times(&of([]), 4), [0.0; 0]);
    }

    #[test]
    fn many_values_become_quantiles_with_the_same_middle_and_spread() {
        let times = service_times(&of(1..=1000), 100);
        assert_eq!(times.len(), 100);
        assert!(times.is_sorted());
        let rounded = rounded(&times);
        assert_eq!((rounded[0], rounded[50], rounded[99]), (5, 505, 995));
    }
}
