//! The words of a moment: units, halves of the day, days of the week, months, and what stands between.

#[derive(Clone, Copy)]
pub(super) enum Unit {
    Hour,
    Minute,
    Second,
    /// What follows seconds, and counts for nothing.
    Smaller,
}

impl Unit {
    pub(super) fn smaller(self) -> Self {
        match self {
            Self::Hour => Self::Minute,
            Self::Minute => Self::Second,
            Self::Second | Self::Smaller => Self::Smaller,
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum HalfOfDay {
    Am,
    Pm,
}

impl HalfOfDay {
    pub(super) fn applied(self, hour: i64) -> i64 {
        match self {
            Self::Pm if hour < 12 => hour + 12,
            Self::Am if hour == 12 => 0,
            _ => hour,
        }
    }
}

fn is_any_of(token: &str, words: &[&str]) -> bool {
    words.iter().any(|word| token.eq_ignore_ascii_case(word))
}

pub(super) fn unit(token: &str) -> Option<Unit> {
    [
        (Unit::Hour, ["h", "hour", "hours"]),
        (Unit::Minute, ["m", "minute", "minutes"]),
        (Unit::Second, ["s", "second", "seconds"]),
    ]
    .into_iter()
    .find_map(|(unit, names)| is_any_of(token, &names).then_some(unit))
}

pub(super) fn half_of_day(token: &str) -> Option<HalfOfDay> {
    [(HalfOfDay::Am, ["am", "a"]), (HalfOfDay::Pm, ["pm", "p"])]
        .into_iter()
        .find_map(|(half, names)| is_any_of(token, &names).then_some(half))
}

/// A name in full or by its first three letters; its place in the list.
fn named(token: &str, names: &[&str]) -> Option<i64> {
    let at = names
        .iter()
        .position(|name| is_any_of(token, &[name, &name[..3]]))?;
    i64::try_from(at).ok()
}

pub(super) fn weekday(token: &str) -> Option<i64> {
    const NAMES: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    named(token, &NAMES)
}

pub(super) fn month(token: &str) -> Option<i64> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if is_any_of(token, &["sept"]) {
        return Some(9);
    }
    named(token, &NAMES).map(|at| at + 1)
}

/// What may stand between the parts.
pub(super) fn is_filler(token: &str) -> bool {
    const FILLERS: [&str; 18] = [
        " ", ".", ",", ";", "-", "/", "'", "at", "on", "and", "ad", "m", "t", "of", "st", "nd",
        "rd", "th",
    ];
    is_any_of(token, &FILLERS)
}

pub(super) fn is_utc(zone: &str) -> bool {
    is_any_of(zone, &["utc", "gmt", "z"])
}
