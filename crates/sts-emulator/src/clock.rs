//! The emulator's one reading of the wall clock and of the monotonic one; everything else gets the time as an argument.
//!
//! The wall clock can stand still, for answers that are the same every time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use time::format_description::well_known::Rfc2822;
use time::format_description::{BorrowedFormatItem, FormatItem};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

/// The monotonic clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the emulator's home of the monotonic clock"
)]
pub(crate) fn monotonic() -> Instant {
    Instant::now()
}

/// The wall clock, shifted by `offset_seconds`.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the emulator's home of the wall clock"
)]
pub(crate) fn wall(offset_seconds: i64) -> OffsetDateTime {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let now = OffsetDateTime::UNIX_EPOCH
        .saturating_add(time::Duration::try_from(since_epoch).unwrap_or_default());
    now.saturating_add(time::Duration::seconds(offset_seconds))
}

/// The wall clock of an emulator.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WallClock {
    /// Where it stands still; it is this machine's when it does not.
    pub fixed: Option<OffsetDateTime>,
}

/// What the clocks say while a request is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    /// The emulator's own time, which its answers tell and by which everything ends.
    pub told: OffsetDateTime,
    /// The time of this machine, by which clients date their signatures.
    pub machine: OffsetDateTime,
}

impl WallClock {
    /// Both times, shifted by `offset_seconds`.
    pub(crate) fn read(self, offset_seconds: i64) -> Now {
        let machine = wall(offset_seconds);
        let shift = time::Duration::seconds(offset_seconds);
        let told = self.fixed.map(|fixed| fixed.saturating_add(shift));
        Now {
            told: told.unwrap_or(machine),
            machine,
        }
    }
}

impl From<OffsetDateTime> for Now {
    /// One time for both.
    fn from(time: OffsetDateTime) -> Self {
        Self {
            told: time,
            machine: time,
        }
    }
}

/// `YYYYMMDDTHHMMSSZ`, the form of SigV4.
pub(crate) fn basic(time: OffsetDateTime) -> String {
    written(time, BASIC)
}

/// Reads [`basic`]'s form and no other.
pub(crate) fn read_basic(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, BASIC)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

/// Reads the `Date` header's form, `Sun, 22 Nov 2026 17:00:00 GMT`.
pub(crate) fn read_http(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

/// `YYYY-MM-DDTHH:MM:SSZ`, the form of STS's `Expiration`.
pub(crate) fn extended(time: OffsetDateTime) -> String {
    written(time, EXTENDED)
}

/// Reads [`extended`]'s form and no other.
pub(crate) fn read_extended(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, EXTENDED)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

/// `Jul 18, 2023, 4:07:39 PM`, the form of expirations in CloudTrail's records.
pub(crate) fn spoken(time: OffsetDateTime) -> String {
    written(time, SPOKEN)
}

/// The `Date` header's form.
pub(crate) fn http(time: OffsetDateTime) -> String {
    written(time, HTTP)
}

/// Milliseconds since 1970.
pub(crate) fn epoch_millis(time: OffsetDateTime) -> i128 {
    time.unix_timestamp_nanos() / 1_000_000
}

fn written(time: OffsetDateTime, form: &[BorrowedFormatItem<'_>]) -> String {
    time.format(form)
        .expect("the form asks for date and time only, which every instant has")
}

const BASIC: &[FormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");
const EXTENDED: &[FormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const SPOKEN: &[FormatItem<'_>] = format_description!(
    "[month repr:short] [day padding:none], [year], [hour repr:12 padding:none]:[minute]:[second] [period]"
);
const HTTP: &[FormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_still_tells_its_time_and_knows_the_machines() {
        let fixed = OffsetDateTime::from_unix_timestamp(1_440_938_160).expect("an instant of 2015");
        let still = WallClock { fixed: Some(fixed) };
        assert_eq!(still.read(0).told, fixed);
        assert_eq!(still.read(-60).told, fixed - time::Duration::minutes(1));
        assert!(still.read(0).machine > fixed);
        let running = WallClock::default().read(0);
        assert_eq!(running.told, running.machine);
    }

    #[test]
    fn the_forms_of_one_instant() {
        let time = OffsetDateTime::from_unix_timestamp(1_440_938_160).expect("an instant of 2015");
        assert_eq!(basic(time), "20150830T123600Z");
        assert_eq!(extended(time), "2015-08-30T12:36:00Z");
        assert_eq!(read_extended("2015-08-30T12:36:00Z"), Some(time));
        assert_eq!(spoken(time), "Aug 30, 2015, 12:36:00 PM");
        assert_eq!(http(time), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(read_basic("20150830T123600Z"), Some(time));
        assert_eq!(read_http("Sun, 30 Aug 2015 12:36:00 GMT"), Some(time));
        assert_eq!(epoch_millis(time), 1_440_938_160_000);
        for bad in [
            "2015-08-30T12:36:00Z",
            "20150830T123600",
            "20151330T123600Z",
            "",
            "20150830T123600Zx",
        ] {
            assert_eq!(read_basic(bad), None, "{bad}");
        }
    }
}
