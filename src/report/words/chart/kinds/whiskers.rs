//! How sure: the intervals of a picture in words.

use crate::report::words::chart::fill;
use crate::report::words::language::Language;
use crate::report::words::numbers::percent_as_set;

/// What the whiskers are: intervals of that confidence, each by itself or, of several comparisons, all together.
pub(crate) fn whiskers(language: Language, confidence: f64, together: usize) -> String {
    // Each of several intervals is wide enough for all of them to hold together.
    let confidence = percent_as_set(1.0 - (1.0 - confidence) * together as f64);
    let confidence = language.number(&confidence);
    let alone = match language {
        Language::English => "whiskers: {} interval",
        Language::German => "Striche: {}-Intervall",
        Language::French => "moustaches : intervalle à {}",
        Language::Spanish => "bigotes: intervalo del {}",
    };
    let all = match language {
        Language::English => "{} of {} comparisons together",
        Language::German => "{} von {} Vergleichen zusammen",
        Language::French => "{} de {} comparaisons ensemble",
        Language::Spanish => "{} de {} comparaciones juntas",
    };
    let alone = fill(alone, &[&confidence]);
    match together {
        0 | 1 => alone,
        _ => fill(all, &[&alone, &together.to_string()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_hold_together_say_of_how_many_comparisons() {
        assert_eq!(
            whiskers(Language::English, 0.95, 1),
            "whiskers: 95 % interval"
        );
        assert_eq!(
            whiskers(Language::German, 0.995, 10),
            "Striche: 95 %-Intervall von 10 Vergleichen zusammen"
        );
    }
}
