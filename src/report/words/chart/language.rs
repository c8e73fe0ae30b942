//! The languages that pictures speak, and how each writes numbers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::super::numbers;
use sts_model::nearest;

/// A language of the numbers and the fixed words of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// Its code, as in ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// A number that is written in English, with its unit, in this language: the mark of decimals and that of thousands.
    pub(crate) fn number(self, english: &str) -> String {
        let (decimals, thousands) = match self {
            Self::English => return english.to_owned(),
            Self::German => (',', '.'),
            // Spanish and French divide thousands by a narrow space, as the International System of Units does.
            Self::French | Self::Spanish => (',', '\u{202F}'),
        };
        english
            .chars()
            .map(|letter| match letter {
                '.' => decimals,
                ',' => thousands,
                letter => letter,
            })
            .collect()
    }
}

impl Language {
    /// The ticks of an axis of times, ns, all in the unit that the greatest has.
    pub(crate) fn ticks(self, ticks: &[f64]) -> Vec<String> {
        let greatest = ticks
            .iter()
            .fold(0.0, |most: f64, tick| most.max(tick.abs()));
        let tick = |&tick| self.number(&numbers::tick_beside(greatest, tick));
        ticks.iter().map(tick).collect()
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let word = text.trim();
        let codes = || Self::ALL.map(Self::code);
        Self::ALL
            .into_iter()
            .find(|language| language.code() == word)
            .ok_or_else(|| UnknownLanguage(nearest(word, codes()).map(str::to_owned)))
    }
}

/// A word that names no language.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct UnknownLanguage(Option<String>);

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(word) = &self.0 {
            write!(f, "did you mean {word}? ")?;
        }
        write!(
            f,
            "allowed: {}",
            Language::ALL.map(Language::code).join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_one_unit_from_microseconds_to_seconds() {
        let ticks = |ticks: &[f64]| Language::English.ticks(ticks);
        assert_eq!(ticks(&[2e5, 5e5]), ["200 µs", "500 µs"]);
        assert_eq!(ticks(&[0.0, 5e5, 1e6]), ["0 ms", "0.5 ms", "1 ms"]);
        assert_eq!(ticks(&[5e8, 1e9, 1e10]), ["0.5 s", "1 s", "10 s"]);
        assert_eq!(Language::German.ticks(&[5e8, 2e10]), ["0,5 s", "20 s"]);
    }

    #[test]
    fn each_language_writes_numbers_in_its_own_way() {
        let written = |language: Language| language.number("1,234.5 ms");
        assert_eq!(
            Language::ALL.map(written),
            [
                "1,234.5 ms",
                "1.234,5 ms",
                "1\u{202F}234,5 ms",
                "1\u{202F}234,5 ms"
            ]
        );
    }
}
