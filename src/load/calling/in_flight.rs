//! The calls under way, each answered for until its sample is delivered.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::sample::FailureKind;
use crate::transport::Transport;

use super::call_runner::{CallRunner, SignedCall};
use super::call_slot::CallSlot;

/// The calls under way. Each is in a slot, and a slot whose call has ended waits for another one: a call starts no task and
/// takes no memory of its own.
pub(crate) struct InFlight<T: Transport> {
    runner: Rc<CallRunner<T>>,
    slots: Vec<Rc<CallSlot<T>>>,
    free: Rc<FreeSlots>,
    /// One for each slot.
    tasks: JoinSet<()>,
}

/// Which slots are free, and who waits for one.
#[derive(Default)]
struct FreeSlots {
    numbers: RefCell<Vec<usize>>,
    waiting: Cell<Option<Waker>>,
}

impl FreeSlots {
    /// The slot has no call any more.
    fn set_free(&self, slot: usize) {
        self.numbers.borrow_mut().push(slot);
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
    }
}

impl<T> InFlight<T>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    pub(crate) fn new(runner: Rc<CallRunner<T>>) -> Self {
        Self {
            runner,
            slots: Vec::new(),
            free: Rc::default(),
            tasks: JoinSet::new(),
        }
    }

    /// Starts a call: its request is on its way when this returns, unless it has to wait for a connection. Whether it is
    /// under way: it can have ended already.
    pub(crate) fn start(&mut self, call: SignedCall) -> bool {
        // The one that was freed last, whose memory is the warmest.
        let freed = self.free.numbers.borrow_mut().pop();
        let number = freed.unwrap_or_else(|| self.add_slot());
        // The first steps are taken here and not in a turn of the slot's task, which comes later by what the runtime does in
        // between.
        let under_way = self.slots[number].begin(call);
        if !under_way {
            self.free.set_free(number);
        }
        under_way
    }

    pub(crate) fn under_way(&self) -> usize {
        self.slots.len() - self.free.numbers.borrow().len()
    }

    /// Waits until fewer than so many calls are under way.
    pub(crate) async fn fewer_than(&self, calls: usize) {
        poll_fn(|context| {
            if self.under_way() < calls {
                return Poll::Ready(());
            }
            self.free.waiting.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    /// Waits for every call; after `grace` those left are delivered as abandoned. No call is started after this.
    pub(crate) async fn drain(&mut self, grace: Duration) {
        if tokio::time::timeout(grace, self.fewer_than(1))
            .await
            .is_err()
        {
            for (number, slot) in self.slots.iter().enumerate() {
                if slot.give_up(FailureKind::ClientAbandoned) {
                    self.free.set_free(number);
                }
            }
        }
        // The slots' tasks hold what the results go to, and whoever receives those waits for the last holder.
        self.tasks.shutdown().await;
    }

    /// One more slot, with a task that goes on with its calls whenever something happens to them.
    fn add_slot(&mut self) -> usize {
        let number = self.slots.len();
        let slot = Rc::new(CallSlot::new(Rc::clone(&self.runner)));
        self.slots.push(Rc::clone(&slot));
        let free = Rc::clone(&self.free);
        self.tasks.spawn_local(poll_fn(move |context| {
            if slot.go_on(context) {
                free.set_free(number);
            }
            Poll::Pending
        }));
        number
    }
}
