//! Readings of clocks and counters, taken about once a second, folded into a [`Health`].

use std::time::Duration;

use super::model::{
    CLOCK_STEP, ClockStep, Clocks, Event, Health, HostShare, MAX_EVENTS, Processor, SUSPENSION,
    WINDOW_STEPS, nanoseconds,
};

/// The clocks and counters of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Since the run's epoch.
    pub at: Duration,
    /// The monotonic clock, which stands still while the machine is suspended.
    pub monotonic: Duration,
    /// The wall clock, since 1970.
    pub wall: Duration,
    /// The clock since boot, which goes on in suspension; Linux.
    pub boot: Option<Duration>,
    /// The measuring thread's counters.
    pub thread: Option<ThreadTime>,
    /// Processor time of the process.
    pub process: Option<Duration>,
    /// The machine's counters.
    pub host: Option<HostTime>,
}

/// A thread's counters, as in Linux's `schedstat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThreadTime {
    /// Time on a processor.
    pub ran: Duration,
    /// Time ready to run and waiting for a processor.
    pub waited: Duration,
    /// Turns on a processor.
    pub turns: u64,
}

/// The machine's counters, as in Linux's `/proc/stat`, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostTime {
    /// All time of all cores.
    pub all: u64,
    /// Time that the hypervisor gave to others.
    pub stolen: u64,
}

/// Readings as they come, folded.
#[derive(Debug)]
pub(crate) struct Readings {
    first: Reading,
    last: Reading,
    clocks: Clocks,
    windows: Vec<u64>,
}

impl Readings {
    /// From the first reading on.
    pub(crate) fn new(first: Reading) -> Self {
        Self {
            first,
            last: first,
            clocks: Clocks::default(),
            windows: vec![0; WINDOW_STEPS],
        }
    }

    /// Takes the next reading.
    pub(crate) fn observe(&mut self, reading: Reading) {
        self.compare_clocks(&reading);
        self.count_window(&reading);
        self.last = reading;
    }

    /// What the readings tell. Stalls are seen elsewhere.
    pub(crate) fn finish(self) -> Health {
        let (first, last) = (self.first, self.last);
        let processor = first
            .thread
            .zip(last.thread)
            .map(|(before, after)| Processor {
                ran_ns: nanoseconds(after.ran.saturating_sub(before.ran)),
                waited_ns: nanoseconds(after.waited.saturating_sub(before.waited)),
                turns: after.turns.saturating_sub(before.turns),
                windows: self.windows,
            });
        let process = first
            .process
            .zip(last.process)
            .map(|(before, after)| after.saturating_sub(before));
        let host = first.host.zip(last.host).map(|(before, after)| HostShare {
            all_ticks: after.all.saturating_sub(before.all),
            stolen_ticks: after.stolen.saturating_sub(before.stolen),
        });
        Health {
            processor,
            process_cpu_ns: process.map(nanoseconds),
            host,
            clocks: Some(self.clocks),
            ..Health::default()
        }
    }

    fn compare_clocks(&mut self, reading: &Reading) {
        let last = &self.last;
        let monotonic = signed(reading.monotonic) - signed(last.monotonic);
        let slept = last.boot.zip(reading.boot).map_or(0, |(before, after)| {
            signed(after) - signed(before) - monotonic
        });
        if slept > signed(SUSPENSION) {
            self.clocks.suspensions += 1;
            let event = Event {
                at_ns: nanoseconds(reading.at),
                length_ns: u64::try_from(slept).unwrap_or(u64::MAX),
            };
            push(&mut self.clocks.first_suspensions, event);
        }
        // A wall clock that has gone on while the machine was suspended has not stepped.
        let by = signed(reading.wall) - signed(last.wall) - monotonic - slept.max(0);
        if by.abs() > signed(CLOCK_STEP) {
            self.clocks.steps += 1;
            let by_ns = i64::try_from(by).unwrap_or(if by > 0 { i64::MAX } else { i64::MIN });
            push(
                &mut self.clocks.first_steps,
                ClockStep {
                    at_ns: nanoseconds(reading.at),
                    by_ns,
                },
            );
        }
    }

    fn count_window(&mut self, reading: &Reading) {
        let length = reading.monotonic.saturating_sub(self.last.monotonic);
        // The last one is cut off by the end of the run, and says little when it is short.
        let Some((before, after)) = self
            .last
            .thread
            .zip(reading.thread)
            .filter(|_| length >= SHORTEST_WINDOW)
        else {
            return;
        };
        let had_work = (after.ran + after.waited).saturating_sub(before.ran + before.waited);
        let share = had_work.as_nanos() * WINDOW_STEPS as u128 / length.as_nanos();
        let step = usize::try_from(share)
            .unwrap_or(usize::MAX)
            .min(WINDOW_STEPS - 1);
        self.windows[step] += 1;
    }
}

fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() < MAX_EVENTS {
        list.push(item);
    }
}

fn signed(time: Duration) -> i128 {
    i128::try_from(time.as_nanos()).unwrap_or(i128::MAX)
}

/// Below this, a window is not counted.
const SHORTEST_WINDOW: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A made-up machine after so many seconds, on which nothing happens.
    fn calm(seconds: u64) -> Reading {
        let passed = Duration::from_secs(seconds);
        Reading {
            at: passed,
            monotonic: ms(5_000) + passed,
            wall: Duration::from_secs(1_800_000_000) + passed,
            boot: Some(ms(9_000) + passed),
            thread: Some(ThreadTime {
                ran: passed / 10,
                waited: passed / 100,
                turns: 100 * seconds,
            }),
            process: Some(passed / 5),
            host: Some(HostTime {
                all: 200 * seconds,
                stolen: seconds,
            }),
        }
    }

    fn folded(taken: impl IntoIterator<Item = Reading>) -> Health {
        let mut readings = Readings::new(calm(0));
        taken
            .into_iter()
            .for_each(|reading| readings.observe(reading));
        readings.finish()
    }

    #[test]
    fn a_calm_minute_is_calm() {
        let health = folded((1..=60).map(calm));
        assert_eq!(health.clocks, Some(Clocks::default()));
        assert_eq!(
            health.host,
            Some(HostShare {
                all_ticks: 12_000,
                stolen_ticks: 60
            })
        );
        assert_eq!(health.process_cpu_ns, Some(12_000_000_000));
        let processor = health.processor.expect("it was measured");
        assert_eq!(
            (processor.ran_ns, processor.waited_ns, processor.turns),
            (6_000_000_000, 600_000_000, 6_000)
        );
        assert_eq!(
            (
                processor.seconds(),
                processor.seconds_at(10),
                processor.seconds_at(15)
            ),
            (60, 60, 0)
        );
    }

    #[test]
    fn a_wall_clock_that_is_set_forward_or_back_has_stepped_and_one_that_is_slewed_has_not() {
        let stepped = |milliseconds: i64| {
            folded((1..=10).map(|second| {
                let calm = calm(second);
                let moved = if second < 4 { 0 } else { milliseconds };
                let wall = calm.wall.saturating_add_signed(moved);
                Reading { wall, ..calm }
            }))
            .clocks
            .expect("always there")
        };
        for milliseconds in [51, 3_600_000, -51, -3_600_000] {
            let clocks = stepped(milliseconds);
            assert_eq!((clocks.steps, clocks.suspensions), (1, 0), "{milliseconds}");
            assert_eq!(
                clocks.first_steps,
                [ClockStep {
                    at_ns: 4_000_000_000,
                    by_ns: milliseconds * 1_000_000
                }]
            );
        }
        assert_eq!((stepped(49).steps, stepped(-49).steps), (0, 0));
        let slewed = folded((1..=600).map(|second| Reading {
            wall: calm(second).wall + ms(second) / 2,
            ..calm(second)
        }));
        assert_eq!(
            slewed.clocks,
            Some(Clocks::default()),
            "300 ms, half a millisecond at a time"
        );
    }

    trait Moved {
        fn saturating_add_signed(self, milliseconds: i64) -> Self;
    }

    impl Moved for Duration {
        fn saturating_add_signed(self, milliseconds: i64) -> Self {
            let by = ms(milliseconds.unsigned_abs());
            if milliseconds < 0 {
                self - by
            } else {
                self + by
            }
        }
    }

    #[test]
    fn fault_42_a_suspended_machine_is_noticed_and_its_wall_clock_has_not_stepped() {
        let slept = |milliseconds: u64| {
            folded((1..=10).map(|second| {
                let calm = calm(second);
                let slept = if second < 7 { ms(0) } else { ms(milliseconds) };
                Reading {
                    wall: calm.wall + slept,
                    boot: calm.boot.map(|boot| boot + slept),
                    ..calm
                }
            }))
            .clocks
            .expect("always there")
        };
        let clocks = slept(28_800_000);
        assert_eq!((clocks.steps, clocks.suspensions), (0, 1));
        assert_eq!(
            clocks.first_suspensions,
            [Event {
                at_ns: 7_000_000_000,
                length_ns: 28_800_000_000_000
            }]
        );
        assert_eq!((slept(101).suspensions, slept(99).suspensions), (1, 0));
    }

    #[test]
    fn busy_seconds_are_counted_one_by_one() {
        let mut ran = ms(0);
        let health = folded((1..=10).map(|second| {
            ran += if second == 5 { ms(970) } else { ms(40) };
            Reading {
                thread: calm(second)
                    .thread
                    .map(|thread| ThreadTime { ran, ..thread }),
                ..calm(second)
            }
        }));
        let processor = health.processor.expect("it was measured");
        assert_eq!(
            (
                processor.seconds(),
                processor.seconds_at(50),
                processor.seconds_at(80)
            ),
            (10, 1, 1)
        );
        let mut waited = ms(0);
        let starved = folded((1..=10).map(|second| {
            waited += ms(900);
            Reading {
                thread: calm(second)
                    .thread
                    .map(|thread| ThreadTime { waited, ..thread }),
                ..calm(second)
            }
        }));
        assert_eq!(
            starved.processor.map(|processor| processor.seconds_at(80)),
            Some(10),
            "it had work and no processor"
        );
        let torn = folded([Reading {
            monotonic: calm(0).monotonic + ms(499),
            ..calm(1)
        }]);
        assert_eq!(
            torn.processor.map(|processor| processor.seconds()),
            Some(0),
            "too short to say anything"
        );
    }

    #[test]
    fn what_the_system_does_not_tell_is_absent_and_events_are_bounded() {
        let silent = Reading {
            boot: None,
            thread: None,
            process: None,
            host: None,
            ..calm(0)
        };
        let mut readings = Readings::new(silent);
        for second in 1..=200 {
            let swing = ms(if second % 2 == 0 { 0 } else { 1_000 });
            readings.observe(Reading {
                wall: calm(second).wall + swing,
                ..Reading {
                    monotonic: calm(second).monotonic,
                    ..silent
                }
            });
        }
        let health = readings.finish();
        assert_eq!(
            (&health.processor, health.process_cpu_ns, health.host),
            (&None, None, None)
        );
        let clocks = health.clocks.expect("they are always there");
        assert_eq!((clocks.steps, clocks.first_steps.len()), (200, MAX_EVENTS));
    }
}
