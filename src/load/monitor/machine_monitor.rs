//! Watches the machine while it measures: a thread of its own that reads clocks and counters once a second.
//!
//! The wall clock is read here only to see it step; no time of the run comes from it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::health::{Health, HostTime, Reading, Readings, ThreadTime};
use crate::load::epoch::Epoch;
use crate::load::precise_sleep::SpinTime;
use crate::parallel::start_thread;

/// Watches the machine for the thread that started it.
#[derive(Debug)]
pub(crate) struct MachineMonitor {
    end: mpsc::Sender<()>,
    thread: Option<JoinHandle<Health>>,
}

impl MachineMonitor {
    /// Starts to watch the calling thread; where the system refuses another thread, nothing is watched.
    pub(crate) fn start(epoch: Epoch, spun: SpinTime) -> Self {
        let counters = Counters::of_this_thread(spun);
        let first = counters.read(epoch);
        let (end, ended) = mpsc::channel();
        let watch = move || {
            let mut readings = first.map(Readings::new);
            loop {
                let waited = ended.recv_timeout(PERIOD);
                if let Some(reading) = counters.read(epoch) {
                    match &mut readings {
                        Some(readings) => readings.observe(reading),
                        None => readings = Some(Readings::new(reading)),
                    }
                }
                if waited != Err(RecvTimeoutError::Timeout) {
                    return readings.map(Readings::finish).unwrap_or_default();
                }
            }
        };
        Self {
            end,
            thread: start_thread("machine-monitor", watch).ok(),
        }
    }

    /// Ends it; must be called on the thread that started it, while its counters can still be read.
    pub(crate) fn end(self) -> Health {
        drop(self.end);
        self.thread
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default()
    }
}

/// Where the counters of one thread are.
struct Counters {
    /// `/proc/<process>/task/<thread>`, on Linux.
    thread: Option<PathBuf>,
    /// What it spent with watching the clock, which yields to anything else and so is no work.
    spun: SpinTime,
}

impl Counters {
    fn of_this_thread(spun: SpinTime) -> Self {
        let thread = std::fs::read_link("/proc/thread-self")
            .ok()
            .map(|link| Path::new("/proc").join(link));
        Self { thread, spun }
    }

    fn read(&self, epoch: Epoch) -> Option<Reading> {
        let (monotonic, wall, boot) = clocks()?;
        let text = |path: &Path| std::fs::read_to_string(path).ok();
        Some(Reading {
            at: epoch.since(Epoch::now()),
            monotonic,
            wall,
            boot,
            thread: self.thread.as_ref().and_then(|path| {
                let time = thread_time(&text(&path.join("schedstat"))?)?;
                Some(ThreadTime {
                    ran: time.ran.saturating_sub(self.spun.total()),
                    ..time
                })
            }),
            process: Some(clock(rustix::time::ClockId::ProcessCPUTime)?),
            host: text(Path::new("/proc/stat")).and_then(|stat| host_time(&stat)),
        })
    }
}

/// Three fields: nanoseconds on a processor, nanoseconds waiting for one, turns. See Linux's
/// `Documentation/scheduler/sched-stats.rst`.
fn thread_time(schedstat: &str) -> Option<ThreadTime> {
    let mut fields = schedstat.split_ascii_whitespace().map(str::parse::<u64>);
    let mut next = || fields.next()?.ok();
    let (ran, waited) = (Duration::from_nanos(next()?), Duration::from_nanos(next()?));
    // Kernels that do not keep these statistics show zeros, although whoever asks has run.
    (ran > Duration::ZERO).then_some(ThreadTime {
        ran,
        waited,
        turns: next()?,
    })
}

/// The first line: `cpu` and ticks of user, nice, system, idle, iowait, irq, softirq, steal; guest time, which follows, is
/// part of user and nice. See `proc_stat(5)`.
fn host_time(stat: &str) -> Option<HostTime> {
    let ticks = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = ticks
        .split_ascii_whitespace()
        .map_while(|ticks| ticks.parse().ok())
        .take(8)
        .collect();
    let stolen = *ticks.get(7)?;
    Some(HostTime {
        all: ticks.iter().sum(),
        stolen,
    })
}

/// The monotonic clock, the wall clock and the clock since boot, of one moment: a thread that was held up between two of the
/// readings would see a step that never was, so such readings are taken again, and given up when it happens each time.
fn clocks() -> Option<(Duration, Duration, Option<Duration>)> {
    use rustix::time::ClockId;
    (0..ATTEMPTS).find_map(|_| {
        let before = clock(ClockId::Monotonic)?;
        let wall = clock(ClockId::Realtime)?;
        #[cfg(target_os = "linux")]
        let boot = clock(ClockId::Boottime);
        #[cfg(not(target_os = "linux"))]
        let boot = None;
        let took = clock(ClockId::Monotonic)?.saturating_sub(before);
        (took < ONE_MOMENT).then_some((before, wall, boot))
    })
}

fn clock(id: rustix::time::ClockId) -> Option<Duration> {
    let time = rustix::time::clock_gettime(id);
    Some(Duration::new(
        u64::try_from(time.tv_sec).ok()?,
        u32::try_from(time.tv_nsec).ok()?,
    ))
}

/// Between readings: six small files and system calls, some 50 µs on another thread.
const PERIOD: Duration = Duration::from_secs(1);
const ATTEMPTS: usize = 5;
/// Clocks read within this are of one moment; a fiftieth of the smallest step that counts.
const ONE_MOMENT: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_counters_are_read_as_documented() {
        let time = thread_time("52000000 1300000 412\n").expect("three numbers");
        assert_eq!(
            (time.ran.as_millis(), time.waited.as_micros(), time.turns),
            (52, 1300, 412)
        );
        let host =
            host_time("cpu  100 1 20 800 5 0 4 70 90 9\ncpu0 1 2 3\n").expect("eight numbers");
        assert_eq!((host.all, host.stolen), (1000, 70));
        for odd in ["", "x", "1", "1 2", "0 0 0", "-1 2 3"] {
            assert_eq!(thread_time(odd), None, "{odd:?}");
        }
        for odd in [
            "",
            "cpu",
            "cpu 1 2 3 4 5 6 7",
            "cpu a b c d e f g h",
            "intr 1 2 3 4 5 6 7 8",
        ] {
            assert_eq!(host_time(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn a_thread_that_works_is_seen_working() {
        let epoch = Epoch::start();
        let monitor = MachineMonitor::start(epoch, SpinTime::default());
        let mut sum = 0_u64;
        while epoch.since(Epoch::now()) < Duration::from_millis(200) {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        let health = monitor.end();
        let clocks = health.clocks.expect("the clocks can be read");
        assert_eq!((clocks.steps, clocks.suspensions), (0, 0));
        if let Some(processor) = health.processor {
            let busy = processor.ran_ns + processor.waited_ns;
            assert!(busy > 100_000_000, "{processor:?}");
        }
    }
}
