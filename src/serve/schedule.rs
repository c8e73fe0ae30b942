//! When windows begin: pure arithmetic on times since the program's start.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};

/// When windows begin: every so often, at an offset that belongs to the vantage, so that many places with the same settings
/// do not call at once. The wall clock is looked at once; later steps of it change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    every: Duration,
    offset: Duration,
    next: Duration,
}

/// A window's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    /// When it begins, since the program's start.
    pub at: Duration,
    /// How many times had passed before it and are left out.
    pub missed: u64,
}

impl Schedule {
    /// The shortest and the longest time from one window to the next.
    pub(crate) const EVERY: std::ops::RangeInclusive<Duration> =
        Duration::from_secs(1)..=Duration::from_secs(30 * 86_400);

    /// The schedule of `vantage` from `now` on, the time since the program's start, which was at `started` by the wall clock.
    /// `every` is in [`Self::EVERY`].
    pub(crate) fn new(vantage: &str, every: Duration, started: SystemTime, now: Duration) -> Self {
        let offset = offset(vantage, every);
        let since = started.duration_since(UNIX_EPOCH).unwrap_or_default() + now;
        let past = Duration::from_nanos_u128(since.as_nanos() % every.as_nanos().max(1));
        let left = if past <= offset {
            offset - past
        } else {
            every - (past - offset)
        };
        Self {
            every,
            offset,
            next: now + left,
        }
    }

    /// From one window to the next.
    pub(crate) fn every(&self) -> Duration {
        self.every
    }

    /// How long after each multiple of [`Self::every`] since 1970 the vantage's windows begin.
    pub(crate) fn offset(&self) -> Duration {
        self.offset
    }

    /// The next window's time, `now` being the time since the program's start. Each is given once; what has passed for
    /// longer than it takes to notice is left out.
    pub(crate) fn due(&mut self, now: Duration) -> Due {
        let late = now.saturating_sub(self.next);
        let mut missed = 0;
        if late > LATE {
            missed = late.as_nanos().div_ceil(self.every.as_nanos().max(1));
        }
        let at = self.next + times(self.every, missed);
        self.next = at + self.every;
        Due {
            at,
            missed: u64::try_from(missed).unwrap_or(u64::MAX),
        }
    }
}

/// A time that passed less than this before is not missed: the window before ended in it.
const LATE: Duration = Duration::from_millis(500);

fn times(every: Duration, number: u128) -> Duration {
    Duration::from_nanos_u128(every.as_nanos().saturating_mul(number))
}

/// The same for the same name, whichever version of the program computes it: the first eight bytes of its SHA-256 as a share
/// of `every`, in whole milliseconds.
fn offset(vantage: &str, every: Duration) -> Duration {
    let hash = digest(&SHA256, vantage.as_bytes());
    let first = hash.as_ref().iter().take(8);
    let number = first.fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let milliseconds = (every.as_millis() * number) >> 64;
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const QUARTER: Duration = Duration::from_secs(900);

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_vantage_has_one_offset_whenever_its_program_starts() {
        let offset = Schedule::new("cluster-7", QUARTER, at(0), Duration::ZERO).offset();
        for started in [0, 1, 899, 900, 1_700_000_000, 1_700_000_123] {
            let mut schedule = Schedule::new("cluster-7", QUARTER, at(started), Duration::ZERO);
            let first = schedule.due(Duration::ZERO).at;
            let wall = Duration::from_secs(started) + first;
            assert!(first <= QUARTER, "{first:?}");
            assert_eq!(wall.as_nanos() % QUARTER.as_nanos(), offset.as_nanos());
        }
        assert_eq!(
            offset,
            Duration::from_millis(545_954),
            "it must never change"
        );
    }

    #[test]
    fn forty_places_spread_over_the_time_between_two_windows() {
        let offsets = (0..40).map(|place| {
            let name = format!("place-{place}");
            Schedule::new(&name, QUARTER, at(0), Duration::ZERO)
                .offset()
                .as_secs()
                / 90
        });
        let tenths: BTreeSet<u64> = offsets.collect();
        assert!(tenths.len() >= 9 && tenths.iter().all(|tenth| *tenth < 10));
    }

    #[test]
    fn windows_that_end_in_time_miss_nothing() {
        let mut schedule = Schedule::new("a", QUARTER, at(5), Duration::ZERO);
        let mut now = Duration::ZERO;
        let mut last = None;
        for _ in 0..1000 {
            let due = schedule.due(now);
            assert_eq!(due.missed, 0);
            assert!(last.is_none_or(|last| due.at == last + QUARTER));
            last = Some(due.at);
            now = due.at + Duration::from_secs(600);
        }
    }

    #[test]
    fn a_window_that_takes_too_long_costs_the_times_that_it_covers() {
        let mut schedule = Schedule::new("a", QUARTER, at(5), Duration::ZERO);
        let first = schedule.due(Duration::ZERO).at;
        let next = schedule.due(first + 3 * QUARTER + Duration::from_secs(1));
        assert_eq!(next.missed, 3);
        assert_eq!(next.at, first + 4 * QUARTER);
        // One that ends a moment after the next one's time delays it, and no more.
        let moment = next.at + QUARTER + Duration::from_millis(20);
        let due = schedule.due(moment);
        assert_eq!((due.missed, due.at), (0, next.at + QUARTER));
    }

    #[test]
    fn a_schedule_that_begins_later_leaves_nothing_out() {
        let hour = Duration::from_secs(3600);
        let mut early = Schedule::new("a", QUARTER, at(5), Duration::ZERO);
        let mut later = Schedule::new("a", QUARTER, at(5), hour);
        let first = later.due(hour);
        assert_eq!(first.missed, 0);
        assert!(first.at >= hour && first.at < hour + QUARTER);
        assert_eq!(early.due(hour).at, first.at);
    }

    #[test]
    fn a_clock_before_1970_has_a_schedule_too() {
        let before = UNIX_EPOCH - Duration::from_secs(1000);
        let mut schedule = Schedule::new("a", QUARTER, before, Duration::ZERO);
        assert!(schedule.due(Duration::ZERO).at <= QUARTER);
    }
}
