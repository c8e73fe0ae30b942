//! The percentiles that are shown.

use std::fmt;

/// A percentile that is shown. Gates may name any other; tables, files and comparisons have these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The median.
    P50,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The 99.9th percentile.
    P999,
}

impl Level {
    /// Every level, rising.
    pub const ALL: [Self; 5] = [Self::P50, Self::P90, Self::P95, Self::P99, Self::P999];

    /// The levels that two endpoints are compared by, rising. p99.9 needs more calls than a polite run makes.
    pub const COMPARED: [Self; 4] = [Self::P50, Self::P90, Self::P95, Self::P99];

    /// The share of answers at or below this percentile, 0–1.
    pub const fn share(self) -> f64 {
        match self {
            Self::P50 => 0.50,
            Self::P90 => 0.90,
            Self::P95 => 0.95,
            Self::P99 => 0.99,
            Self::P999 => 0.999,
        }
    }

    /// The level with exactly that share, if there is one.
    pub fn from_share(share: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.share() == share)
    }

    /// Independent answers from which on the percentile is shown: the fewest whose extremes enclose it with 95 %
    /// confidence, `latency_stats::samples_needed` of its share.
    pub const fn answers_needed(self) -> u64 {
        match self {
            Self::P50 => 6,
            Self::P90 => 36,
            Self::P95 => 72,
            Self::P99 => 368,
            Self::P999 => 3_688,
        }
    }

    /// Its position in [`Level::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Level {
    /// `p50`, `p99.9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_found_by_its_share_and_by_no_other() {
        for level in Level::ALL {
            assert_eq!(Level::from_share(level.share()), Some(level));
            assert_eq!(Level::ALL[level.index()], level);
        }
        assert_eq!(Level::from_share(0.75), None);
        assert!(Level::COMPARED.is_sorted() && Level::ALL.is_sorted());
    }

    #[test]
    fn a_level_needs_the_answers_that_its_interval_needs() {
        for level in Level::ALL {
            let needed = latency_stats::samples_needed(level.share());
            assert_eq!(Some(level.answers_needed()), needed, "{level}");
        }
    }

    #[test]
    fn levels_are_named_as_people_write_them() {
        let names = Level::ALL.map(|level| level.to_string());
        assert_eq!(names, ["p50", "p90", "p95", "p99", "p99.9"]);
    }
}
