//! Ranks as far as they are certain.

use std::fmt;

/// The ranks that an endpoint may have among those of its group, 1 is the fastest.
///
/// Displayed as `3`, or as `2–4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RankRange {
    /// The lowest rank.
    pub low: usize,
    /// The highest rank, at least `low`.
    pub high: usize,
}

impl fmt::Display for RankRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.low == self.high {
            write!(f, "{}", self.low)
        } else {
            write!(f, "{}–{}", self.low, self.high)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_that_is_certain_is_one_number() {
        let shown = |low, high| RankRange { low, high }.to_string();
        assert_eq!(
            (shown(3, 3), shown(2, 4)),
            ("3".to_owned(), "2–4".to_owned())
        );
    }
}
