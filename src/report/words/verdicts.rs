//! Verdicts in words, each with its interval, so that the word alone misleads nobody.

use crate::judge::{
    Comparison, ComparisonMethod, Estimate, InGeneral, Interval, MoreRounds, Verdict,
};

use super::numbers::{self, count, duration, ratio, ratio_with_span, time_with_span};

/// How a candidate compares, for a cell: `3.6× faster (3.4–3.8×)`, `equivalent (0.99–1.01×)`.
pub(crate) fn verdict_cell(verdict: Verdict, ratio_of: Estimate) -> String {
    let word = verdict_words(verdict, ratio_of);
    match interval(verdict, ratio_of) {
        Some(interval) => format!("{word} ({interval})"),
        None => word,
    }
}

/// The same without the interval: `3.6× faster`, `slightly slower`, `inconclusive`.
pub(crate) fn verdict_words(verdict: Verdict, ratio_of: Estimate) -> String {
    match verdict {
        Verdict::Faster => format!("{} faster", counted(verdict, ratio_of).0),
        Verdict::Slower => format!("{} slower", counted(verdict, ratio_of).0),
        Verdict::SlightlyFaster
        | Verdict::SlightlySlower
        | Verdict::Equivalent
        | Verdict::Inconclusive
        | Verdict::Invalid
        | Verdict::NoData => verdict.as_str().to_owned(),
    }
}

/// How far intervals of that confidence can be relied on when each holds by itself: `about one in 20 of these does not hold`.
pub(crate) fn one_of_many(confidence: f64) -> String {
    format!(
        "about one in {:.0} of these does not hold",
        1.0 / (1.0 - confidence)
    )
}

/// What would decide an inconclusive comparison.
pub(crate) fn lacking(comparison: &Comparison) -> Option<String> {
    let wanted = comparison.more_rounds?;
    let rounds = numbers::counted(wanted.number(), "round");
    Some(match wanted {
        MoreRounds::About(number) => format!("{} {rounds} would decide it", more(number)),
        MoreRounds::AtLeast(number) if number <= MOST_NAMED => {
            format!("it takes at least {} more {rounds}", count(number))
        }
        MoreRounds::AtLeast(number) => format!("it takes {} {rounds}", more(number)),
    })
}

/// That the interval comes from few rounds, where it does.
pub(crate) fn by_signs(comparison: &Comparison) -> Option<String> {
    match comparison.method {
        ComparisonMethod::SignTest { rounds } if comparison.ratio.interval.is_some() => {
            Some(format!(
                "sign test over {} {}",
                count(rounds),
                numbers::counted(rounds, "round")
            ))
        }
        ComparisonMethod::SignTest { .. }
        | ComparisonMethod::BlockBootstrap { .. }
        | ComparisonMethod::PairedWindows { .. }
        | ComparisonMethod::Nothing => None,
    }
}

/// `about 651 more`; numbers beyond what a run can make are not given in full.
pub(crate) fn more(number: u64) -> String {
    match number {
        few if few <= MOST_NAMED => format!("about {} more", count(few)),
        _ => format!("more than {} more", count(MOST_NAMED)),
    }
}

/// The largest number of further rounds or answers that is given in full.
const MOST_NAMED: u64 = 100_000;

/// How much time is saved: `62.7 ms (61.0–64.1 ms)`.
pub(crate) fn saved(difference: Estimate) -> String {
    let (low, high) = match difference.interval {
        Some(interval) if difference.value >= 0.0 => (interval.low, interval.high),
        Some(interval) => (-interval.high, -interval.low),
        None => return duration(difference.value.abs()),
    };
    let (value, span) = time_with_span(difference.value.abs(), low, high);
    format!("{value} ({span})")
}

/// The claim in general, beyond the windows that were measured.
pub(crate) fn in_general(general: &InGeneral) -> String {
    let words = verdict_words(general.verdict, general.ratio);
    let interval = interval(general.verdict, general.ratio).map(|interval| format!(", {interval}"));
    format!(
        "in general, over {} windows: {words}{}",
        general.windows,
        interval.unwrap_or_default()
    )
}

/// The interval in the direction of the word, `3.4–3.8×`: of how much slower, where the word is slower.
pub(crate) fn interval(verdict: Verdict, ratio_of: Estimate) -> Option<String> {
    counted(verdict, ratio_of)
        .1
        .filter(|_| verdict != Verdict::Invalid)
}

/// The ratio and its interval as the word counts them, to the same digits.
fn counted(verdict: Verdict, ratio_of: Estimate) -> (String, Option<String>) {
    let inverted = matches!(verdict, Verdict::Slower | Verdict::SlightlySlower);
    let value = if inverted {
        1.0 / ratio_of.value
    } else {
        ratio_of.value
    };
    let Some(Interval { low, high, .. }) = ratio_of.interval else {
        return (ratio(value), None);
    };
    let (low, high) = if inverted {
        (1.0 / high, 1.0 / low)
    } else {
        (low, high)
    };
    let (value, span) = ratio_with_span(value, low, high);
    (value, Some(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, low: f64, high: f64) -> Estimate {
        Estimate {
            value,
            interval: Some(Interval {
                low,
                high,
                confidence: 0.95,
            }),
        }
    }

    #[test]
    fn a_word_stands_with_its_interval_in_the_direction_of_the_word() {
        assert_eq!(
            verdict_cell(Verdict::Faster, estimate(3.6, 3.41, 3.8)),
            "3.6× faster (3.4–3.8×)"
        );
        assert_eq!(
            verdict_cell(Verdict::Slower, estimate(0.5, 0.4, 0.625)),
            "2.0× slower (1.6–2.5×)"
        );
        assert_eq!(
            verdict_cell(Verdict::Equivalent, estimate(1.0, 0.99, 1.01)),
            "equivalent (0.99–1.01×)"
        );
        assert_eq!(
            verdict_cell(Verdict::Inconclusive, Estimate::point(1.1)),
            "inconclusive"
        );
        assert_eq!(
            verdict_cell(Verdict::Invalid, estimate(3.6, 3.4, 3.8)),
            "invalid"
        );
    }

    #[test]
    fn no_estimate_stands_outside_of_its_own_interval() {
        assert_eq!(
            verdict_cell(Verdict::Faster, estimate(11.3, 11.1, 11.46)),
            "11.3× faster (11.1–11.5×)"
        );
        let slower = estimate(1.0 / 2.464, 1.0 / 2.468, 1.0 / 2.461);
        assert_eq!(
            verdict_cell(Verdict::Slower, slower),
            "2.46× slower (2.46–2.47×)"
        );
        assert_eq!(
            saved(estimate(1.5e6, -1.30e6, 1.83e6)),
            "1.50 ms (−1.30 to 1.83 ms)"
        );
    }

    #[test]
    fn each_interval_by_itself_is_worth_what_its_confidence_says() {
        assert_eq!(one_of_many(0.95), "about one in 20 of these does not hold");
        assert_eq!(one_of_many(0.9), "about one in 10 of these does not hold");
    }

    #[test]
    fn what_no_run_can_make_is_not_told_to_the_last_digit() {
        assert_eq!(
            [1, 651, 100_000].map(more),
            ["about 1 more", "about 651 more", "about 100,000 more"]
        );
        assert_eq!(more(311_372), "more than 100,000 more");
    }

    #[test]
    fn saved_time_is_positive_in_its_direction() {
        assert_eq!(
            saved(estimate(62.7e6, 61e6, 64.1e6)),
            "62.7 ms (61.0–64.1 ms)"
        );
        assert_eq!(saved(estimate(-5e6, -6e6, -4e6)), "5.00 ms (4.00–6.00 ms)");
    }
}
