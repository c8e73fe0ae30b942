//! The measuring thread's heartbeat: whether it runs when it should.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::health::{STALL, Stalls};
use crate::load::epoch::Epoch;

/// A timer on the measuring thread. A beat that comes late was held up by what held the thread up: another process, the
/// hypervisor, a signal, or the thread's own work.
///
/// The heartbeat costs a wake-up, which an idle two-core virtual machine charges with 95 µs of processor time: 1 % of a core
/// at 10 ms. 5 ms would cost twice that; 20 ms would miss half of the stalls between 20 and 40 ms.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    epoch: Epoch,
    due: Cell<Instant>,
    last_stall_ended: Cell<Option<Duration>>,
    stalls: RefCell<Stalls>,
}

impl Heartbeat {
    pub(crate) fn new(epoch: Epoch) -> Rc<Self> {
        Rc::new(Self {
            epoch,
            due: Cell::new(Epoch::now() + HEARTBEAT),
            last_stall_ended: Cell::default(),
            stalls: RefCell::new(Stalls::new(HEARTBEAT)),
        })
    }

    /// Beats forever.
    pub(crate) async fn run(self: Rc<Self>) {
        // The first beat is due from now on: what happened before is not the run's.
        self.due.set(Epoch::now() + HEARTBEAT);
        loop {
            tokio::time::sleep_until(self.due.get().into()).await;
            self.check(Epoch::now());
        }
    }

    /// Notes that the thread runs at `now`; after a stall, the first to run finds it.
    fn check(&self, now: Instant) {
        let due = self.due.get();
        if now < due {
            return;
        }
        let late = now - due;
        if late > STALL {
            self.stalls.borrow_mut().add(self.epoch.since(due), late);
            self.last_stall_ended.set(Some(self.epoch.since(now)));
        }
        self.due.set(now + HEARTBEAT);
    }

    /// Counts a measured call that was due at `intended`, since the epoch, and is answered at `now`.
    pub(crate) fn count(&self, intended: Duration, now: Instant) {
        self.check(now);
        let touched = self
            .last_stall_ended
            .get()
            .is_some_and(|ended| intended < ended);
        let mut stalls = self.stalls.borrow_mut();
        stalls.calls += 1;
        stalls.calls_touched += u64::from(touched);
    }

    /// The stalls so far.
    pub(crate) fn stalls(&self) -> Stalls {
        self.check(Epoch::now());
        self.stalls.borrow().clone()
    }
}

/// From one beat to the next.
const HEARTBEAT: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_that_comes_late_is_a_stall_from_when_it_was_due() {
        let epoch = Epoch::start();
        let heartbeat = Heartbeat::new(epoch);
        let ms = Duration::from_millis;
        heartbeat.due.set(epoch.at(ms(10)));
        heartbeat.count(ms(0), epoch.at(ms(29)));
        assert_eq!(heartbeat.stalls.borrow().number, 0, "19 ms late");
        assert_eq!(heartbeat.due.get(), epoch.at(ms(39)));
        heartbeat.count(ms(35), epoch.at(ms(38)));
        heartbeat.count(ms(36), epoch.at(ms(139)));
        heartbeat.count(ms(138), epoch.at(ms(141)));
        heartbeat.count(ms(139), epoch.at(ms(142)));
        let stalls = heartbeat.stalls.borrow();
        assert_eq!(
            (stalls.number, stalls.longest_ns, stalls.total_ns),
            (1, 100_000_000, 100_000_000)
        );
        assert_eq!(stalls.first[0].at_ns, 39_000_000);
        assert_eq!(
            (stalls.calls, stalls.calls_touched),
            (5, 2),
            "those due before the stall ended"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_thread_that_runs_has_no_stall() {
        let epoch = Epoch::start();
        let heartbeat = Heartbeat::new(epoch);
        let kept = tokio::time::timeout(Duration::from_secs(5), Rc::clone(&heartbeat).run()).await;
        assert!(kept.is_err(), "it beats forever");
        assert_eq!(heartbeat.stalls().number, 0);
    }
}
