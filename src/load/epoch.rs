//! The clocks: the zero from which a run's times are counted, and the wall clock for those who only want the time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// The moment from which a run's times are counted. Durations come from the monotonic clock alone, so that a step of the
/// wall clock cannot touch them.
#[derive(Debug, Clone, Copy)]
pub struct Epoch {
    wall: SystemTime,
    instant: Instant,
}

/// This machine's clock says a time that neither a signature nor a file can bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "this machine's clock must say a year from 1970 to 9998: requests are signed with its time, and results bear it"
)]
pub struct ClockError;

impl Epoch {
    /// As [`Epoch::start`], for a program that begins.
    ///
    /// # Errors
    /// `ClockError` for a wall clock before 1970 or beyond 9998. A run may last into the next year, and the year 9999 is
    /// the last that has four digits.
    pub fn start_checked() -> Result<Self, ClockError> {
        let epoch = Self::start();
        if is_usable(epoch.wall) {
            Ok(epoch)
        } else {
            Err(ClockError)
        }
    }

    /// Reads both clocks. All times of a window come from one such reading.
    pub fn start() -> Self {
        Self {
            wall: Self::wall_now(),
            instant: Self::now(),
        }
    }

    /// The wall clock, for who wants to know the time and counts nothing from it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the home of the clock readings"
    )]
    pub fn wall_now() -> SystemTime {
        SystemTime::now()
    }

    /// The monotonic clock; under a paused test runtime, that runtime's clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the home of the clock readings"
    )]
    pub fn now() -> Instant {
        tokio::time::Instant::now().into_std()
    }

    /// The same two clocks with `instant` as zero; the wall clock is not read again.
    #[must_use]
    pub fn moved_to(&self, instant: Instant) -> Self {
        Self {
            wall: self.wall_at(instant),
            instant,
        }
    }

    /// The wall clock's time at the epoch.
    pub fn wall(&self) -> SystemTime {
        self.wall
    }

    /// From the epoch to `instant`; zero for anything earlier.
    pub fn since(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.instant)
    }

    /// The monotonic clock's reading at `offset` after the epoch.
    pub fn at(&self, offset: Duration) -> Instant {
        self.instant + offset
    }

    /// The wall clock's time at `instant`, by the monotonic clock's count since the epoch.
    pub fn wall_at(&self, instant: Instant) -> SystemTime {
        self.wall + self.since(instant)
    }
}

fn is_usable(wall: SystemTime) -> bool {
    wall.duration_since(UNIX_EPOCH)
        .is_ok_and(|since| since.as_secs() < YEAR_9999)
}

/// 9999-01-01T00:00:00Z, s since 1970.
const YEAR_9999: u64 = 253_370_764_800;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_nothing_can_be_signed_with_is_refused() {
        let last = UNIX_EPOCH + Duration::from_secs(YEAR_9999 - 1);
        for usable in [UNIX_EPOCH, Epoch::wall_now(), last] {
            assert!(is_usable(usable), "{usable:?}");
        }
        let second = Duration::from_secs(1);
        let last_of_all = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        for unusable in [
            UNIX_EPOCH - second,
            last + second,
            last_of_all,
            last_of_all + second,
        ] {
            assert!(!is_usable(unusable), "{unusable:?}");
        }
        let said = time::OffsetDateTime::from(last).to_string();
        assert!(said.starts_with("9998-12-31 23:59:59"), "{said}");
    }
}
