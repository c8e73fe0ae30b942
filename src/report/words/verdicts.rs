//! Verdicts in words, each with its interval, so that the word alone misleads nobody.

use crate::judge::{
    Comparison, ComparisonMethod, Estimate, InGeneral, Interval, Margin, MarginPart, MoreRounds,
    Verdict,
};

use super::numbers::{
    self, count, duration, duration_as_set, percent_as_set, ratio, ratio_with_span, time_with_span,
};

/// A verdict with what it was read from.
#[derive(Clone, Copy)]
pub(crate) struct Worded {
    verdict: Verdict,
    ratio: Estimate,
    equivalence: Option<Interval>,
    margin: Margin,
    /// How many comparisons hold together at that confidence.
    together: usize,
}

impl From<&Comparison> for Worded {
    fn from(comparison: &Comparison) -> Self {
        Self {
            verdict: comparison.verdict,
            ratio: comparison.ratio,
            equivalence: comparison.equivalence,
            margin: comparison.margin,
            together: comparison.together,
        }
    }
}

impl From<&InGeneral> for Worded {
    fn from(general: &InGeneral) -> Self {
        Self {
            verdict: general.verdict,
            ratio: general.ratio,
            equivalence: general.equivalence,
            margin: general.margin,
            together: 1,
        }
    }
}

/// How a candidate compares, for a cell: `3.6× faster (3.4–3.8×)`, `equivalent (90 %: 0.99–1.01×)`.
pub(crate) fn verdict_cell(found: impl Into<Worded>) -> String {
    let found = found.into();
    let word = verdict_words(found);
    match (counted(found).1, found.decisive()) {
        (Some(span), Some(_)) if found.verdict == Verdict::Equivalent => {
            format!("{word} ({}: {span})", confidence(found))
        }
        (Some(span), Some(_)) => format!("{word} ({span})"),
        (None, _) | (_, None) => word,
    }
}

/// The same without the interval: `3.6× faster`, `slower, ≥ 2 % unproven`, `inconclusive`.
pub(crate) fn verdict_words(found: impl Into<Worded>) -> String {
    let found = found.into();
    match found.verdict {
        Verdict::Faster => format!("{} faster", counted(found).0),
        Verdict::Slower => format!("{} slower", counted(found).0),
        Verdict::SlightlyFaster => format!("faster, ≥ {} unproven", least(found)),
        Verdict::SlightlySlower => format!("slower, ≥ {} unproven", least(found)),
        Verdict::Equivalent | Verdict::Inconclusive | Verdict::Invalid | Verdict::NoData => {
            found.verdict.as_str().to_owned()
        }
    }
}

/// A verdict as something that several comparisons have come to, each by a margin of its own.
pub(crate) fn without_margin(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::SlightlyFaster => "faster (beyond the margin: unproven)",
        Verdict::SlightlySlower => "slower (beyond the margin: unproven)",
        Verdict::Faster
        | Verdict::Equivalent
        | Verdict::Slower
        | Verdict::Inconclusive
        | Verdict::Invalid
        | Verdict::NoData => verdict.as_str(),
    }
}

/// The least difference that matters, as the plan has it: `2 %`, or `1 ms`.
pub(crate) fn least(found: impl Into<Worded>) -> String {
    match found.into().margin.set_as {
        MarginPart::Share(share) => percent_as_set(share),
        MarginPart::Time(time) => duration_as_set(time.as_nanos() as f64),
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

/// How much time is saved, below zero where it is lost: `−5.00 ms (−6.00 to −4.00 ms)`.
pub(crate) fn saved_or_lost(difference: Estimate) -> String {
    let Some(interval) = difference.interval else {
        return duration(difference.value);
    };
    let (value, span) = time_with_span(difference.value, interval.low, interval.high);
    format!("{value} ({span})")
}

/// The claim in general, beyond the windows that were measured.
pub(crate) fn in_general(general: &InGeneral) -> String {
    let interval = interval(general).map(|interval| format!(", {interval}"));
    format!(
        "in general, over {} windows: {}{}",
        general.windows,
        verdict_words(general),
        interval.unwrap_or_default()
    )
}

/// The interval in the direction of the word with its confidence, `95 % interval 3.4–3.8×`: of how much slower, where the word
/// is slower.
pub(crate) fn interval(found: impl Into<Worded>) -> Option<String> {
    let found = found.into();
    let span = counted(found).1.filter(|_| found.decisive().is_some())?;
    let confidence = confidence(found);
    Some(match found.together {
        1 => format!("{confidence} interval {span}"),
        together => format!("{confidence} interval of {together} comparisons together {span}"),
    })
}

/// The confidence of the interval that the word was read from: of all comparisons together.
pub(crate) fn confidence(found: impl Into<Worded>) -> String {
    let found = found.into();
    let interval = found.decisive();
    interval.map_or_else(String::new, |interval| {
        percent_as_set(1.0 - (1.0 - interval.confidence) * found.together as f64)
    })
}

impl Worded {
    /// The interval that the word was read from.
    fn decisive(self) -> Option<Interval> {
        match self.verdict {
            Verdict::Invalid => None,
            Verdict::Equivalent => self.equivalence,
            Verdict::Faster
            | Verdict::SlightlyFaster
            | Verdict::SlightlySlower
            | Verdict::Slower
            | Verdict::Inconclusive
            | Verdict::NoData => self.ratio.interval,
        }
    }
}

/// The ratio and its interval as the word counts them, to the same digits: so many that the printed interval says the same of
/// no difference and of the margin as the real one.
fn counted(found: Worded) -> (String, Option<String>) {
    let [slower, faster] = found.margin.ratios();
    let bounds = [slower, 1.0, faster];
    let inverted = matches!(found.verdict, Verdict::Slower | Verdict::SlightlySlower);
    let turned = |ratio: f64| if inverted { 1.0 / ratio } else { ratio };
    let value = turned(found.ratio.value);
    let Some(Interval { low, high, .. }) = found.decisive() else {
        return (ratio(value), None);
    };
    let (low, high) = (
        turned(if inverted { high } else { low }),
        turned(if inverted { low } else { high }),
    );
    let (value, span) = ratio_with_span(value, low, high, &bounds.map(turned));
    (value, Some(span))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::Judging;

    /// By a margin of 2 %; the interval of the tests for equivalence is a little narrower than the other.
    fn found(verdict: Verdict, value: f64, low: f64, high: f64) -> Worded {
        let ratio = estimate(value, low, high);
        let equivalence = Interval {
            low: low + (value - low) * 0.1,
            high: high - (high - value) * 0.1,
            confidence: 0.9,
        };
        Worded {
            verdict,
            ratio,
            equivalence: Some(equivalence),
            margin: Margin::around(100e6, &Judging::default()),
            together: 1,
        }
    }

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
            verdict_cell(found(Verdict::Faster, 3.6, 3.41, 3.8)),
            "3.6× faster (3.4–3.8×)"
        );
        assert_eq!(
            verdict_cell(found(Verdict::Slower, 0.5, 0.4, 0.625)),
            "2.0× slower (1.6–2.5×)"
        );
        assert_eq!(
            verdict_cell(found(Verdict::Equivalent, 1.0, 0.99, 1.01)),
            "equivalent (90 %: 0.99–1.01×)"
        );
        assert_eq!(
            verdict_cell(Worded {
                ratio: Estimate::point(1.1),
                ..found(Verdict::Inconclusive, 1.1, 1.0, 1.2)
            }),
            "inconclusive"
        );
        assert_eq!(
            verdict_cell(found(Verdict::Invalid, 3.6, 3.4, 3.8)),
            "invalid"
        );
    }

    #[test]
    fn a_difference_that_may_be_below_the_margin_is_not_called_slight() {
        let far = found(Verdict::SlightlyFaster, 1.1, 1.004, 1.22);
        assert_eq!(verdict_cell(far), "faster, ≥ 2 % unproven (1.004–1.220×)");
        let near = Worded {
            margin: Margin::around(20e6, &Judging::default()),
            ..found(Verdict::SlightlySlower, 0.97, 0.92, 0.99)
        };
        assert_eq!(verdict_cell(near), "slower, ≥ 1 ms unproven (1.01–1.09×)");
        assert_eq!(interval(far).as_deref(), Some("95 % interval 1.004–1.220×"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn the_printed_interval_bears_out_the_word(
            value in -0.2..0.2_f64, below in 0.0..0.2_f64, above in 0.0..0.2_f64, fine in 0..3_i32, baseline in 1e6..1e9_f64,
        ) {
            let scale = 10_f64.powi(-fine);
            let logs = |share: f64, confidence: f64| Interval {
                low: (value - below * share) * scale,
                high: (value + above * share) * scale,
                confidence,
            };
            let margin = Margin::around(baseline, &Judging::default());
            let (whole, inner) = (logs(1.0, 0.95), logs(0.84, 0.9));
            let beside = |end: f64| [margin.slower, 0.0, margin.faster].iter().all(|bound| (end - bound).abs() > 1e-7);
            prop_assume!([whole, inner].iter().all(|interval| beside(interval.low) && beside(interval.high)));
            let ratios = |logs: Interval| Interval { low: logs.low.exp(), high: logs.high.exp(), ..logs };
            let found = Worded {
                verdict: margin.verdict(whole, inner),
                ratio: Estimate { value: (value * scale).exp(), interval: Some(ratios(whole)) },
                equivalence: Some(ratios(inner)),
                margin,
                together: 1,
            };
            let printed = counted(found).1.expect("an interval");
            let ends = printed.trim_end_matches('×').split_once('–').expect("two ends");
            let end = |text: &str| text.parse::<f64>().expect("a number").ln();
            let printed = match found.verdict {
                Verdict::Slower | Verdict::SlightlySlower => Interval { low: -end(ends.1), high: -end(ends.0), confidence: 0.95 },
                _ => Interval { low: end(ends.0), high: end(ends.1), confidence: 0.95 },
            };
            let decisive = found.decisive().expect("an interval");
            prop_assert!(printed.low <= decisive.low.ln() + 1e-12 && decisive.high.ln() <= printed.high + 1e-12);
            let whole = if found.verdict == Verdict::Equivalent { whole } else { printed };
            prop_assert_eq!(margin.verdict(whole, if found.verdict == Verdict::Equivalent { printed } else { inner }), found.verdict);
        }
    }

    #[test]
    fn no_estimate_stands_outside_of_its_own_interval() {
        assert_eq!(
            verdict_cell(found(Verdict::Faster, 11.3, 11.1, 11.46)),
            "11.3× faster (11.1–11.5×)"
        );
        let slower = found(Verdict::Slower, 1.0 / 2.464, 1.0 / 2.468, 1.0 / 2.461);
        assert_eq!(verdict_cell(slower), "2.46× slower (2.46–2.47×)");
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

    #[test]
    fn lost_time_and_the_ends_of_its_interval_have_their_signs() {
        assert_eq!(
            saved_or_lost(estimate(62.7e6, 61e6, 64.1e6)),
            saved(estimate(62.7e6, 61e6, 64.1e6))
        );
        assert_eq!(
            saved_or_lost(estimate(-5e6, -6e6, -4e6)),
            "−5.00 ms (−6.00 to −4.00 ms)"
        );
        assert_eq!(
            saved_or_lost(estimate(-270e3, -620e3, 213e3)),
            "−270 µs (−620 to 213 µs)"
        );
    }
}
