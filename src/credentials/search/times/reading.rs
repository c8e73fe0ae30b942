//! Token after token, each into the part that is still open.

use std::time::SystemTime;

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime};

use super::clock::ClockParts;
use super::date::{DatePart, DateParts};
use super::names::{Unit, half_of_day, is_filler, is_utc, month, unit, weekday};
use super::numbers::{truncated, whole};
use super::tokens::Tokens;

/// The moment that a text names. What it leaves open of the date is that of `now`, in UTC.
///
/// # Errors
/// [`NoMoment`] for a text that names none.
pub(crate) fn moment(text: &str, now: SystemTime) -> Result<SystemTime, NoMoment> {
    let reading = Reading::of(text, now).ok_or(NoMoment::NotReadable)?;
    let is_local = reading.is_in_a_named_zone();
    reading.finish().ok_or(if is_local {
        NoMoment::NamedZone
    } else {
        NoMoment::NotReadable
    })
}

/// Why a text names no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMoment {
    /// It is no time, or one without its offset from UTC.
    NotReadable,
    /// It names a time zone other than UTC. What such a name means depends on the machine: the AWS CLI reads the two names of
    /// the machine's own zone and no other.
    NamedZone,
}

/// A moment of which some parts are known.
struct Reading {
    tokens: Tokens,
    today: Date,
    parts: DateParts,
    clock: ClockParts,
    /// From 0, Monday.
    weekday: Option<i64>,
    /// The name of a time zone.
    zone: Option<String>,
    /// To the east, s.
    offset: Option<i64>,
}

impl Reading {
    /// What the tokens of `text` say; `None` where one belongs to no moment.
    fn of(text: &str, now: SystemTime) -> Option<Self> {
        let mut reading = Self {
            tokens: Tokens::of(text),
            today: OffsetDateTime::from(now).date(),
            parts: DateParts::default(),
            clock: ClockParts::default(),
            weekday: None,
            zone: None,
            offset: None,
        };
        let mut at = 0;
        while at < reading.tokens.0.len() {
            at = reading.token(at)? + 1;
        }
        Some(reading)
    }

    /// Whether the name of a zone other than UTC is all that says how far the clock is from UTC.
    fn is_in_a_named_zone(&self) -> bool {
        self.offset.is_none() && self.zone.as_deref().is_some_and(|zone| !is_utc(zone))
    }

    /// Reads what begins at a token; returns the last token of it, or `None` for what belongs to no moment.
    fn token(&mut self, at: usize) -> Option<usize> {
        let token = self.tokens.at(at)?.to_owned();
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number(at, &token);
        }
        if let Some(day) = weekday(&token) {
            self.weekday = Some(day);
        } else if let Some(month) = month(&token) {
            return self.month(at, month);
        } else if let Some(half) = half_of_day(&token) {
            let hour = self.clock.hour.filter(|hour| (0..=12).contains(hour))?;
            self.clock.hour = Some(half.applied(hour));
        } else if self.offset.is_none() && self.could_be_zone(&token) {
            return Some(self.zone(at, token));
        } else if self.clock.hour.is_some() && matches!(token.as_str(), "+" | "-") {
            return self.offset(at, if token == "+" { 1 } else { -1 });
        } else if !is_filler(&token) {
            return None;
        }
        Some(at)
    }

    fn month(&mut self, at: usize, month: i64) -> Option<usize> {
        self.parts.push(month, Some(DatePart::Month))?;
        match (
            self.tokens.at(at + 1),
            self.tokens.at(at + 2),
            self.tokens.at(at + 3),
        ) {
            (Some(separator @ ("-" | "/")), next, third) => {
                self.parts.push_text(next?)?;
                if third != Some(separator) {
                    return Some(at + 2);
                }
                self.parts.push_text(self.tokens.at(at + 4)?)?;
                Some(at + 4)
            }
            (Some(" "), Some(of), Some(" ")) if of.eq_ignore_ascii_case("of") => {
                let Some(year) = self.tokens.at(at + 4) else {
                    return Some(at);
                };
                if let Some(year) = whole(year) {
                    let year = self.with_century(year);
                    self.parts.push(year, Some(DatePart::Year))?;
                    self.parts.century |= year > 99;
                }
                Some(at + 4)
            }
            _ => Some(at),
        }
    }

    fn could_be_zone(&self, token: &str) -> bool {
        self.clock.hour.is_some()
            && self.zone.is_none()
            && token.len() <= 5
            && (token.bytes().all(|byte| byte.is_ascii_uppercase()) || token == "z")
    }

    /// `UTC`, and `UTC+3`, which dateutil takes as "my time and three hours are UTC" of any zone but UTC.
    fn zone(&mut self, at: usize, name: String) -> usize {
        if let Some(sign) = self.tokens.0.get_mut(at + 1)
            && matches!(sign.as_str(), "+" | "-")
        {
            *sign = if sign == "+" { "-" } else { "+" }.to_owned();
            if is_utc(&name) {
                return at;
            }
        }
        self.zone = Some(name);
        at
    }

    fn offset(&mut self, mut at: usize, sign: i64) -> Option<usize> {
        let digits = self.tokens.at(at + 1)?;
        let (hours, minutes) = if digits.len() == 4 {
            (whole(digits.get(..2)?)?, whole(digits.get(2..)?)?)
        } else if self.tokens.at(at + 2) == Some(":") {
            let both = (whole(digits)?, whole(self.tokens.at(at + 3)?)?);
            at += 2;
            both
        } else if digits.len() <= 2 {
            (whole(digits)?, 0)
        } else {
            return None;
        };
        let seconds = hours
            .checked_mul(3600)?
            .checked_add(minutes.checked_mul(60)?)?;
        self.offset = Some(sign * seconds);
        let name = match (
            self.tokens.at(at + 2),
            self.tokens.at(at + 3),
            self.tokens.at(at + 4),
            self.tokens.at(at + 5),
        ) {
            (Some(blank), Some("("), Some(name), Some(")")) if is_filler(blank) => name,
            _ => return Some(at + 1),
        };
        if name.len() >= 3 && self.could_be_zone(name) {
            self.zone = Some(name.to_owned());
            return Some(at + 5);
        }
        Some(at + 1)
    }

    fn number(&mut self, at: usize, token: &str) -> Option<usize> {
        let (next, after) = (self.tokens.at(at + 1), self.tokens.at(at + 2));
        let full = self.parts.values.len() == 3;
        let is_followed_by_time = next.is_some_and(|it| it == ":" || unit(it).is_some());
        match token.len() {
            2 | 4 if full && self.clock.hour.is_none() && !is_followed_by_time => {
                self.clock.hour = Some(whole(token.get(..2)?)?);
                if token.len() == 4 {
                    self.clock.minute = Some(whole(token.get(2..)?)?);
                }
                Some(at)
            }
            6 if self.parts.values.is_empty() && !token.contains('.') => {
                for pair in [0..2, 2..4, 4..6] {
                    self.parts.push_text(token.get(pair)?)?;
                }
                Some(at)
            }
            length if length == 6 || (length > 6 && token.find('.') == Some(6)) => {
                self.clock.hour = Some(whole(token.get(..2)?)?);
                self.clock.minute = Some(whole(token.get(2..4)?)?);
                self.clock.seconds(token.get(4..)?)?;
                Some(at)
            }
            8 | 12 | 14 => {
                self.compact(token)?;
                Some(at)
            }
            _ => {
                if let Some((last, unit)) = self.unit_of(at) {
                    self.clock.assign(token, unit)?;
                    return Some(last);
                }
                match (next, after) {
                    (Some(":"), Some(_)) => self.clock_time(at, token),
                    (Some("-" | "/" | "."), _) => self.date(at, token),
                    _ => self.lone_number(at, token),
                }
            }
        }
    }

    /// `20360101`, and the same with hours, minutes and seconds behind it.
    fn compact(&mut self, token: &str) -> Option<()> {
        let digits = |range: std::ops::Range<usize>| whole(token.get(range)?);
        self.parts.push(digits(0..4)?, Some(DatePart::Year))?;
        self.parts.century = true;
        self.parts.push_text(token.get(4..6)?)?;
        self.parts.push_text(token.get(6..8)?)?;
        if token.len() > 8 {
            self.clock.hour = Some(digits(8..10)?);
            self.clock.minute = Some(digits(10..12)?);
        }
        if token.len() > 12 {
            self.clock.second = Some(digits(12..14)?);
        }
        Some(())
    }

    /// The unit that counts for the number at `at`, behind it or before it, and the last token that was used.
    fn unit_of(&self, at: usize) -> Option<(usize, Unit)> {
        let of = |index: Option<usize>| unit(self.tokens.at(index?)?);
        if let Some(unit) = of(Some(at + 1)) {
            return Some((at + 1, unit));
        }
        if self.tokens.at(at + 1) == Some(" ")
            && let Some(unit) = of(Some(at + 2))
        {
            return Some((at + 2, unit));
        }
        let before_blank =
            at + 1 == self.tokens.0.len() && at > 1 && self.tokens.at(at - 1) == Some(" ");
        let before = of(at.checked_sub(1)).or_else(|| {
            before_blank.then_some(())?;
            of(at.checked_sub(2))
        });
        Some((at, before?.smaller()))
    }

    /// `10:20`, `10:20:30`, `10:20:30.5`
    fn clock_time(&mut self, at: usize, token: &str) -> Option<usize> {
        self.clock.hour = Some(truncated(token)?);
        let minutes = self.tokens.at(at + 2)?;
        self.clock.assign(minutes, Unit::Minute)?;
        match (self.tokens.at(at + 3), self.tokens.at(at + 4)) {
            (Some(":"), Some(seconds)) => {
                self.clock.seconds(seconds)?;
                Some(at + 4)
            }
            _ => Some(at + 2),
        }
    }

    /// `2036-01-02`, `01/02/2036`, `2.Jan.2036`
    fn date(&mut self, at: usize, token: &str) -> Option<usize> {
        let separator = self.tokens.at(at + 1)?;
        self.parts.push_text(token)?;
        let Some(second) = self.tokens.at(at + 2).filter(|it| !is_filler(it)) else {
            return Some(at + 1);
        };
        self.parts.push_name_or_number(second)?;
        if self.tokens.at(at + 3) != Some(separator) {
            return Some(at + 2);
        }
        self.parts.push_name_or_number(self.tokens.at(at + 4)?)?;
        Some(at + 4)
    }

    fn lone_number(&mut self, at: usize, token: &str) -> Option<usize> {
        let value = truncated(token)?;
        match self.tokens.at(at + 1) {
            next if next.is_none_or(is_filler) => {
                if let Some(half) = self.tokens.at(at + 2).and_then(half_of_day) {
                    self.clock.hour = Some(half.applied(value));
                    return Some(at + 2);
                }
                self.parts.push_number(value)?;
                Some(at + 1)
            }
            Some(next) => match half_of_day(next) {
                Some(half) if value < 24 => {
                    self.clock.hour = Some(half.applied(value));
                    Some(at + 1)
                }
                _ if self.parts.could_be_day(value) => {
                    self.parts.push_number(value)?;
                    Some(at)
                }
                _ => None,
            },
            None => None,
        }
    }

    /// A year of two digits is the one that is nearest to this year.
    fn with_century(&self, year: i64) -> i64 {
        if year > 99 {
            return year;
        }
        let this = i64::from(self.today.year());
        let year = year + this / 100 * 100;
        match year - this {
            50.. => year - 100,
            ..-50 => year + 100,
            _ => year,
        }
    }

    fn finish(self) -> Option<SystemTime> {
        let (year, month, day) = self.parts.resolved()?;
        let year = match year {
            Some(year) if self.parts.century => year,
            Some(year) => self.with_century(year),
            None => i64::from(self.today.year()),
        };
        let year = i32::try_from(year)
            .ok()
            .filter(|year| (1..=9999).contains(year))?;
        let month = match month {
            Some(month) => Month::try_from(u8::try_from(month).ok()?).ok()?,
            None => self.today.month(),
        };
        let day_given = day;
        let day = match day {
            Some(day) => u8::try_from(day).ok()?,
            None => self.today.day().min(month.length(year)),
        };
        let mut date = Date::from_calendar_date(year, month, day).ok()?;
        if let (Some(weekday), None) = (self.weekday, day_given) {
            let now = i64::from(date.weekday().number_days_from_monday());
            date = date.checked_add(Duration::days((weekday - now).rem_euclid(7)))?;
        }
        let offset = match self.zone.as_deref() {
            Some(zone) if is_utc(zone) => Some(0),
            _ => self.offset,
        };
        let offset = offset.filter(|offset| offset.abs() < 86_400)?;
        let local = PrimitiveDateTime::new(date, self.clock.time()?).assume_utc();
        local
            .checked_sub(Duration::seconds(offset))
            .map(SystemTime::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration as Span;

    /// What dateutil 2.9.0 makes of these texts, with 2027-01-15 as today, s since 1970.
    const TABLE: &[(&str, Option<u64>)] = &[
        ("2036-01-01T00:00:00Z", Some(2_082_758_400)),
        ("2036-01-01T00:00:00+0000", Some(2_082_758_400)),
        ("2036-01-01T00:00:00UTC", Some(2_082_758_400)),
        ("20360101T000000Z", Some(2_082_758_400)),
        ("2036-01-01T00:00Z", Some(2_082_758_400)),
        ("Tue, 01 Jan 2036 00:00:00 GMT", Some(2_082_758_400)),
        ("2036-01-01 00:00:00.123456789+05:30", Some(2_082_738_600)),
        ("2036-01-01T00:00:00-0800", Some(2_082_787_200)),
        ("2036-01-01T00:00:00,5Z", Some(2_082_758_400)),
        ("Jan 1, 2036 3:04 PM UTC", Some(2_082_812_640)),
        ("01/02/2036 10:00 GMT+3", Some(2_082_891_600)),
        ("2036-01-01T00:00:00 -0300 (BRST)", Some(2_082_769_200)),
        ("36-01-02 03:04:05Z", Some(2_082_855_845)),
        ("20360101000000Z", Some(2_082_758_400)),
        ("1 January 2036 12h30m UTC", Some(2_082_803_400)),
        ("10:00Z", Some(1_800_007_200)),
        ("Feb 2036 10:00Z", Some(2_086_682_400)),
        ("2036.01.02 03:04Z", Some(2_082_855_840)),
        ("1-Jan-36 03:04 z", Some(2_082_769_440)),
        ("1999-12-31T23:59:59 EST+5", Some(946_702_799)),
        ("2036-01-01T00:00:00", None),
        ("tomorrow", None),
        ("", None),
        ("2036-13-01T00:00Z", None),
        ("2036-01-01T25:00:00Z", None),
        ("1893456000", None),
        ("2036-01-01T00:00:00utc", None),
        ("2036-01-01T00:00:00CET", None),
        ("2036-01-01", None),
    ];

    fn today() -> SystemTime {
        SystemTime::UNIX_EPOCH + Span::from_secs(1_799_971_200)
    }

    #[test]
    fn moments_are_those_of_dateutil() {
        for (text, expected) in TABLE {
            let seconds = moment(text, today())
                .ok()
                .and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok())
                .map(|since| since.as_secs());
            assert_eq!(seconds, *expected, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_zone_other_than_utc_is_told_from_what_is_no_time() {
        for text in [
            "2036-01-01T00:00:00CET",
            "2036-01-01 00:00 EST",
            "Mon, 01 Jan 2035 00:00:00 PST",
        ] {
            assert_eq!(moment(text, today()), Err(NoMoment::NamedZone), "{text}");
        }
        for text in [
            "soon",
            "2036-01-01T00:00:00",
            "2036-13-01T00:00:00Z",
            "2036-01-01T00:00:00cet",
        ] {
            assert_eq!(moment(text, today()), Err(NoMoment::NotReadable), "{text}");
        }
        assert!(moment("2036-01-01T00:00:00EST+5", today()).is_ok());
    }

    #[test]
    fn fractions_of_a_second_are_kept() {
        let whole = moment("2036-01-01T00:00:00Z", today()).expect("a moment");
        let later = moment("2036-01-01T00:00:00.25Z", today()).expect("a moment");
        assert_eq!(
            later.duration_since(whole).ok(),
            Some(Span::from_millis(250))
        );
    }

    #[test]
    fn no_text_ends_in_a_panic() {
        for text in [
            "\u{0}",
            "1.",
            ".1.2.3",
            "12,",
            "+",
            "-",
            "10:",
            "10:00+",
            "10:00+1:",
            "99999999999999999999",
            "1 of",
            "Jan of x",
            "Jan-",
            "1-",
            "1-1-",
            "10h-",
            "ä",
            "10:00 ä",
            "٣",
            "12345678901234Z",
            "10:00+9999",
            "20360090-07+0711111111111111:30",
            "1.a",
            "0000-00-00T00:00Z",
        ] {
            let _ = moment(text, today());
        }
    }
}
