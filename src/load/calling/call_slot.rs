//! Makes one call after the other, in memory that is kept from call to call.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::sample::{Arrival, FailureKind};
use crate::transport::Transport;

use super::call_runner::{CallRunner, SignedCall};

/// A place for one call at a time.
pub(super) struct CallSlot<T: Transport> {
    runner: Rc<CallRunner<T>>,
    state: Rc<SlotState>,
    /// Makes the slot's calls. Some kilobytes, allocated once.
    future: RefCell<Pin<Box<dyn Future<Output = Infallible>>>>,
    /// Of the task that goes on with the calls; none before its first turn.
    waker: RefCell<Waker>,
}

/// What a slot and its future tell each other.
#[derive(Default)]
struct SlotState {
    /// To be made; the future takes it.
    next: Cell<Option<SignedCall>>,
    /// The call under way, with how long it was signed.
    call: Cell<Option<(Arrival, Duration)>>,
}

impl<T> CallSlot<T>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    pub(super) fn new(runner: Rc<CallRunner<T>>) -> Self {
        let state = Rc::default();
        Self {
            future: RefCell::new(calls(Rc::clone(&runner), Rc::clone(&state))),
            runner,
            state,
            waker: RefCell::new(Waker::noop().clone()),
        }
    }

    /// Takes a call's first steps. Whether it is under way then: it can have ended.
    pub(super) fn begin(&self, signed: SignedCall) -> bool {
        let call = (signed.planned.arrival, signed.signing);
        self.state.call.set(Some(call));
        self.state.next.set(Some(signed));
        // Before the first turn of the slot's task nobody is woken; that turn comes unasked.
        !self.advance(&mut Context::from_waker(&self.waker.borrow()))
    }

    /// A turn of the slot's task. Whether a call ended in it.
    pub(super) fn go_on(&self, context: &mut Context<'_>) -> bool {
        if !self.waker.borrow().will_wake(context.waker()) {
            self.waker.replace(context.waker().clone());
        }
        self.state.call.get().is_some() && self.advance(context)
    }

    /// Delivers the call under way as failed and forgets it. Whether there was one.
    pub(super) fn give_up(&self, kind: FailureKind) -> bool {
        let Some((arrival, signing)) = self.state.call.take() else {
            return false;
        };
        let anew = calls(Rc::clone(&self.runner), Rc::clone(&self.state));
        drop(self.future.replace(anew));
        self.runner.fail(arrival, signing, kind);
        true
    }

    /// Whether the call has ended. One that ended in a panic still has its sample, and the others go on.
    fn advance(&self, context: &mut Context<'_>) -> bool {
        let mut future = self.future.borrow_mut();
        let step = AssertUnwindSafe(|| future.as_mut().poll(context));
        let broke = catch_unwind(step).is_err();
        drop(future);
        if broke {
            self.give_up(FailureKind::ClientRequest);
        }
        self.state.call.get().is_none()
    }
}

/// The calls of a slot, one after the other, forever.
fn calls<T>(
    runner: Rc<CallRunner<T>>,
    state: Rc<SlotState>,
) -> Pin<Box<dyn Future<Output = Infallible>>>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    Box::pin(async move {
        loop {
            // `begin` sets the next call and polls this itself, so that no waker is needed.
            let next = poll_fn(|_| state.next.take().map_or(Poll::Pending, Poll::Ready));
            runner.call(next.await).await;
            state.call.set(None);
        }
    })
}
