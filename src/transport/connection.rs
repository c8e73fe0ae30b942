//! The two traits of a client: a transport opens connections, a connection sends requests.

use std::future::Future;
use std::rc::Rc;
use std::time::Instant;

use crate::plan::Target;
use crate::sign::SignedRequest;

use super::exchange::TimedExchange;

/// A way of sending requests.
pub trait Transport {
    /// What it opens.
    type Connection: Connection;

    /// A connection to `target`; nothing is dialled before the first exchange.
    fn connection(&self, target: &Target) -> Self::Connection;
}

/// One connection's place at one target: at most one connection, at most one request at a time.
///
/// The target's kind of connection rules what an exchange does: cold and resumed dial anew each time, warm keeps what the
/// last exchange left open and dials when there is nothing.
pub trait Connection {
    /// Sends one request, once, and waits for its end or its deadline.
    fn exchange(&mut self, request: Rc<SignedRequest>) -> impl Future<Output = TimedExchange>;

    /// The next exchange may be begun a little early, by 0.1 ms at most: it makes everything ready and lets its first byte
    /// leave at `at`.
    fn hold_until(&mut self, at: Instant);

    /// Whether the next exchange finds an open connection, as far as is known.
    fn is_open(&self) -> bool;

    /// Closes what is kept, so that the next exchange dials.
    fn close(&mut self);
}
