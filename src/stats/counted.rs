//! A distribution as what every estimate here asks of it: how many values lie at or below a value, and the other way round.

use hdrhistogram::Histogram;

/// Distinct values in rising order, each with how many values lie at or below it. Whole numbers of any unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// `(value, number of values at or below it)`, both strictly rising.
    rising: Vec<(u64, u64)>,
}

impl Counted {
    /// The counted values of a histogram, each as the largest that HdrHistogram cannot tell from it, so that
    /// [`quantile`](Self::quantile) is its `value_at_quantile` for every p above 0.
    pub fn from_hdr(histogram: &Histogram<u64>) -> Self {
        let cells = histogram.iter_recorded();
        Self::from_rising(cells.map(|cell| {
            let value = histogram.highest_equivalent(cell.value_iterated_to());
            (value, cell.count_at_value())
        }))
    }

    /// Values with their numbers, in any order; equal values are added up.
    pub fn from_counts(counts: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        Self::from_rising(counts)
    }

    /// All values of all parts. Distributions may be added up; their percentiles never.
    pub fn merged<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::from_counts(parts.into_iter().flat_map(Self::cells))
    }

    fn from_rising(counts: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut rising: Vec<(u64, u64)> = Vec::new();
        for (value, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            match rising.last_mut() {
                Some(last) if last.0 == value => last.1 = last.1.saturating_add(count),
                last => {
                    let below = last.map_or(0, |last| last.1);
                    rising.push((value, below.saturating_add(count)));
                }
            }
        }
        Self { rising }
    }

    /// How many values there are.
    pub fn total(&self) -> u64 {
        self.rising.last().map_or(0, |last| last.1)
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.rising.is_empty()
    }

    /// The smallest value that a share of at least `p` of all values does not exceed; `None` for no value and for a `p`
    /// outside 0–1.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        if (0.0..=1.0).contains(&p) { self.ranked(rank(p, self.total())) } else { None }
    }

    /// How many values are `value` or less.
    pub fn at_most(&self, value: f64) -> u64 {
        let cells = self.rising.partition_point(|cell| cell.0 as f64 <= value);
        cells.checked_sub(1).map_or(0, |last| self.rising[last].1)
    }

    /// The k-th smallest value, counted from 1; `None` where there is none.
    pub fn ranked(&self, k: u64) -> Option<f64> {
        let cell = self.rising.partition_point(|cell| cell.1 < k);
        if k == 0 { None } else { self.rising.get(cell).map(|cell| cell.0 as f64) }
    }

    /// The distinct values in rising order, each with how often it occurs.
    pub fn cells(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let below = std::iter::once(0).chain(self.rising.iter().map(|cell| cell.1));
        self.rising.iter().zip(below).map(|(&(value, at_most), below)| (value, at_most - below))
    }
}

/// Which of `total` values in rising order, counted from 1, is the p-quantile: HdrHistogram's rule.
pub(super) fn rank(p: f64, total: u64) -> u64 {
    ((p * total as f64).ceil() as u64).clamp(1, total.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[u64]) -> Counted {
        Counted::from_counts(values.iter().map(|&value| (value, 1)))
    }

    #[test]
    fn values_are_counted_in_any_order_and_equal_ones_together() {
        let counted = Counted::from_counts([(5, 1), (2, 3), (9, 0), (5, 2)]);
        assert_eq!(counted.cells().collect::<Vec<_>>(), [(2, 3), (5, 3)]);
        assert_eq!((counted.total(), counted.at_most(1.9), counted.at_most(2.0), counted.at_most(1e9)), (6, 0, 3, 6));
        assert_eq!((counted.ranked(0), counted.ranked(3), counted.ranked(4)), (None, Some(2.0), Some(5.0)));
        assert_eq!((counted.ranked(6), counted.ranked(7)), (Some(5.0), None));
    }

    #[test]
    fn quantiles_are_those_of_hdrhistogram() {
        let mut histogram = Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("valid bounds");
        (1..=1_000_u64).for_each(|i| histogram.record(i * i * 977).expect("in range"));
        let counted = Counted::from_hdr(&histogram);
        assert_eq!(counted.total(), 1_000);
        for p in (1..=1_000).map(|i| f64::from(i) / 1_000.0) {
            assert_eq!(counted.quantile(p), Some(histogram.value_at_quantile(p) as f64), "p = {p}");
        }
    }

    #[test]
    fn nothing_has_no_quantile_and_no_number_is_none() {
        let none = Counted::default();
        assert_eq!((none.quantile(0.5), none.ranked(1), none.total(), none.at_most(1.0)), (None, None, 0, 0));
        assert!(none.is_empty() && Counted::merged([&none, &none]).is_empty() && !of(&[0]).is_empty());
        assert_eq!([of(&[1]).quantile(f64::NAN), of(&[1]).quantile(-0.1), of(&[1]).quantile(1.1)], [None; 3]);
        assert_eq!(of(&[1]).at_most(f64::NAN), 0);
        assert_eq!((of(&[1]).quantile(0.0), of(&[1]).quantile(1.0)), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn the_largest_numbers_there_are_do_not_overflow() {
        let counted = Counted::from_counts([(u64::MAX, u64::MAX), (0, u64::MAX), (1, 1)]);
        assert_eq!((counted.total(), counted.quantile(1.0)), (u64::MAX, Some(0.0)));
        assert_eq!(of(&[u64::MAX]).at_most(u64::MAX as f64), 1);
    }
}
