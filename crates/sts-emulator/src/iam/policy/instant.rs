//! Dates in policies: the forms of ISO 8601 that the W3C's profile names, also cut short, and seconds since 1970.

use time::{Date, Month, Time, UtcOffset};

/// A date as a policy has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Instant {
    /// Seconds since 1970; `None` beyond the years that can be counted here, which are ahead of or behind every request.
    pub seconds: Option<f64>,
}

/// The date that `text` is; `None` where IAM refuses it.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let text = text.to_ascii_lowercase();
    if !text.contains(['t', '-']) {
        let seconds: i64 = digits(&text)?;
        let seconds = Some(seconds as f64);
        return Some(Instant { seconds });
    }
    let (date, time) = text.split_once('t').unwrap_or((&text, ""));
    let (year, month, day) = date_parts(date)?;
    let (clock, zone) = match time.find(['z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, "z"),
    };
    let seconds = time_of_day(clock)?;
    let zone = offset(zone)?;
    let counted = || {
        let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, day).ok()?;
        let midnight = date.with_time(Time::MIDNIGHT).assume_offset(zone);
        Some(midnight.unix_timestamp() as f64 + seconds)
    };
    let seconds = counted();
    Some(Instant { seconds })
}

/// Year, month and day; the latter two are the first where they are left out.
fn date_parts(text: &str) -> Option<(i64, Month, u8)> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = text.split('-');
    let year: i64 = digits(parts.next()?)?;
    let year = if is_negative { -year } else { year };
    let month: u8 = parts.next().map_or(Some(1), digits)?;
    let day: u8 = parts.next().map_or(Some(1), digits)?;
    let is_right = parts.next().is_none()
        && (-292_275_054..=292_278_993).contains(&year)
        && (1..=31).contains(&day);
    is_right.then_some((year, Month::try_from(month).ok()?, day))
}

/// Seconds since midnight.
fn time_of_day(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let mut parts = text.split(':');
    let mut part = |most: u32| match parts.next() {
        Some(part) => digits(part).filter(|number: &u32| *number <= most),
        None => Some(0),
    };
    let (hours, minutes) = (part(23)?, part(59)?);
    let rest = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return None;
    }
    let (seconds, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let seconds = digits(seconds).filter(|number: &u32| *number <= 59)?;
    digits::<u32>(fraction).filter(|_| fraction.len() <= 9)?;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let whole = f64::from(hours * 3_600 + minutes * 60 + seconds);
    Some(whole + fraction)
}

/// `z`, `+hh` or `+hh:mm`.
fn offset(text: &str) -> Option<UtcOffset> {
    let (sign, text) = match text.split_at_checked(1)? {
        ("z", "") => return Some(UtcOffset::UTC),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    let two = |text: &str, most: i8| {
        let number: i8 = digits(text).filter(|_| text.len() == 2)?;
        (number <= most).then_some(number)
    };
    UtcOffset::from_hms(sign * two(hours, 23)?, sign * two(minutes, 59)?, 0).ok()
}

/// A number without a sign.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_form_that_iam_takes() {
        for (text, seconds) in [
            ("0", 0.0),
            ("1561987215", 1_561_987_215.0),
            ("2019-07-01T13:20:15Z", 1_561_987_215.0),
            ("2019-07-01t13:20:15z", 1_561_987_215.0),
            ("2019-07-01T13:20:15.5+00:00", 1_561_987_215.5),
            ("2019-07-01T15:20:15+02:00", 1_561_987_215.0),
            ("2019-07-01T15:20:15+02", 1_561_987_215.0),
            ("2019-07-01T05:20:15-08:00", 1_561_987_215.0),
            ("2019-07-01T13:20Z", 1_561_987_200.0),
            ("2019-07-01", 1_561_939_200.0),
            ("2019-07", 1_561_939_200.0),
            ("1970T", 0.0),
        ] {
            let found = instant(text).and_then(|instant| instant.seconds);
            assert_eq!(found, Some(seconds), "{text}");
        }
    }

    #[test]
    fn years_beyond_count_are_dates_and_what_is_none_is_refused() {
        for text in [
            "-292275054",
            "12345678-01",
            "01T",
            "2016-12-13t2:00:00.593194+23",
        ] {
            assert!(instant(text).is_some(), "{text}");
        }
        for text in [
            "",
            "sdfdsf",
            "234-13",
            "2016-12-13t2:00:00.593194+1",
            "2016-12-13t2:00:00.1999999999+10:59",
            "9223372036854775808",
            "2019-07-01T25:00Z",
            "2019-07-32",
            "2019-07-01-01",
            "1.5",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
