//! The words of a language, and those that depend on what was found.

use crate::judge::{Comparison, Verdict};
use crate::plan::ConnectionMode;
use crate::report::words::language::Language;
use crate::report::words::numbers::{NOTHING, UNPROVEN, ratio};

use super::english::ENGLISH;
use super::fill::fill;
use super::fixed::ChartWords;
use super::french::FRENCH;
use super::german::GERMAN;
use super::spanish::SPANISH;

/// The fixed words of pictures in that language.
pub(crate) fn words(language: Language) -> &'static ChartWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
    }
}

/// The kind of connection.
pub(crate) fn connection(language: Language, connection: ConnectionMode) -> &'static str {
    let words = words(language);
    match connection {
        ConnectionMode::Cold => words.new_connection,
        ConnectionMode::Warm => words.kept_open,
        ConnectionMode::Resumed => words.resumed,
    }
}

/// How an endpoint compares with the global one: `25× faster`, `same`.
pub(crate) fn versus(language: Language, found: &Comparison) -> String {
    let (words, value) = (words(language), found.ratio.value);
    let times = |template: &str, value: f64| fill(template, &[&language.number(&ratio(value))]);
    match found.verdict {
        Verdict::Faster => times(words.faster, value),
        Verdict::SlightlyFaster => times(words.faster, value) + UNPROVEN,
        Verdict::Slower => times(words.slower, 1.0 / value),
        Verdict::SlightlySlower => times(words.slower, 1.0 / value) + UNPROVEN,
        Verdict::Equivalent => words.same.to_owned(),
        Verdict::Inconclusive => words.unclear.to_owned(),
        Verdict::Invalid => words.forbidden.to_owned(),
        Verdict::NoData => NOTHING.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_in_as_much_as_english() {
        let holes = |words: &ChartWords| {
            [
                words.not_shown,
                words.calls_failed,
                words.time_per_call,
                words.finding,
            ]
            .map(|text| text.matches("{}").count())
        };
        for language in Language::ALL {
            assert_eq!(holes(words(language)), [2, 2, 2, 2], "{language:?}");
        }
    }
}
