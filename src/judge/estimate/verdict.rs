//! The words that a comparison can come to.

/// What a comparison comes to. The words are about the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The whole interval lies beyond the margin.
    Faster,
    /// The interval excludes no difference, and not a difference within the margin: people read "faster, ≥ 2 % unproven".
    SlightlyFaster,
    /// The 90 % interval lies within the margin.
    Equivalent,
    /// The same on the other side: "slower, ≥ 2 % unproven".
    SlightlySlower,
    /// The whole interval lies beyond the margin.
    Slower,
    /// These answers support none of the above.
    Inconclusive,
    /// A check forbids the numbers, or the two sides were not measured together.
    Invalid,
    /// One side has no answers.
    NoData,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 8] = [
        Self::Faster,
        Self::SlightlyFaster,
        Self::Equivalent,
        Self::SlightlySlower,
        Self::Slower,
        Self::Inconclusive,
        Self::Invalid,
        Self::NoData,
    ];

    /// Whether it says that one side is faster.
    pub fn is_difference(self) -> bool {
        matches!(
            self,
            Self::Faster | Self::SlightlyFaster | Self::SlightlySlower | Self::Slower
        )
    }

    /// As in files for programs. Tables and sentences have other words where these mislead (`report::words`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::SlightlyFaster => "slightly faster",
            Self::Equivalent => "equivalent",
            Self::SlightlySlower => "slightly slower",
            Self::Slower => "slower",
            Self::Inconclusive => "inconclusive",
            Self::Invalid => "invalid",
            Self::NoData => "no data",
        }
    }
}
