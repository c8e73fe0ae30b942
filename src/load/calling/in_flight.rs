//! The calls under way, each answered for until its sample is delivered.

use std::collections::HashMap;
use std::future::{Future as _, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::{self, JoinSet};

use crate::load::schedule::PlannedCall;
use crate::sample::{Arrival, FailureKind};
use crate::sign::{SignError, SignedRequest};
use crate::transport::Transport;

use super::call_runner::CallRunner;

/// The calls under way.
pub(crate) struct InFlight<T: Transport> {
    runner: Rc<CallRunner<T>>,
    tasks: JoinSet<()>,
    arrivals: HashMap<task::Id, Arrival>,
}

impl<T> InFlight<T>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    pub(crate) fn new(runner: Rc<CallRunner<T>>) -> Self {
        Self {
            runner,
            tasks: JoinSet::new(),
            arrivals: HashMap::new(),
        }
    }

    /// Starts a call: its request is on its way when this returns, unless it has to wait for a connection.
    pub(crate) async fn start(
        &mut self,
        planned: PlannedCall,
        signed: Result<Rc<SignedRequest>, SignError>,
        signing: Duration,
    ) {
        let runner = Rc::clone(&self.runner);
        // Boxed: its state is kilobytes, which starting a task would otherwise move several times.
        let mut call = Box::pin(async move { runner.call(planned, signed, signing).await });
        // The first steps are taken here and not in the task's first turn, which comes later by what the runtime does in
        // between. The task takes over from there; its first turn comes unasked, so no wake-up is lost.
        let first = poll_fn(|context| {
            Poll::Ready(catch_unwind(AssertUnwindSafe(|| {
                call.as_mut().poll(context)
            })))
        });
        match first.await {
            Ok(Poll::Ready(())) => return,
            Ok(Poll::Pending) => {}
            Err(_) => {
                return self.runner.fail(
                    planned.arrival,
                    Duration::ZERO,
                    FailureKind::ClientRequest,
                );
            }
        }
        let handle = self.tasks.spawn_local(call);
        self.arrivals.insert(handle.id(), planned.arrival);
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.settle(ended);
        }
    }

    pub(crate) fn under_way(&self) -> usize {
        self.tasks.len()
    }

    /// Waits until one of the calls under way has ended.
    pub(crate) async fn wait_for_one(&mut self) {
        if let Some(ended) = self.tasks.join_next_with_id().await {
            self.settle(ended);
        }
    }

    /// Waits for every call; after `grace` those left are delivered as abandoned.
    pub(crate) async fn drain(&mut self, grace: Duration) {
        let deadline = tokio::time::sleep(grace);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                ended = self.tasks.join_next_with_id() => match ended {
                    Some(ended) => self.settle(ended),
                    None => return,
                },
                () = &mut deadline, if !self.runner.is_abandoned() => {
                    self.runner.abandon();
                }
            }
        }
    }

    /// A call that ended in a panic still has its sample, and the others go on.
    fn settle(&mut self, ended: Result<(task::Id, ()), task::JoinError>) {
        match ended {
            Ok((id, ())) => {
                self.arrivals.remove(&id);
            }
            Err(error) => {
                if let Some(arrival) = self.arrivals.remove(&error.id()) {
                    self.runner
                        .fail(arrival, Duration::ZERO, FailureKind::ClientRequest);
                }
            }
        }
    }
}
