//! One endpoint's way through the kernel link's network.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;

use crate::config::path::PathSpec;

/// The listeners of one endpoint, TLS and plaintext; not yet known to a runtime.
pub(crate) type Listeners = [TcpListener; 2];

/// One endpoint's way through the network.
#[derive(Debug)]
pub(crate) struct Path {
    /// Half of the round trip.
    pub(crate) one_way: Duration,
    /// What it does besides.
    pub(crate) spec: PathSpec,
    /// What fixes its losses and its jitter.
    pub(crate) draws: Xoshiro256PlusPlus,
    /// What it has done so far.
    pub(crate) counters: Arc<PathCounters>,
}

/// What became of one path's packets, both directions together.
#[derive(Debug, Default)]
pub(crate) struct PathCounters {
    /// Handed over at the other end.
    pub(crate) carried: AtomicU64,
    /// Lost, as the path's loss asks for.
    pub(crate) lost: AtomicU64,
    /// Found the queue full, or were refused at the other end.
    pub(crate) dropped: AtomicU64,
}
