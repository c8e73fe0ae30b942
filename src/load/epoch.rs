//! The run's zero: the one reading of the wall clock.

use std::time::{Duration, Instant, SystemTime};

/// The moment from which a run's times are counted. Durations come from the monotonic clock alone, so that a step of the
/// wall clock cannot touch them.
#[derive(Debug, Clone, Copy)]
pub struct Epoch {
    wall: SystemTime,
    instant: Instant,
}

impl Epoch {
    /// Reads both clocks, the wall clock for the only time.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the home of the clock readings"
    )]
    pub fn start() -> Self {
        Self {
            wall: SystemTime::now(),
            instant: Self::now(),
        }
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
