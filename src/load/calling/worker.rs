//! Makes one call after the other, in memory that is kept from call to call.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::load::schedule::PlannedCall;
use crate::sample::{Arrival, FailureKind};
use crate::sign::{SignError, SignedRequest};
use crate::transport::Transport;

use super::call_runner::CallRunner;

/// A call to be made.
pub(super) struct Assigned {
    pub(super) planned: PlannedCall,
    pub(super) signed: Result<Rc<SignedRequest>, SignError>,
    pub(super) signing: Duration,
}

/// Makes one call after the other.
pub(super) struct Worker<T: Transport> {
    runner: Rc<CallRunner<T>>,
    desk: Rc<Desk>,
    /// Some kilobytes, allocated once.
    making: RefCell<Pin<Box<dyn Future<Output = Infallible>>>>,
    /// Of the task that goes on with the calls; none before its first turn.
    waker: RefCell<Waker>,
}

/// What a worker has to do.
#[derive(Default)]
struct Desk {
    next: Cell<Option<Assigned>>,
    /// The call under way, with how long it was signed.
    call: Cell<Option<(Arrival, Duration)>>,
}

impl<T> Worker<T>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    pub(super) fn new(runner: Rc<CallRunner<T>>) -> Self {
        let desk = Rc::default();
        Self {
            making: RefCell::new(making(Rc::clone(&runner), Rc::clone(&desk))),
            runner,
            desk,
            waker: RefCell::new(Waker::noop().clone()),
        }
    }

    /// Takes a call's first steps. Whether it is under way then: it can have ended.
    pub(super) fn begin(&self, assigned: Assigned) -> bool {
        let call = (assigned.planned.arrival, assigned.signing);
        self.desk.call.set(Some(call));
        self.desk.next.set(Some(assigned));
        // Before the first turn of the worker's task nobody is woken; that turn comes unasked.
        !self.advance(&mut Context::from_waker(&self.waker.borrow()))
    }

    /// A turn of the worker's task. Whether a call ended in it.
    pub(super) fn go_on(&self, context: &mut Context<'_>) -> bool {
        if !self.waker.borrow().will_wake(context.waker()) {
            self.waker.replace(context.waker().clone());
        }
        self.desk.call.get().is_some() && self.advance(context)
    }

    /// Delivers the call under way as failed and forgets it. Whether there was one.
    pub(super) fn give_up(&self, kind: FailureKind) -> bool {
        let Some((arrival, signing)) = self.desk.call.take() else {
            return false;
        };
        let anew = making(Rc::clone(&self.runner), Rc::clone(&self.desk));
        drop(self.making.replace(anew));
        self.runner.fail(arrival, signing, kind);
        true
    }

    /// Whether the call has ended. One that ended in a panic still has its sample, and the others go on.
    fn advance(&self, context: &mut Context<'_>) -> bool {
        let mut making = self.making.borrow_mut();
        let step = AssertUnwindSafe(|| making.as_mut().poll(context));
        let broke = catch_unwind(step).is_err();
        drop(making);
        if broke {
            self.give_up(FailureKind::ClientRequest);
        }
        self.desk.call.get().is_none()
    }
}

/// The calls of a desk, one after the other, forever.
fn making<T>(runner: Rc<CallRunner<T>>, desk: Rc<Desk>) -> Pin<Box<dyn Future<Output = Infallible>>>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    Box::pin(async move {
        loop {
            // Whoever puts a call on the desk polls this himself.
            let next = poll_fn(|_| desk.next.take().map_or(Poll::Pending, Poll::Ready));
            let Assigned {
                planned,
                signed,
                signing,
            } = next.await;
            runner.call(planned, signed, signing).await;
            desk.call.set(None);
        }
    })
}
