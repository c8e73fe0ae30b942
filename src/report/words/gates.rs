//! What was found of gates, in sentences.

use crate::judge::{
    GateClaim, GateFinding, GateOutcome, GateResult, GateSubject, Interval, TimeStatistic,
    Undecidable,
};
use crate::results::Run;

use super::checks;
use super::numbers::{Rounding, counted, decimal, scaled, significant};
use super::side_by_side::comparisons;

/// What a claim is about: `eu-west-1 against global, get-caller-identity warm`.
pub(crate) fn subject(subject: &GateSubject) -> String {
    match subject {
        GateSubject::Target(name) => name.to_string(),
        GateSubject::Pair { over, under, group } => format!("{over} against {under}, {group}"),
        GateSubject::Gate => "the gate".to_owned(),
    }
}

/// What came of the gates together: `❌ 1 of 3 gates violated`, or of several kinds `❌ 1 of 3 gates violated, 1 inconclusive`;
/// with the gravest outcome. `None` without gates.
pub(crate) fn headline(gates: &[GateResult]) -> Option<(GateOutcome, String)> {
    let gravest = gates.iter().map(|gate| gate.outcome).max()?;
    let icon = match gravest {
        GateOutcome::Proven => "✅",
        GateOutcome::Inconclusive => "⚠️",
        GateOutcome::Violated | GateOutcome::Invalid => "❌",
    };
    Some((gravest, format!("{icon} {}", in_words(gates))))
}

/// The same without a sign: `1 of 3 gates violated`.
pub(crate) fn in_words(gates: &[GateResult]) -> String {
    let count = |outcome: GateOutcome| gates.iter().filter(|gate| gate.outcome == outcome).count();
    let worst_first = [
        GateOutcome::Violated,
        GateOutcome::Invalid,
        GateOutcome::Inconclusive,
        GateOutcome::Proven,
    ];
    let mut counts = worst_first
        .into_iter()
        .map(|outcome| (count(outcome), outcome.as_str()))
        .filter(|(number, _)| *number > 0);
    let (number, word) = counts.next().unwrap_or_default();
    let whole = gates.len();
    let noun = counted(whole as u64, "gate");
    let mut text = format!("{number} of {whole} {noun} {word}");
    let proven = GateOutcome::Proven.as_str();
    for (number, word) in counts.filter(|(_, word)| *word != proven) {
        text.push_str(&format!(", {number} {word}"));
    }
    text
}

/// The statistic with its interval, the limit, and the number of answers, or why there are none. The sentence of a check is
/// about the one of `runs` that the check is of.
pub(crate) fn finding(claim: &GateClaim, runs: &[&Run]) -> String {
    let beside = |value: f64, interval: Interval, limit: f64, shown: Shown| {
        let more = more_digits(claim.outcome, interval, limit);
        let rest = format!(
            "({}), {} the limit of {}",
            between(interval, |end, rounding| shown(end, more, rounding)),
            distance(claim.outcome, value, limit),
            shown(limit, more, Rounding::Nearest)
        );
        (shown(value, more, Rounding::Nearest), rest)
    };
    match &claim.finding {
        &GateFinding::Time {
            statistic,
            value_ns,
            interval_ns,
            limit_ns,
            answers,
            taken_as_independent,
        } => {
            let (value, rest) = beside(value_ns, interval_ns, limit_ns, time);
            let assumed = if taken_as_independent {
                ", taken as independent"
            } else {
                ""
            };
            format!("{statistic} is {value} {rest}; {answers} answers{assumed}")
        }
        &GateFinding::ErrorRate {
            ratio,
            interval,
            limit_ratio,
            calls,
        } => {
            let (value, rest) = beside(ratio, interval, limit_ratio, percent);
            format!("error_rate is {value} {rest}; {calls} calls")
        }
        GateFinding::Quotient {
            statistic,
            under,
            ratio,
            interval,
            limit_ratio,
            answers_of_each,
        } => {
            let (value, rest) = beside(*ratio, *interval, *limit_ratio, factor);
            format!(
                "{statistic} is {value} times that of {under} {rest}; {answers_of_each} answers of each"
            )
        }
        GateFinding::Count { answers, limit } => {
            format!("{answers} answers, counted exactly; the limit is {limit}")
        }
        GateFinding::Undecidable(reason) => undecidable(reason, runs),
    }
}

fn undecidable(reason: &Undecidable, runs: &[&Run]) -> String {
    match reason {
        Undecidable::TooFewAnswers => "there are too few answers to say".to_owned(),
        Undecidable::NothingSent { endpoint: None } => "no data: nothing was sent".to_owned(),
        Undecidable::NothingSent {
            endpoint: Some(endpoint),
        } => format!("no data: nothing was sent to {endpoint}"),
        Undecidable::NoAnswers {
            endpoint,
            failed,
            issued,
        } => format!("no data: {failed} of {issued} calls to {endpoint} failed"),
        Undecidable::FailuresReach {
            statistic: TimeStatistic::Mean,
        } => "calls failed, and one that is never answered has no time to average".to_owned(),
        Undecidable::FailuresReach { statistic } => {
            format!("so many of its calls failed that {statistic} of all calls is a failure")
        }
        Undecidable::Incomparable(obstacle) => comparisons::obstacle(obstacle),
        Undecidable::Forbidden { run_id, check } => {
            let sentence = match runs.iter().find(|run| run.header.run_id == *run_id) {
                Some(run) => checks::sentence(check, run),
                None => check.text.clone(),
            };
            format!("the check {} forbids it: {sentence}", check.name)
        }
        Undecidable::Refused(error) => error.to_string(),
        Undecidable::TooManyGates { most_gates } => format!("a run has {most_gates} gates at most"),
    }
}

/// A number as text, with so many digits more than are enough to tell its size.
type Shown = fn(f64, usize, Rounding) -> String;

/// Digits that it takes beyond the usual ones until no end of a decisive interval, rounded outward, reaches the limit.
fn more_digits(outcome: GateOutcome, interval: Interval, limit: f64) -> usize {
    let decided = matches!(outcome, GateOutcome::Proven | GateOutcome::Violated);
    let apart = [interval.low, interval.high]
        .into_iter()
        .map(|end| (end - limit).abs())
        .fold(f64::INFINITY, f64::min);
    // An end moves by less than one step, the limit by half of one.
    let tells =
        |more: &usize| apart >= 1.5 * 10_f64.powf(limit.log10().floor() - 2.0 - *more as f64);
    (0..MOST_MORE_DIGITS)
        .find(tells)
        .filter(|_| decided)
        .unwrap_or(0)
}

/// More digits than that say nothing about a call.
const MOST_MORE_DIGITS: usize = 4;

/// A time, ns, with three digits and its unit, at least µs.
fn time(nanoseconds: f64, more: usize, rounding: Rounding) -> String {
    match nanoseconds {
        ns if !ns.is_finite() => "any time".to_owned(),
        ns if ns.abs() < 999.5 => format!("{} µs", significant(ns / 1e3, 3 + more, rounding)),
        ns => scaled(ns, 3 + more, rounding),
    }
}

/// A share, 0–1, in per cent with two digits that tell something.
fn percent(share: f64, more: usize, rounding: Rounding) -> String {
    let percent = share * 100.0;
    let decimals = match percent.abs() {
        p if p >= 9.95 || p == 0.0 => 0,
        p if p >= 0.995 => 1,
        p if p >= 0.0995 => 2,
        _ => 3,
    };
    format!("{} %", decimal(percent, decimals + more, rounding))
}

/// A factor with three digits that tell something: between an endpoint beside the caller and one across the world lie 25.
fn factor(number: f64, more: usize, rounding: Rounding) -> String {
    match number.abs() {
        n if n > 0.0 && n < 0.995 => {
            // 0.0412 has its first digit in the second place.
            let decimals = (2.0 - n.log10().floor()).clamp(2.0, 9.0) as usize;
            decimal(number, decimals + more, rounding)
        }
        _ => significant(number, 3 + more, rounding),
    }
}

/// The ends of an interval of two-sided confidence, rounded outward, which each hold on their own with more.
fn between(interval: Interval, shown: impl Fn(f64, Rounding) -> String) -> String {
    let Interval {
        low,
        high,
        confidence,
    } = interval;
    let (from, to) = (|| shown(low, Rounding::Down), || shown(high, Rounding::Up));
    let ends = match (low > 0.0, high.is_finite()) {
        (true, true) => format!("{} to {}", from(), to()),
        (true, false) => format!("at least {}", from()),
        (false, true) => format!("at most {}", to()),
        (false, false) => return "no bound on either side".to_owned(),
    };
    let outside = (1.0 - confidence) / 2.0 * 100.0;
    // Two digits of what an end leaves out.
    let decimals = (1.0 - outside.log10().floor()).clamp(0.0, 9.0) as usize;
    format!(
        "{ends}, each end with {:.decimals$} % confidence",
        100.0 - outside
    )
}

/// Where a value lies from its limit. Of one whose interval reaches across the limit that would read as if it had been decided.
fn distance(outcome: GateOutcome, value: f64, limit: f64) -> String {
    if outcome == GateOutcome::Inconclusive {
        return "an interval that reaches across".to_owned();
    }
    match percent((value / limit - 1.0).abs(), 0, Rounding::Nearest) {
        none if none == "0 %" || value == limit => "at".to_owned(),
        some if value < limit => format!("{some} below"),
        some => format!("{some} above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, high: f64, confidence: f64) -> Interval {
        Interval {
            low,
            high,
            confidence,
        }
    }

    #[test]
    fn numbers_have_the_digits_that_tell_something() {
        let times = [
            1.0,
            999.0,
            245_300.0,
            999_600.0,
            25_640_000.0,
            500e6,
            9_999_600_000.0,
            f64::INFINITY,
        ]
        .map(|ns| time(ns, 0, Rounding::Nearest));
        assert_eq!(
            times,
            [
                "0.00 µs", "1.00 µs", "245 µs", "1.00 ms", "25.6 ms", "500 ms", "10.0 s",
                "any time"
            ]
        );
        let shares =
            [0.0, 0.000_5, 0.001, 0.016_3, 0.5].map(|share| percent(share, 0, Rounding::Nearest));
        assert_eq!(shares, ["0 %", "0.050 %", "0.10 %", "1.6 %", "50 %"]);
    }

    #[test]
    fn an_interval_says_how_surely_each_of_its_ends_holds() {
        assert_eq!(
            between(interval(25e6, 30e6, 0.95), |end, way| time(end, 0, way)),
            "25.0 ms to 30.0 ms, each end with 97.5 % confidence"
        );
        assert_eq!(
            between(interval(25e6, f64::INFINITY, 0.95), |end, way| time(
                end, 0, way
            )),
            "at least 25.0 ms, each end with 97.5 % confidence"
        );
        assert_eq!(
            between(interval(0.0, 0.01, 1.0 - 0.05 / 34.0), |end, way| percent(
                end, 0, way
            )),
            "at most 1.0 %, each end with 99.926 % confidence"
        );
        let distances = [(8.0, 10.0), (15.0, 10.0), (7.0, 7.0)]
            .map(|(value, limit)| distance(GateOutcome::Proven, value, limit));
        assert_eq!(distances, ["20 % below", "50 % above", "at"]);
        assert_eq!(
            distance(GateOutcome::Inconclusive, 0.0, 0.01),
            "an interval that reaches across"
        );
    }

    #[test]
    fn no_end_of_a_decisive_interval_is_printed_beyond_the_limit() {
        let claim = |outcome, low, high, limit_ns| {
            let claim = GateClaim {
                subject: GateSubject::Gate,
                outcome,
                finding: GateFinding::Time {
                    statistic: crate::judge::TimeStatistic::Percentile(0.5),
                    value_ns: (low + high) / 2.0,
                    interval_ns: interval(low, high, 0.95),
                    limit_ns,
                    answers: 100,
                    taken_as_independent: false,
                },
                more_samples: None,
            };
            finding(&claim, &[])
        };
        let proven = claim(GateOutcome::Proven, 24.5e6, 24.91e6, 24.93e6);
        assert!(
            proven.contains("(24.50 ms to 24.91 ms")
                && proven.ends_with("limit of 24.93 ms; 100 answers"),
            "{proven}"
        );
        let clear = claim(GateOutcome::Proven, 24.53e6, 24.91e6, 30e6);
        assert!(clear.contains("(24.5 ms to 25.0 ms"), "{clear}");
    }

    #[test]
    fn small_factors_keep_their_digits() {
        let factors = [0.041_23, 0.041_56, 0.398, 0.8, 1.26, 12.34, 0.0]
            .map(|number| factor(number, 0, Rounding::Nearest));
        assert_eq!(
            factors,
            ["0.0412", "0.0416", "0.398", "0.800", "1.26", "12.3", "0.00"]
        );
    }
}
