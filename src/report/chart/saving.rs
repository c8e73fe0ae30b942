//! What a Regional endpoint saves against the global one, as pictures show it.

use crate::judge::{Claims, Comparison, Row, Summary, Verdict};
use crate::plan::Level;

use super::drawing::frame::Swatch;
use super::drawing::theme::{Colour, Palette};

/// The global endpoint's percentile minus that of a Regional one: above zero the Regional one is faster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saved<'a> {
    comparison: &'a Comparison,
    /// Whether a check forbids it.
    pub is_forbidden: bool,
}

impl<'a> Saved<'a> {
    /// Of the row by that percentile; by the median it holds together with those of the other endpoints.
    pub(super) fn of(summary: &'a Summary, row: &Row, level: Level) -> Option<Self> {
        let comparison = match level {
            Level::P50 => summary.picked(row.target)?,
            _ => {
                let mut comparisons = summary.comparisons.iter();
                comparisons.find(|it| it.candidate == row.target && it.level == level)?
            }
        };
        let sides = [comparison.baseline, comparison.candidate];
        let forbids = |target| summary.forbidden(target, level, Claims::All).is_some();
        let is_forbidden = comparison.verdict == Verdict::Invalid || sides.into_iter().any(forbids);
        let saving = Self {
            comparison,
            is_forbidden,
        };
        saving.value().is_finite().then_some(saving)
    }

    /// Which percentile is compared.
    pub(super) fn level(self) -> Level {
        self.comparison.level
    }

    /// ns.
    pub(super) fn value(self) -> f64 {
        self.comparison.difference.value
    }

    /// The ends of its interval, ns, where it has one.
    pub(super) fn interval(self) -> Option<[f64; 2]> {
        let interval = self.comparison.difference.interval?;
        Some([interval.low, interval.high])
    }

    /// The confidence of its interval by itself, and how many hold together.
    pub(super) fn confidence(self) -> Option<(f64, usize)> {
        let interval = self.comparison.difference.interval?;
        Some((interval.confidence, self.comparison.together))
    }

    /// What may be said of it.
    pub(super) fn effect(self) -> Effect {
        match self.is_forbidden {
            true => Effect::Forbidden,
            false => Effect::of(Some(self.comparison.verdict)),
        }
    }

    /// Whether it may be said which of the two is faster, and by as much as matters.
    pub(super) fn is_significant(self) -> bool {
        matches!(self.effect(), Effect::Gain | Effect::Loss)
    }
}

/// What may be said of a difference. That it does not matter is known; what is not decided may matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Time is saved.
    Gain,
    /// Time is lost.
    Loss,
    /// A difference that is there and may be too small to matter.
    Unproven,
    /// No difference that matters.
    Same,
    /// Nothing.
    Undecided,
    /// Nothing, because a check forbids it.
    Forbidden,
}

impl Effect {
    /// All, in the order of a key.
    pub(super) const ALL: [Self; 6] = [
        Self::Gain,
        Self::Loss,
        Self::Unproven,
        Self::Same,
        Self::Undecided,
        Self::Forbidden,
    ];

    /// Of a difference that was decided so, or not at all.
    pub(super) fn of(verdict: Option<Verdict>) -> Self {
        match verdict {
            Some(Verdict::Faster) => Self::Gain,
            Some(Verdict::Slower) => Self::Loss,
            Some(Verdict::SlightlyFaster | Verdict::SlightlySlower) => Self::Unproven,
            Some(Verdict::Equivalent) => Self::Same,
            Some(Verdict::Invalid) => Self::Forbidden,
            Some(Verdict::Inconclusive | Verdict::NoData) | None => Self::Undecided,
        }
    }

    /// Its colour.
    pub(super) fn colour(self, palette: &Palette) -> Colour {
        match self {
            Self::Gain => palette.regional[0],
            Self::Loss => palette.global,
            Self::Unproven => palette.regional[2],
            Self::Same => palette.regional[1],
            Self::Undecided => palette.muted,
            Self::Forbidden => palette.bar,
        }
    }

    /// Whether nothing is known.
    pub(super) fn is_muted(self) -> bool {
        matches!(self, Self::Undecided | Self::Forbidden)
    }
}

/// The entries of a key for those of the effects that are drawn, each with its word in the order of [`Effect::ALL`].
pub(super) fn key_of_effects(
    palette: &Palette,
    drawn: impl Iterator<Item = Colour>,
    words: [&str; 6],
) -> Vec<(Swatch, String)> {
    let drawn: Vec<Colour> = drawn.collect();
    let entry = |(effect, word): (Effect, &str)| {
        let colour = effect.colour(palette);
        drawn
            .contains(&colour)
            .then(|| (Swatch::Disc(colour), word.to_owned()))
    };
    Effect::ALL
        .into_iter()
        .zip(words)
        .filter_map(entry)
        .collect()
}
