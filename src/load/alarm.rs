//! Sleeping until an instant, as exactly as the system can without burning a core.

use std::time::Instant;

use super::Epoch;

/// Wakes at an instant. tokio's own timer counts in milliseconds; on Linux a timerfd wakes within tens of microseconds.
#[derive(Debug)]
pub enum Alarm {
    /// The kernel's timer, in nanoseconds.
    #[cfg(target_os = "linux")]
    Kernel(tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>),
    /// The runtime's timer, in milliseconds; follows a paused test clock.
    Runtime,
}

impl Alarm {
    /// The most exact alarm that this system has. Needs to be called within a tokio runtime with I/O enabled.
    pub fn new() -> Self {
        #[cfg(target_os = "linux")]
        {
            use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags).map_err(std::io::Error::from);
            #[expect(deprecated, reason = "an OwnedFd keeps the promise that the unsafe replacement asks for")]
            let alarm = timer.and_then(tokio::io::unix::AsyncFd::new);
            if let Ok(alarm) = alarm {
                return Self::Kernel(alarm);
            }
        }
        Self::Runtime
    }

    /// Returns at `instant` or as soon after it as the system lets; at once when it has passed.
    pub async fn until(&self, instant: Instant) {
        let left = instant.saturating_duration_since(Epoch::now());
        if left.is_zero() {
            // Others have to get their turn even when the schedule has fallen behind.
            tokio::task::yield_now().await;
            return;
        }
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel(timer) => {
                if wait(timer, left).await.is_err() {
                    tokio::time::sleep_until(instant.into()).await;
                }
            }
            Self::Runtime => tokio::time::sleep_until(instant.into()).await,
        }
    }
}

impl Default for Alarm {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(target_os = "linux")]
async fn wait(
    timer: &tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>,
    left: std::time::Duration,
) -> std::io::Result<()> {
    use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
    let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
    let value = Timespec { tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: left.subsec_nanos().into() };
    timerfd_settime(timer.get_ref(), TimerfdTimerFlags::empty(), &Itimerspec { it_interval: zero, it_value: value })?;
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
