//! Sleeps finer than a runtime's millisecond wheel: one thread sleeps until the earliest deadline and wakes its task.
//!
//! Tokio's own timer rounds every deadline up to the next whole millisecond, which over the two directions of a simulated
//! link would add two milliseconds or more to each round trip. A sleep never ends early. The thread waits for the last
//! fraction of a millisecond awake, as far as its [`WakeLead`] goes; what is left is the waking of another thread.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::clock;
use crate::wire::timer::wake_lead::WakeLead;

/// The thread that wakes tasks at their deadlines; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct PreciseTimer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Makes sleeps on a [`PreciseTimer`]; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Sleeper(Arc<Shared>);

/// Ready at its deadline, never before it.
#[derive(Debug)]
pub(crate) struct PreciseSleep {
    deadline: Instant,
    shared: Arc<Shared>,
    registered: Option<Waker>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: BinaryHeap<Reverse<Entry>>,
    /// Sleeps so far: those of one deadline end in the order in which they began.
    set: u64,
    closed: bool,
}

#[derive(Debug)]
struct Entry {
    deadline: Instant,
    number: u64,
    waker: Waker,
}

impl PreciseTimer {
    /// Starts the thread.
    pub(crate) fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let thread = std::thread::Builder::new()
            .name("sts-timer".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || wake_when_due(&shared)
            })?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// What tasks sleep with.
    pub(crate) fn sleeper(&self) -> Sleeper {
        Sleeper(Arc::clone(&self.shared))
    }
}

impl Drop for PreciseTimer {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has already been reported on its own; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

impl Sleeper {
    /// Sleeps until `deadline`.
    pub(crate) fn until(&self, deadline: Instant) -> PreciseSleep {
        PreciseSleep {
            deadline,
            shared: Arc::clone(&self.0),
            registered: None,
        }
    }
}

impl PreciseSleep {
    /// When it is ready.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }
}

impl Future for PreciseSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if clock::monotonic() >= self.deadline {
            return Poll::Ready(());
        }
        let known = self
            .registered
            .as_ref()
            .is_some_and(|waker| waker.will_wake(context.waker()));
        if !known {
            let (deadline, waker) = (self.deadline, context.waker().clone());
            self.registered = Some(waker.clone());
            let mut waiting = self.shared.lock();
            let earliest = waiting
                .entries
                .peek()
                .is_none_or(|Reverse(first)| deadline < first.deadline);
            let number = waiting.set;
            waiting.set += 1;
            waiting.entries.push(Reverse(Entry {
                deadline,
                number,
                waker,
            }));
            drop(waiting);
            if earliest {
                self.shared.changed.notify_one();
            }
        }
        Poll::Pending
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A microsecond or a few, as processors go.
const SPINS: u32 = 50;

fn wake_when_due(shared: &Shared) {
    let mut lead = WakeLead::new(clock::monotonic());
    let mut waiting = shared.lock();
    while !waiting.closed {
        let now = clock::monotonic();
        let Some(Reverse(first)) = waiting.entries.peek() else {
            waiting = shared
                .changed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if first.deadline > now {
            let (pause, early) = (first.deadline - now, lead.lead(now));
            waiting = if pause > early {
                let pause = pause - early;
                let waited = shared
                    .changed
                    .wait_timeout(waiting, pause)
                    .unwrap_or_else(PoisonError::into_inner);
                if waited.1.timed_out() {
                    lead.learn((clock::monotonic() - now).saturating_sub(pause));
                }
                waited.0
            } else {
                // A task that begins an earlier sleep in the meantime must not wait for the lock.
                drop(waiting);
                (0..SPINS).for_each(|_| std::hint::spin_loop());
                lead.spend(clock::monotonic() - now);
                shared.lock()
            };
            continue;
        }
        if let Some(Reverse(due)) = waiting.entries.pop() {
            // Waking can run code of the runtime; it must not happen under the lock.
            drop(waiting);
            due.waker.wake();
            waiting = shared.lock();
        }
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.deadline, self.number).cmp(&(other.deadline, other.number))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn sleeps_end_in_the_order_of_their_deadlines_and_never_early() {
        let timer = PreciseTimer::start().expect("a thread starts");
        let start = clock::monotonic();
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        for (number, millis) in [12_u64, 4, 8, 8, 8, 8].into_iter().enumerate() {
            let sleep = timer.sleeper().until(start + Duration::from_millis(millis));
            let sender = sender.clone();
            tokio::spawn(async move {
                sleep.await;
                assert!(
                    clock::monotonic() >= start + Duration::from_millis(millis),
                    "a sleep ended early"
                );
                sender.send((millis, number)).expect("the test listens");
            });
        }
        drop(sender);
        let mut order = Vec::new();
        while let Some(ended) = receiver.recv().await {
            order.push(ended);
        }
        assert_eq!(order, [(4, 1), (8, 2), (8, 3), (8, 4), (8, 5), (12, 0)]);
    }

    #[test]
    fn the_thread_ends_with_its_timer_while_sleeps_are_pending() {
        let timer = PreciseTimer::start().expect("a thread starts");
        let mut sleep = Box::pin(
            timer
                .sleeper()
                .until(clock::monotonic() + Duration::from_secs(3600)),
        );
        let pending = sleep.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(pending.is_pending());
        drop(timer);
    }
}
