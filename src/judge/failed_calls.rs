//! Failed calls of two endpoints, or of one at two times.

use std::iter::Sum;

use latency_stats::chance_of_more;

/// How many of some calls failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailedCalls {
    /// Those that failed.
    pub failed: u64,
    /// All calls.
    pub of: u64,
}

impl FailedCalls {
    /// The share of failed calls from which on it matters.
    pub(crate) const THAT_MATTER: f64 = 0.01;

    /// Whether their share matters: one in a hundred or more.
    pub fn matter(self) -> bool {
        self.failed > 0 && self.share() >= Self::THAT_MATTER
    }

    /// Whether their share is larger than the other by as much as matters, and by more than comes about with this chance (0–1)
    /// where there is no difference: by Fisher's exact test, [`chance_of_more`].
    pub fn more_than(self, other: Self, chance: f64) -> bool {
        self.of > 0
            && other.of > 0
            && self.share() - other.share() >= Self::THAT_MATTER
            && chance_of_more((self.failed, self.of), (other.failed, other.of)) <= chance
    }

    fn share(self) -> f64 {
        self.failed as f64 / self.of.max(1) as f64
    }
}

impl Sum for FailedCalls {
    fn sum<I: Iterator<Item = Self>>(calls: I) -> Self {
        calls.fold(Self::default(), |sum, calls| Self {
            failed: sum.failed + calls.failed,
            of: sum.of + calls.of,
        })
    }
}
