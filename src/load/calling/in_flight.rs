//! The calls under way, each answered for until its sample is delivered.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::load::schedule::PlannedCall;
use crate::sample::FailureKind;
use crate::sign::{SignError, SignedRequest};
use crate::transport::Transport;

use super::call_runner::CallRunner;
use super::worker::{Assigned, Worker};

/// The calls under way. Each is a worker's, and a worker whose call has ended waits for another one: a call starts no task
/// and takes no memory of its own.
pub(crate) struct InFlight<T: Transport> {
    runner: Rc<CallRunner<T>>,
    workers: Vec<Rc<Worker<T>>>,
    roll: Rc<Roll>,
    /// One for each worker.
    tasks: JoinSet<()>,
}

/// Which workers are free, by number, and who waits for one.
#[derive(Default)]
struct Roll {
    free: RefCell<Vec<usize>>,
    waiting: Cell<Option<Waker>>,
}

impl Roll {
    /// The worker has nothing to do any more.
    fn set_free(&self, worker: usize) {
        self.free.borrow_mut().push(worker);
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
            workers: Vec::new(),
            roll: Rc::default(),
            tasks: JoinSet::new(),
        }
    }

    /// Starts a call: its request is on its way when this returns, unless it has to wait for a connection. Whether it is
    /// under way: it can have ended already.
    pub(crate) fn start(
        &mut self,
        planned: PlannedCall,
        signed: Result<Rc<SignedRequest>, SignError>,
        signing: Duration,
    ) -> bool {
        // The one that was freed last, whose memory is the warmest.
        let freed = self.roll.free.borrow_mut().pop();
        let number = freed.unwrap_or_else(|| self.hire());
        // The first steps are taken here and not in a turn of the worker's task, which comes later by what the runtime does
        // in between.
        let under_way = self.workers[number].begin(Assigned {
            planned,
            signed,
            signing,
        });
        if !under_way {
            self.roll.set_free(number);
        }
        under_way
    }

    pub(crate) fn under_way(&self) -> usize {
        self.workers.len() - self.roll.free.borrow().len()
    }

    /// Waits until fewer than so many calls are under way.
    pub(crate) async fn fewer_than(&self, calls: usize) {
        poll_fn(|context| {
            if self.under_way() < calls {
                return Poll::Ready(());
            }
            self.roll.waiting.set(Some(context.waker().clone()));
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
            for (number, worker) in self.workers.iter().enumerate() {
                if worker.give_up(FailureKind::ClientAbandoned) {
                    self.roll.set_free(number);
                }
            }
        }
        // The workers' tasks hold what the results go to, and whoever receives those waits for the last holder.
        self.tasks.shutdown().await;
    }

    /// One more worker, with a task that goes on with its calls whenever something happens to them.
    fn hire(&mut self) -> usize {
        let number = self.workers.len();
        let worker = Rc::new(Worker::new(Rc::clone(&self.runner)));
        self.workers.push(Rc::clone(&worker));
        let roll = Rc::clone(&self.roll);
        self.tasks.spawn_local(poll_fn(move |context| {
            if worker.go_on(context) {
                roll.set_free(number);
            }
            Poll::Pending
        }));
        number
    }
}
