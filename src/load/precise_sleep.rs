//! Reaching an instant: sleep for most of the way, then watch the clock, so that the send is neither late by a timer's
//! grain nor paid for with a whole core.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::epoch::Epoch;

/// Reaches instants by a coarse sleep and a short spin.
#[derive(Debug)]
pub(crate) struct PreciseSleeper {
    timer: Timer,
    /// How long before the instant the sleep ends; zero sleeps all the way.
    spin: Duration,
    spun: SpinTime,
}

/// Time spent with nothing but watching the clock; shared with the thread that watches the machine.
#[derive(Debug, Clone, Default)]
pub(super) struct SpinTime(Arc<AtomicU64>);

impl SpinTime {
    /// So far.
    pub(super) fn total(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    /// Counts some more.
    pub(super) fn add(&self, time: Duration) {
        self.0.fetch_add(
            u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }
}

/// What wakes the thread. tokio's own timer counts in milliseconds; on Linux a timerfd wakes within tens of microseconds,
/// or as late as the host lets the thread run.
#[derive(Debug)]
enum Timer {
    /// The kernel's timer, in nanoseconds.
    #[cfg(target_os = "linux")]
    Kernel(tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>),
    /// The runtime's timer, in milliseconds; follows a paused test clock.
    Runtime,
}

impl PreciseSleeper {
    /// The most exact sleeper that this system has, watching the clock for `spin` before each instant. Needs to be called
    /// within a tokio runtime with I/O enabled.
    pub(crate) fn new(spin: Duration) -> Self {
        Self {
            timer: Timer::most_exact(),
            spin,
            spun: SpinTime::default(),
        }
    }

    /// By the runtime's timer alone, whose clock tests can stop.
    #[cfg(test)]
    pub(crate) fn of_runtime() -> Self {
        Self {
            timer: Timer::Runtime,
            spin: Duration::ZERO,
            spun: SpinTime::default(),
        }
    }

    /// Time spent with nothing but watching the clock.
    pub(crate) fn spun(&self) -> Duration {
        self.spun.total()
    }

    /// The same as it grows.
    pub(super) fn spin_time(&self) -> SpinTime {
        self.spun.clone()
    }

    /// Returns at about `instant`, by the sleep alone; at once when it has passed.
    pub(crate) async fn near(&self, instant: Instant) {
        let left = instant.saturating_duration_since(Epoch::now());
        if left.is_zero() {
            // Others have to get their turn even when the schedule has fallen behind.
            tokio::task::yield_now().await;
            return;
        }
        match &self.timer {
            #[cfg(target_os = "linux")]
            Timer::Kernel(timer) => {
                if wait(timer, left).await.is_err() {
                    tokio::time::sleep_until(instant.into()).await;
                }
            }
            Timer::Runtime => tokio::time::sleep_until(instant.into()).await,
        }
    }

    /// Returns a little before `instant`, with time to make a request ready that is then held back until it; without a spin
    /// at `instant`. `gap` is that between two requests: where they are close, they are made ready faster and less is held.
    pub(crate) async fn ahead_of(&self, instant: Instant, gap: Duration) {
        let ahead = READYING.min(self.spin).min(gap / 4);
        self.until(instant.checked_sub(ahead).unwrap_or(instant))
            .await;
    }

    /// Returns at `instant` or as soon after it as the system lets; at once when it has passed.
    pub(crate) async fn until(&self, instant: Instant) {
        if let Some(rise) = instant.checked_sub(self.spin) {
            self.near(rise).await;
        }
        let mut last = Epoch::now();
        while last < instant {
            // Answers that come meanwhile are still taken in: the runtime looks for them at each turn.
            tokio::task::yield_now().await;
            let now = Epoch::now();
            if now - last < IDLE_TURN {
                self.spun.add(now - last);
            }
            last = now;
        }
    }
}

/// What it takes to hand a request to the HTTP client and to have it encoded and encrypted, on a processor that has just
/// slept: 15 to 100 µs on a virtual machine.
const READYING: Duration = Duration::from_micros(100);
/// A turn of the runtime that took longer than this did work.
const IDLE_TURN: Duration = Duration::from_micros(5);

impl Timer {
    fn most_exact() -> Self {
        #[cfg(target_os = "linux")]
        {
            use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer =
                timerfd_create(TimerfdClockId::Monotonic, flags).map_err(std::io::Error::from);
            #[expect(
                deprecated,
                reason = "an OwnedFd keeps the promise that the unsafe replacement asks for"
            )]
            let timer = timer.and_then(tokio::io::unix::AsyncFd::new);
            if let Ok(timer) = timer {
                return Self::Kernel(timer);
            }
        }
        Self::Runtime
    }
}

#[cfg(target_os = "linux")]
async fn wait(
    timer: &tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>,
    left: std::time::Duration,
) -> std::io::Result<()> {
    use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
    let zero = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let value = Timespec {
        tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: left.subsec_nanos().into(),
    };
    timerfd_settime(
        timer.get_ref(),
        TimerfdTimerFlags::empty(),
        &Itimerspec {
            it_interval: zero,
            it_value: value,
        },
    )?;
    loop {
        let mut ready = timer.readable().await?;
        let mut expirations = [0; 8];
        match ready.try_io(|fd| Ok(rustix::io::read(fd.get_ref(), &mut expirations)?)) {
            Ok(read) => {
                // One read takes every expiration; a readiness that stayed would cost the next wait a read in vain.
                ready.clear_ready();
                return read.map(drop);
            }
            Err(_would_block) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_spin_ends_no_earlier_than_the_instant_and_is_accounted_for() {
        let sleeper = PreciseSleeper::new(Duration::from_micros(500));
        let mut passed = Duration::ZERO;
        for _ in 0..20 {
            let before = Epoch::now();
            let instant = before + Duration::from_millis(1);
            sleeper.until(instant).await;
            assert!(Epoch::now() >= instant);
            passed += Epoch::now() - before;
        }
        assert!(
            sleeper.spun() > Duration::ZERO && sleeper.spun() < passed,
            "{:?} of {passed:?}",
            sleeper.spun()
        );
    }

    #[tokio::test]
    async fn without_a_spin_nothing_is_spent_on_it() {
        let sleeper = PreciseSleeper::new(Duration::ZERO);
        let instant = Epoch::now() + Duration::from_millis(2);
        sleeper.until(instant).await;
        assert!(Epoch::now() >= instant);
        assert!(
            sleeper.spun() < Duration::from_micros(100),
            "{:?}",
            sleeper.spun()
        );
    }

    #[tokio::test]
    async fn an_instant_that_has_passed_is_no_reason_to_wait() {
        let sleeper = PreciseSleeper::new(Duration::from_micros(100));
        sleeper.until(Epoch::now() - Duration::from_secs(1)).await;
        assert_eq!(sleeper.spun(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_runtimes_timer_follows_a_paused_clock() {
        let before = Epoch::now();
        PreciseSleeper::of_runtime()
            .until(before + Duration::from_secs(3600))
            .await;
        assert!(Epoch::now() - before >= Duration::from_secs(3600));
    }
}
