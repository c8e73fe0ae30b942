//! Numbers for people: few digits, a unit, and decimals that never rise as the number grows. The only place that formats
//! times, ratios, percentages, counts and the names of percentiles.

use crate::plan::Level;

/// Stands after a ratio that is proven to be on its side of 1, but not to differ from it by as much as matters.
pub(crate) const UNPROVEN: &str = " ?";
/// Printed in place of a missing number.
pub(crate) const NOTHING: &str = "–";

/// Which way a number is rounded to the digits that are shown. The ends of an interval are rounded away from each other, so
/// that what is printed holds what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// To the next lower number: the lower end of an interval.
    Down,
    /// To the next number.
    Nearest,
    /// To the next higher number: the upper end of an interval.
    Up,
}

impl Rounding {
    /// The same as seen from the other side of zero.
    fn mirrored(self) -> Self {
        match self {
            Self::Down => Self::Up,
            Self::Nearest => Self::Nearest,
            Self::Up => Self::Down,
        }
    }

    /// Whether a number of that size, rounded to whole `step`s, stays below `limit`.
    fn stays_below(self, limit: f64, step: f64, size: f64) -> bool {
        match self {
            Self::Down => size < limit,
            Self::Nearest => size < limit - step / 2.0,
            Self::Up => size <= limit - step,
        }
    }
}

/// A finite number with so many decimals.
pub(crate) fn decimal(number: f64, decimals: usize, rounding: Rounding) -> String {
    let nearest = format!("{number:.decimals$}");
    // What is compared is the number as it will be read: 1.15 has no binary form, and would be rounded to 1.14 by arithmetic.
    let read: f64 = nearest.parse().unwrap_or(number);
    let step = 10_f64.powf(-(decimals as f64));
    let rounded = match rounding {
        Rounding::Down if read > number => format!("{:.decimals$}", read - step),
        Rounding::Up if read < number => format!("{:.decimals$}", read + step),
        Rounding::Down | Rounding::Nearest | Rounding::Up => nearest,
    };
    let is_zero = rounded
        .chars()
        .all(|digit| matches!(digit, '-' | '0' | '.'));
    if is_zero {
        rounded.trim_start_matches('-').to_owned()
    } else {
        rounded
    }
}

/// A time in nanoseconds with its unit: three significant digits; µs below 1 ms, ms below 10 s, s from there on. `–`
/// where it is not finite.
pub(crate) fn duration(nanoseconds: f64) -> String {
    scaled(nanoseconds, 3, Rounding::Nearest)
}

/// [`duration`] to that many significant digits, at least 3.
pub(crate) fn scaled(nanoseconds: f64, digits: usize, rounding: Rounding) -> String {
    // A hyphen before a number is lost beside the dash of a range.
    unsigned(nanoseconds, digits, rounding).replace('-', "−")
}

fn unsigned(nanoseconds: f64, digits: usize, rounding: Rounding) -> String {
    let outward = outward(nanoseconds, rounding);
    // The next unit begins where rounding would reach it, so that 999.6 µs is 1.00 ms and never 1000 µs.
    let below = |limit: f64, unit: f64| outward.stays_below(limit * unit, unit, nanoseconds.abs());
    let number = |unit: f64| significant(nanoseconds / unit, digits, rounding);
    if !nanoseconds.is_finite() {
        NOTHING.to_owned()
    } else if below(1e3, 1.0) {
        format!("{} ns", decimal(nanoseconds, 0, rounding))
    } else if below(1e3, 1e3) {
        format!("{} µs", number(1e3))
    } else if below(1e4, 1e6) {
        format!("{} ms", number(1e6))
    } else {
        format!("{} s", number(1e9))
    }
}

/// Which way the size of a number is rounded when the number is.
fn outward(number: f64, rounding: Rounding) -> Rounding {
    if number < 0.0 {
        rounding.mirrored()
    } else {
        rounding
    }
}

/// A time as it was set, without digits that say nothing: `1 ms`, `1.5 ms`.
pub(crate) fn duration_as_set(nanoseconds: f64) -> String {
    let text = duration(nanoseconds);
    match text.rsplit_once(' ') {
        Some((number, unit)) if number.contains('.') => {
            format!("{} {unit}", without_zeros(number))
        }
        _ => text,
    }
}

/// From one time to another: `25.1–26.3 ms`, the unit once where both have it, `to` where an end is negative, and no end
/// where the upper one is infinite.
pub(crate) fn span(low: f64, high: f64) -> String {
    time_with_span(low, low, high).1
}

/// From the least to the greatest of measured times: `455–872 ms`, the unit once where both have it, and one time where both
/// are written alike. They are values and no interval, so that each is rounded to the next number.
pub(crate) fn range(least: f64, greatest: f64) -> String {
    let (from, to) = (duration(least), duration(greatest));
    match (from.rsplit_once(' '), to.rsplit_once(' ')) {
        _ if from == to => from,
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number}–{to}"),
        _ => format!("{from}–{to}"),
    }
}

/// A time and its interval, to as many digits as tell the ends apart: with fewer of its own it could stand outside of them.
/// Histograms keep three digits; beyond a fourth the ends are the same. The ends are rounded outward.
pub(crate) fn time_with_span(time: f64, low: f64, high: f64) -> (String, String) {
    if high == f64::INFINITY {
        let from = scaled(low, 3, Rounding::Down);
        return (duration(time), format!("from {from}"));
    }
    if low == f64::NEG_INFINITY {
        let to = scaled(high, 3, Rounding::Up);
        return (duration(time), format!("≤ {to}"));
    }
    let near = |end: f64, digits: usize| scaled(end, digits, Rounding::Nearest);
    let digits = (3..=4)
        .find(|&digits| near(low, digits) != near(high, digits))
        .unwrap_or(3);
    let (from, to) = (
        scaled(low, digits, Rounding::Down),
        scaled(high, digits, Rounding::Up),
    );
    let between = if low < 0.0 || high < 0.0 {
        " to "
    } else {
        "–"
    };
    let span = match (from.rsplit_once(' '), to.rsplit_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number}{between}{to}"),
        _ => format!("{from}{between}{to}"),
    };
    (near(time, digits), span)
}

/// A ratio and its interval, `3.6×` and `3.4–3.8×`: to as many decimals as the ratio has on its own, as tell the ends apart,
/// and as leave each end, rounded outward, on its side of every one of `bounds`.
pub(crate) fn ratio_with_span(ratio: f64, low: f64, high: f64, bounds: &[f64]) -> (String, String) {
    let text = |value: f64, decimals: usize, rounding: Rounding| match value {
        v if v.is_finite() => decimal(v, decimals, rounding),
        f64::INFINITY => "∞".to_owned(),
        _ => NOTHING.to_owned(),
    };
    let least = decimals(ratio);
    let most = match ratio {
        r if r < 9.9995 => 3,
        r if r < 99.995 => 2,
        r if r < 999.95 => 1,
        _ => 0,
    };
    let near = |value: f64, decimals: usize| text(value, decimals, Rounding::Nearest);
    let apart = (least..=most)
        .find(|&decimals| near(low, decimals) != near(high, decimals))
        .unwrap_or(least);
    let read = |value: f64, decimals: usize, rounding: Rounding| -> f64 {
        text(value, decimals, rounding).parse().unwrap_or(value)
    };
    let aside = |decimals: usize| {
        let (from, to) = (
            read(low, decimals, Rounding::Down),
            read(high, decimals, Rounding::Up),
        );
        bounds
            .iter()
            .all(|&bound| (low > bound) == (from > bound) && (high < bound) == (to < bound))
    };
    let decimals = (apart..=MOST_DECIMALS)
        .find(|&decimals| aside(decimals))
        .unwrap_or(apart);
    let span = format!(
        "{}–{}×",
        text(low, decimals, Rounding::Down),
        text(high, decimals, Rounding::Up)
    );
    let ratio = near(ratio, decimals);
    (
        if ratio == NOTHING {
            ratio
        } else {
            ratio + "×"
        },
        span,
    )
}

/// Decimals beyond which two ratios are one.
const MOST_DECIMALS: usize = 9;

/// A ratio: `3.6×`, with two decimals below 2 and none from 10 on. `–` where it is not finite.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio.is_finite() {
        format!("{ratio:.*}×", decimals(ratio))
    } else {
        NOTHING.to_owned()
    }
}

/// Decimals that a ratio has on its own.
fn decimals(ratio: f64) -> usize {
    match ratio {
        r if r < 1.995 => 2,
        r if r < 9.95 => 1,
        _ => 0,
    }
}

/// [`duration`] in the unit that the `greatest` of several times has, so that they can be compared at a glance.
pub(crate) fn duration_beside(greatest: f64, nanoseconds: f64) -> String {
    let (unit, name) = match greatest.abs() {
        size if size < 0.999_5e6 => (1e3, "µs"),
        size if size < 9.995e9 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    let number = significant(nanoseconds / unit, 3, Rounding::Nearest);
    format!("{number} {name}").replace('-', "−")
}

/// A tick of an axis of times, to the nanosecond: as short as the number allows.
pub(crate) fn tick(nanoseconds: f64) -> String {
    tick_beside(nanoseconds.abs().max(1e6), nanoseconds)
}

/// The same in the unit that the `greatest` tick of the axis has.
pub(crate) fn tick_beside(greatest: f64, nanoseconds: f64) -> String {
    let (decimals, unit) = match greatest.abs() {
        size if size > 0.0 && size < 0.999_5e6 => (3, "µs"),
        size if size < 9.995e9 => (6, "ms"),
        _ => (9, "s"),
    };
    let number = nanoseconds / 10.0_f64.powi(decimals);
    format!("{} {unit}", shortest(number, decimals as usize))
}

/// A tick of an axis of changes, such as 0.05: in per cent with its sign, as short as the number allows.
pub(crate) fn tick_of_change(change: f64) -> String {
    let text = shortest(change * 100.0, 6);
    match text.strip_prefix('-') {
        Some(size) => format!("−{size} %"),
        None if text == "0" => format!("{text} %"),
        None => format!("+{text} %"),
    }
}

/// A number with as few decimals as it needs: what is beyond that many is an error of binary fractions.
fn shortest(number: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let whole = grouped(whole);
    let text = match fraction.trim_end_matches('0') {
        "" => whole,
        fraction => format!("{whole}.{fraction}"),
    };
    let is_negative = number < 0.0 && text != "0";
    if is_negative {
        format!("-{text}")
    } else {
        text
    }
}

/// A share, 0–1, in per cent with one decimal; whole from 10 % on. `–` where it is not finite.
pub(crate) fn percent(share: f64) -> String {
    percent_rounded(share, Rounding::Nearest)
}

/// [`percent`], rounded that way.
pub(crate) fn percent_rounded(share: f64, rounding: Rounding) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        return NOTHING.to_owned();
    }
    let decimals = usize::from(rounding.stays_below(10.0, 0.1, percent));
    format!("{} %", decimal(percent, decimals, rounding))
}

/// [`percent`] of `part` in `whole`; of nothing it is 0.
pub(crate) fn percent_of(part: u64, whole: u64) -> String {
    percent(part as f64 / whole.max(1) as f64)
}

/// A ratio as a change, in per cent with a sign and one decimal: `+25.0 %`, `−3.1 %`, `0.0 %`. `–` where it is not finite.
pub(crate) fn change(ratio: f64) -> String {
    let tenths = ((ratio - 1.0) * 1e3).round();
    let sign = match tenths {
        t if !t.is_finite() => return NOTHING.to_owned(),
        t if t > 0.0 => "+",
        t if t < 0.0 => "−",
        _ => "",
    };
    format!("{sign}{:.1} %", tenths.abs() / 10.0)
}

/// A share, 0–1, in per cent with as many decimals as it needs, at most two: `95 %`, `99.9 %`.
pub(crate) fn percent_as_set(share: f64) -> String {
    let percent = format!("{:.2}", share * 100.0);
    format!("{} %", without_zeros(&percent))
}

/// A share as a percentage with one decimal, however large: `62.5 %`.
pub(crate) fn percent_in_tenths(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A share as the number of a percentage, without the rounding of its binary form: 99.5 for 0.995. Its text has as few
/// decimals as it needs.
pub(crate) fn percentage(share: f64) -> f64 {
    (share * 1e5).round() / 1e3
}

/// Nanoseconds in milliseconds.
pub(crate) fn milliseconds(nanoseconds: f64) -> f64 {
    nanoseconds / 1e6
}

/// Nanoseconds in seconds, with three decimals.
pub(crate) fn seconds(nanoseconds: u64) -> String {
    format!("{:.3}", nanoseconds as f64 / 1e9)
}

/// A whole number with commas between thousands.
pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Digits with commas between thousands.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with what it counts: `1 target`, `3 targets`, `2 addresses`.
pub(crate) fn plural(number: u64, noun: &str) -> String {
    format!("{} {}", count(number), counted(number, noun))
}

/// The noun alone: `target` for 1, or else `targets`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let ending = match (number, noun.ends_with('s')) {
        (1, _) => "",
        (_, false) => "s",
        (_, true) => "es",
    };
    format!("{noun}{ending}")
}

/// The name of the percentile of that share: `p50`, `p99.9`.
pub(crate) fn percentile_name(share: f64) -> String {
    // Four decimals hide that 0.999 × 100 is not 99.9.
    format!("p{}", without_zeros(&format!("{:.4}", share * 100.0)))
}

/// The time of a phase: one that ended before the clock went on is told by no number.
pub(crate) fn phase(nanoseconds: f64) -> String {
    if nanoseconds < 1_000.0 {
        "< 1 µs".to_owned()
    } else {
        duration(nanoseconds)
    }
}

/// The name of a percentile as columns have it: `p50`, `p999`.
pub(crate) fn column_name(level: Level) -> String {
    level.to_string().replace('.', "")
}

fn without_zeros(decimals: &str) -> &str {
    decimals.trim_end_matches('0').trim_end_matches('.')
}

/// A number to that many significant digits, at least 3; with 3, whole from 100 on.
pub(crate) fn significant(number: f64, digits: usize, rounding: Rounding) -> String {
    let outward = outward(number, rounding);
    let before_point = match number.abs() {
        size if outward.stays_below(10.0, 0.01, size) => 1,
        size if outward.stays_below(100.0, 0.1, size) => 2,
        _ => 3,
    };
    decimal(number, digits - before_point, rounding)
}

#[cfg(test)]
#[path = "numbers_tests.rs"]
mod tests;
