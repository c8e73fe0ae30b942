//! A distribution as what every estimate here asks of it: how many values lie at or below a value, and the other way round.

use hdrhistogram::Histogram;

/// Distinct values in rising order, each with how many values lie at or below it. Whole numbers of any unit, and
/// [`NEVER`](Self::NEVER), which is beyond all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// `(value, number of values at or below it)`, both strictly rising.
    rising: Vec<(u64, u64)>,
}

impl Counted {
    /// A value beyond every number: what was waited for never came. As a float it is infinity.
    pub const NEVER: u64 = u64::MAX;

    /// The counted values of a histogram, each as the largest that HdrHistogram cannot tell from it, so that
    /// [`quantile`](Self::quantile) is its `value_at_quantile` for every p above 0.
    pub fn from_hdr(histogram: &Histogram<u64>) -> Self {
        // The crate's own iterators begin at 0, and most of the way to the first value is empty.
        let (first, last) = (histogram.min(), histogram.max());
        let next = |&value: &u64| {
            Some(value + histogram.equivalent_range(value)).filter(|&next| next <= last)
        };
        let counts = std::iter::successors(Some(first), next)
            .map(|value| (value, histogram.count_at(value)));
        let filled = counts.filter(|(_, count)| *count > 0);
        Self::from_rising(filled.map(|(value, count)| (histogram.highest_equivalent(value), count)))
    }

    /// Values with their numbers, in any order; equal values are added up.
    pub fn from_counts(counts: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        Self::from_rising(counts)
    }

    /// These values, and so many more that are [`NEVER`](Self::NEVER).
    #[must_use]
    pub fn with_never(mut self, count: u64) -> Self {
        if count > 0 {
            let total = self.total().saturating_add(count);
            match self.rising.last_mut() {
                Some(last) if last.0 == Self::NEVER => last.1 = total,
                _ => self.rising.push((Self::NEVER, total)),
            }
        }
        self
    }

    /// Those of the values that are numbers.
    #[must_use]
    pub fn numbers(&self) -> Self {
        let numbers = self
            .rising
            .partition_point(|&(value, _)| value < Self::NEVER);
        Self {
            rising: self.rising[..numbers].to_vec(),
        }
    }

    /// The arithmetic mean of the values that are numbers; `None` where none is.
    pub fn mean(&self) -> Option<f64> {
        let numbers = || self.cells().filter(|&(value, _)| value < Self::NEVER);
        let count: f64 = numbers().map(|(_, count)| count as f64).sum();
        let sum: f64 = numbers()
            .map(|(value, count)| value as f64 * count as f64)
            .sum();
        (count > 0.0).then(|| sum / count)
    }

    /// All values of all parts. Distributions may be added up; their percentiles never.
    pub fn merged<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut rising = sum(&parts.into_iter().collect::<Vec<_>>());
        rising.shrink_to_fit();
        Self { rising }
    }

    /// The quantile of all values of all parts, as [`merged`](Self::merged) would have it, but without putting them together.
    pub fn pooled_quantile(parts: &[&Self], p: f64) -> Option<f64> {
        let total = parts
            .iter()
            .fold(0_u64, |sum, part| sum.saturating_add(part.total()));
        if total == 0 || !(0.0..=1.0).contains(&p) {
            return None;
        }
        let wanted = rank(p, total);
        let (mut low, mut high) = (
            0,
            parts
                .iter()
                .filter_map(|part| part.rising.last())
                .map(|last| last.0)
                .max()?,
        );
        while low < high {
            let middle = u64::midpoint(low, high);
            let at_most = parts.iter().fold(0_u64, |sum, part| {
                sum.saturating_add(part.below(|value| value <= middle))
            });
            if at_most < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Some(as_number(low))
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
        rising.shrink_to_fit();
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

    /// The smallest value that a share of at least `p` of all values does not exceed, infinite for [`NEVER`](Self::NEVER);
    /// `None` for no value and for a `p` outside 0–1.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        if (0.0..=1.0).contains(&p) {
            self.ranked(rank(p, self.total()))
        } else {
            None
        }
    }

    /// The median without a lean to either side: of an even number of values the mean of the two middle ones, which is no
    /// [`quantile`](Self::quantile). Of short parts of a series whose medians are averaged the lower one would be too small.
    pub fn middle(&self) -> Option<f64> {
        let total = self.total();
        let (low, high) = (total.div_ceil(2), total / 2 + 1);
        Some(f64::midpoint(self.ranked(low)?, self.ranked(high)?))
    }

    /// How many values are `value` or less.
    pub fn at_most(&self, value: f64) -> u64 {
        self.below(|own| as_number(own) <= value)
    }

    /// How many values lie below the end of those that `holds` for, which are the smallest.
    fn below(&self, holds: impl Fn(u64) -> bool) -> u64 {
        let cells = self.rising.partition_point(|cell| holds(cell.0));
        cells.checked_sub(1).map_or(0, |last| self.rising[last].1)
    }

    /// The k-th smallest value, counted from 1, infinite for [`NEVER`](Self::NEVER); `None` where there is none.
    pub fn ranked(&self, k: u64) -> Option<f64> {
        let cell = self.rising.partition_point(|cell| cell.1 < k);
        if k == 0 {
            None
        } else {
            self.rising.get(cell).map(|cell| as_number(cell.0))
        }
    }

    /// The distinct values in rising order, each with how often it occurs.
    pub fn cells(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let below = std::iter::once(0).chain(self.rising.iter().map(|cell| cell.1));
        self.rising
            .iter()
            .zip(below)
            .map(|(&(value, at_most), below)| (value, at_most - below))
    }
}

/// A counted value as a float.
pub(crate) fn as_number(value: u64) -> f64 {
    if value == Counted::NEVER {
        f64::INFINITY
    } else {
        value as f64
    }
}

/// What lies at or below each value in all parts together. Halves are added up, so that few cells are moved more than a few
/// times.
fn sum(parts: &[&Counted]) -> Vec<(u64, u64)> {
    match parts {
        [] => Vec::new(),
        [one] => one.rising.clone(),
        _ => {
            let (a, b) = parts.split_at(parts.len() / 2);
            sum_of_two(&sum(a), &sum(b))
        }
    }
}

fn sum_of_two(a: &[(u64, u64)], b: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut sum = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let (mut in_a, mut in_b) = (0, 0);
    while let Some(value) = a
        .peek()
        .into_iter()
        .chain(b.peek())
        .map(|cell| cell.0)
        .min()
    {
        in_a = a
            .next_if(|cell| cell.0 == value)
            .map_or(in_a, |cell| cell.1);
        in_b = b
            .next_if(|cell| cell.0 == value)
            .map_or(in_b, |cell| cell.1);
        sum.push((value, u64::saturating_add(in_a, in_b)));
    }
    sum
}

/// Which of `total` values in rising order, counted from 1, is the p-quantile: HdrHistogram's rule.
pub(crate) fn rank(p: f64, total: u64) -> u64 {
    ((p * total as f64).ceil() as u64).clamp(1, total.max(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Counted {
        Counted::from_counts(values.iter().map(|&value| (value, 1)))
    }

    #[test]
    fn values_are_counted_in_any_order_and_equal_ones_together() {
        let counted = Counted::from_counts([(5, 1), (2, 3), (9, 0), (5, 2)]);
        assert_eq!(counted.cells().collect::<Vec<_>>(), [(2, 3), (5, 3)]);
        assert_eq!(
            (
                counted.total(),
                counted.at_most(1.9),
                counted.at_most(2.0),
                counted.at_most(1e9)
            ),
            (6, 0, 3, 6)
        );
        assert_eq!(
            (counted.ranked(0), counted.ranked(3), counted.ranked(4)),
            (None, Some(2.0), Some(5.0))
        );
        assert_eq!((counted.ranked(6), counted.ranked(7)), (Some(5.0), None));
    }

    #[test]
    fn quantiles_are_those_of_hdrhistogram() {
        let mut histogram =
            Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("valid bounds");
        (1..=1_000_u64).for_each(|i| histogram.record(i * i * 977).expect("in range"));
        let counted = Counted::from_hdr(&histogram);
        assert_eq!(counted.total(), 1_000);
        for p in (1..=1_000).map(|i| f64::from(i) / 1_000.0) {
            assert_eq!(
                counted.quantile(p),
                Some(histogram.value_at_quantile(p) as f64),
                "p = {p}"
            );
        }
    }

    #[test]
    fn the_middle_leans_to_neither_side() {
        assert_eq!(of(&[1, 2, 7, 9]).middle(), Some(4.5));
        assert_eq!(
            (of(&[1, 2, 9]).middle(), of(&[4]).middle()),
            (Some(2.0), Some(4.0))
        );
        assert_eq!(of(&[]).middle(), None);
    }

    #[test]
    fn nothing_has_no_quantile_and_no_number_is_none() {
        let none = Counted::default();
        assert_eq!(
            (
                none.quantile(0.5),
                none.ranked(1),
                none.total(),
                none.at_most(1.0)
            ),
            (None, None, 0, 0)
        );
        assert!(
            none.is_empty() && Counted::merged([&none, &none]).is_empty() && !of(&[0]).is_empty()
        );
        assert_eq!(
            [
                of(&[1]).quantile(f64::NAN),
                of(&[1]).quantile(-0.1),
                of(&[1]).quantile(1.1)
            ],
            [None; 3]
        );
        assert_eq!(of(&[1]).at_most(f64::NAN), 0);
        let pooled = |p| Counted::pooled_quantile(&[&none, &of(&[1])], p);
        assert_eq!(
            (
                Counted::pooled_quantile(&[&none], 0.5),
                Counted::pooled_quantile(&[], 0.5)
            ),
            (None, None)
        );
        assert_eq!(
            (pooled(f64::NAN), pooled(1.1), pooled(0.0)),
            (None, None, Some(1.0))
        );
        assert_eq!(
            (of(&[1]).quantile(0.0), of(&[1]).quantile(1.0)),
            (Some(1.0), Some(1.0))
        );
    }

    proptest! {
        #[test]
        fn distributions_add_up_to_that_of_all_their_values(
            parts in prop::collection::vec(prop::collection::vec(0_u64..60, 0..40), 0..9),
            never in prop::collection::vec(0_u64..20, 9),
            p in 0.0..1.0_f64,
        ) {
            // The definition, on floats: in rising order the ⌈pn⌉-th, infinity last.
            let mut floats: Vec<f64> = parts.iter().flatten().map(|&value| value as f64).collect();
            let failed: u64 = never[..parts.len()].iter().sum();
            floats.extend((0..failed).map(|_| f64::INFINITY));
            floats.sort_by(f64::total_cmp);
            let with: Vec<Counted> =
                parts.iter().zip(&never).map(|(values, &never)| of(values).with_never(never)).collect();
            let expected = floats.get(rank(p, floats.len() as u64) as usize - 1).copied();
            prop_assert_eq!(Counted::merged(&with).quantile(p), expected);
            prop_assert_eq!(Counted::pooled_quantile(&with.iter().collect::<Vec<_>>(), p), expected);

            let counted: Vec<Counted> = parts.iter().map(|values| of(values)).collect();
            let whole = of(&parts.concat());
            prop_assert_eq!(&Counted::merged(&counted), &whole);
            prop_assert_eq!(Counted::pooled_quantile(&counted.iter().collect::<Vec<_>>(), p), whole.quantile(p));
        }
    }

    #[test]
    fn what_never_came_is_beyond_every_number() {
        let counted = of(&[10, 20, 30]).with_never(1);
        assert_eq!(counted, of(&[Counted::NEVER, 30, 20, 10]));
        assert_eq!(counted.clone().with_never(0), counted);
        assert_eq!(counted.clone().with_never(2).total(), 6);
        assert_eq!(
            [0.5, 0.75, 0.76, 1.0].map(|p| counted.quantile(p)),
            [20.0, 30.0, f64::INFINITY, f64::INFINITY].map(Some)
        );
        assert_eq!(
            (
                counted.at_most(f64::MAX),
                counted.at_most(f64::INFINITY),
                counted.ranked(4)
            ),
            (3, 4, Some(f64::INFINITY))
        );
        assert_eq!(
            (counted.mean(), counted.numbers()),
            (Some(20.0), of(&[10, 20, 30]))
        );
        let none = Counted::default().with_never(7);
        assert_eq!(
            (none.quantile(0.0), none.mean(), none.is_empty()),
            (Some(f64::INFINITY), None, false)
        );
        assert!(none.numbers().is_empty());
    }

    #[test]
    fn the_largest_numbers_there_are_do_not_overflow() {
        let counted = Counted::from_counts([(u64::MAX, u64::MAX), (0, u64::MAX), (1, 1)]);
        assert_eq!(
            (counted.total(), counted.quantile(1.0)),
            (u64::MAX, Some(0.0))
        );
        let largest = u64::MAX - 1;
        assert_eq!(of(&[largest]).at_most(largest as f64), 1);
    }
}
