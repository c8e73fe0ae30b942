//! Verdicts in words. Who reads only the word must not be misled, so each stands with its interval.

use crate::compare::{Comparison, Estimate, InGeneral, Interval, Verdict};

use super::units::{count, duration, ratio, ratio_span, span};

/// How a candidate compares, for a cell: `3.6× faster (3.4–3.8×)`, `equivalent (0.99–1.01×)`.
pub(super) fn verdict_cell(verdict: Verdict, ratio_of: Estimate) -> String {
    let word = verdict_words(verdict, ratio_of);
    match interval(verdict, ratio_of) {
        Some((low, high)) if verdict != Verdict::Invalid => format!("{word} ({})", ratio_span(low, high)),
        _ => word,
    }
}

/// The same without the interval: `3.6× faster`, `slightly slower`, `inconclusive`.
pub(super) fn verdict_words(verdict: Verdict, ratio_of: Estimate) -> String {
    match verdict {
        Verdict::Faster => format!("{} faster", ratio(ratio_of.value)),
        Verdict::Slower => format!("{} slower", ratio(1.0 / ratio_of.value)),
        Verdict::SlightlyFaster
        | Verdict::SlightlySlower
        | Verdict::Equivalent
        | Verdict::Inconclusive
        | Verdict::Invalid
        | Verdict::NoData => verdict.as_str().to_owned(),
    }
}

/// What an inconclusive comparison lacks.
pub(super) fn lacking(comparison: &Comparison) -> Option<String> {
    let rounds = comparison.more_rounds?;
    Some(format!("about {} more {} would decide it", count(rounds), if rounds == 1 { "round" } else { "rounds" }))
}

/// How much time is saved: `62.7 ms (61.0–64.1 ms)`.
pub(super) fn saved(difference: Estimate) -> String {
    let value = duration(difference.value.abs());
    match difference.interval {
        Some(interval) if difference.value >= 0.0 => format!("{value} ({})", span(interval.low, interval.high)),
        Some(interval) => format!("{value} ({})", span(-interval.high, -interval.low)),
        None => value,
    }
}

/// The claim beyond the stretches of time that were measured.
pub(super) fn in_general(general: &InGeneral) -> String {
    let words = verdict_words(general.verdict, general.ratio);
    let interval = interval(general.verdict, general.ratio).map(|(low, high)| format!(", {}", ratio_span(low, high)));
    format!("in general, over {} windows: {words}{}", general.windows, interval.unwrap_or_default())
}

/// `95 %`.
pub(super) fn confidence(confidence: f64) -> String {
    let percent = format!("{:.2}", confidence * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

/// The interval in the direction of the word: of how much slower, where the word is slower.
fn interval(verdict: Verdict, ratio_of: Estimate) -> Option<(f64, f64)> {
    ratio_of.interval.map(|interval| in_direction(verdict, interval))
}

/// The ends of a ratio's interval as the word counts them.
pub(super) fn in_direction(verdict: Verdict, interval: Interval) -> (f64, f64) {
    match verdict {
        Verdict::Slower | Verdict::SlightlySlower => (1.0 / interval.high, 1.0 / interval.low),
        _ => (interval.low, interval.high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, low: f64, high: f64) -> Estimate {
        Estimate { value, interval: Some(Interval { low, high, confidence: 0.95 }) }
    }

    #[test]
    fn a_word_stands_with_its_interval_in_the_direction_of_the_word() {
        assert_eq!(verdict_cell(Verdict::Faster, estimate(3.6, 3.41, 3.8)), "3.6× faster (3.4–3.8×)");
        assert_eq!(verdict_cell(Verdict::Slower, estimate(0.5, 0.4, 0.625)), "2.0× slower (1.60–2.5×)");
        assert_eq!(verdict_cell(Verdict::Equivalent, estimate(1.0, 0.99, 1.01)), "equivalent (0.99–1.01×)");
        assert_eq!(verdict_cell(Verdict::Inconclusive, Estimate::point(1.1)), "inconclusive");
        assert_eq!(verdict_cell(Verdict::Invalid, estimate(3.6, 3.4, 3.8)), "invalid");
    }

    #[test]
    fn saved_time_is_positive_in_its_direction() {
        assert_eq!(saved(estimate(62.7e6, 61e6, 64.1e6)), "62.7 ms (61.0–64.1 ms)");
        assert_eq!(saved(estimate(-5e6, -6e6, -4e6)), "5.00 ms (4.00–6.00 ms)");
    }

    #[test]
    fn confidence_has_no_needless_digits() {
        assert_eq!([0.95, 0.999, 0.9].map(confidence), ["95 %", "99.9 %", "90 %"]);
    }
}
