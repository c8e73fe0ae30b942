//! The link that the kernel makes: the fleet in a network namespace of its own, behind two TUN devices and a delay line.
//!
//! Between clients and fleet every packet is delayed by half of its endpoint's round trip, so TCP's and TLS's handshakes,
//! acknowledgements and retransmissions are the kernel's own with the distance of the endpoint. Linux only; it needs
//! `/dev/net/tun` and the rights to make devices and namespaces, or a user namespace that has them.

#[cfg(target_os = "linux")]
mod block;
#[cfg(target_os = "linux")]
mod carrier;
#[cfg(target_os = "linux")]
mod delay_line;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod loopback;
#[cfg(target_os = "linux")]
mod rights;

#[cfg(target_os = "linux")]
pub(super) use carrier::KernelLink;
#[cfg(not(target_os = "linux"))]
use elsewhere as rights;
#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::KernelLink;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use thiserror::Error;

use super::path::PathSpec;

/// The listeners of one endpoint, TLS and plaintext; not yet known to a runtime.
pub(super) type Listeners = [TcpListener; 2];

/// One endpoint's way through the network.
#[derive(Debug)]
pub(super) struct Path {
    /// Half of the round trip.
    pub(super) one_way: Duration,
    /// What it does besides.
    pub(super) spec: PathSpec,
    /// What fixes its losses and its jitter.
    pub(super) draws: Xoshiro256PlusPlus,
    /// What it has done so far.
    pub(super) tally: Arc<Tally>,
}

/// What became of one path's packets, both directions together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Handed over at the other end.
    pub(super) carried: AtomicU64,
    /// Lost, as the path's loss asks for.
    pub(super) lost: AtomicU64,
    /// Found the queue full, or were refused at the other end.
    pub(super) dropped: AtomicU64,
}

/// Why there is no kernel link.
#[derive(Debug, Error)]
pub enum KernelLinkError {
    /// Not on Linux.
    #[error("the kernel link exists on Linux only")]
    NotLinux,
    /// `/dev/net/tun` is absent or closed to this user.
    #[error("the kernel link needs /dev/net/tun: {reason}")]
    Device {
        /// The system's reason.
        reason: io::Error,
    },
    /// The process lacks a right.
    #[error("the kernel link needs {right}")]
    Right {
        /// The capability's name, as in capabilities(7).
        right: &'static str,
    },
    /// The process lacks a right and may not have it in a user namespace either.
    #[error(
        "the kernel link needs {right}, and this user may not have it in a user namespace: {reason}"
    )]
    NoNamespace {
        /// The capability's name.
        right: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
    /// The process has left its network and cannot use its new one.
    #[error(
        "the kernel link cannot use the network namespace that it has made: {reason}; choose --link bytes"
    )]
    Stranded {
        /// The system's reason.
        reason: io::Error,
    },
    /// The host has routes into all of 198.18.0.0/15, or 256 fleets.
    #[error("the kernel link finds no free addresses: this host routes all of 198.18.0.0/15")]
    NoFreeBlock,
    /// More endpoints than a block has addresses.
    #[error("the kernel link carries at most 254 endpoints")]
    TooManyEndpoints,
    /// The system refuses a step.
    #[error("the kernel link cannot {what}: {reason}")]
    System {
        /// The step.
        what: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
}

/// Sees that this process and its children can make a kernel link, in user and network namespaces of their own if there
/// is no other way. Has to be called before the process has threads.
///
/// # Errors
/// What is missing. After [`KernelLinkError::Stranded`] the process has no network; otherwise all is as before.
pub(super) fn acquire_link_rights() -> Result<(), KernelLinkError> {
    rights::acquire()
}
