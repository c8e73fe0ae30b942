//! Values counted.

use hdrhistogram::Histogram;

/// Distinct values, rising, with how many lie at or below each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    values: Vec<u64>,
    at_most: Vec<u64>,
}

impl Counted {
    /// What an HdrHistogram counted.
    pub fn from_hdr(histogram: &Histogram<u64>) -> Self {
        Self::from_counts(histogram.iter_recorded().map(|v| (v.value_iterated_to(), v.count_at_value())))
    }

    /// Values with how often each was counted.
    pub fn from_counts(counts: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut cells: Vec<(u64, u64)> = counts.into_iter().collect();
        cells.sort_unstable();
        let mut counted = Self::default();
        let mut sum = 0;
        for (value, count) in cells {
            sum += count;
            if counted.values.last() == Some(&value) {
                *counted.at_most.last_mut().expect("as many as values") = sum;
            } else {
                counted.values.push(value);
                counted.at_most.push(sum);
            }
        }
        counted
    }

    /// All of them together.
    pub fn merged<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::from_counts(parts.into_iter().flat_map(Self::cells))
    }

    /// Each value with its count.
    pub fn cells(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let before = std::iter::once(0).chain(self.at_most.iter().copied());
        self.values.iter().zip(&self.at_most).zip(before).map(|((&value, &at_most), before)| (value, at_most - before))
    }

    /// How many values there are.
    pub fn total(&self) -> u64 {
        self.at_most.last().copied().unwrap_or(0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The p-quantile.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let rank = (p * self.total() as f64).ceil().max(1.0) as u64;
        let at = self.at_most.partition_point(|&at_most| at_most < rank);
        self.values.get(at).map(|&value| value as f64)
    }
}
