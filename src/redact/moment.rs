//! Dates without the minute: the whole run is moved to a full hour, so that every length and gap in it stays.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::results;

/// By how much every date of a run moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    back: Duration,
}

impl Shift {
    /// What moves `started_at`, an RFC 3339 date, to the hour in which it is, in UTC.
    pub(super) fn to_the_hour(started_at: &str) -> Self {
        let within = results::moment(started_at).map_or(0, |date| {
            date.to_offset(UtcOffset::UTC)
                .unix_timestamp()
                .rem_euclid(HOUR_SECONDS)
        });
        Self {
            back: Duration::seconds(within),
        }
    }

    /// `date` moved, in UTC and in whole seconds; the epoch of Unix where it is no date.
    pub(super) fn of(self, date: &str) -> String {
        let moved = results::moment(date)
            .and_then(|date| date.to_offset(UtcOffset::UTC).checked_sub(self.back))
            .and_then(|date| date.replace_nanosecond(0).ok());
        written(moved.unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }
}

/// The hour in which `date` is, in UTC.
pub(super) fn hour_of(date: &str) -> String {
    Shift::to_the_hour(date).of(date)
}

/// `yyyymmdd-hhmmss` of a date as this file writes it.
pub(super) fn as_id(date: &str) -> String {
    date.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            'T' => Some('-'),
            _ => None,
        })
        .collect()
}

fn written(date: OffsetDateTime) -> String {
    date.format(&Rfc3339)
        .unwrap_or_else(|_| "1970-01-01T00:00:00Z".to_owned())
}

const HOUR_SECONDS: i64 = 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_moves_to_its_hour_in_utc_and_its_windows_with_it() {
        let shift = Shift::to_the_hour("2026-11-22T14:15:09Z");
        assert_eq!(shift.of("2026-11-22T14:15:09Z"), "2026-11-22T14:00:00Z");
        assert_eq!(shift.of("2026-11-22T15:15:10.5Z"), "2026-11-22T15:00:01Z");
        assert_eq!(shift.of("soon"), "1970-01-01T00:00:00Z");
        assert_eq!(hour_of("2026-11-22T00:15:09+05:30"), "2026-11-21T18:00:00Z");
        assert_eq!(as_id("2026-11-22T14:00:00Z"), "20261122-140000");
    }
}
