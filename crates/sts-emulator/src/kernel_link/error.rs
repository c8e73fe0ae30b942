//! Why there is no kernel link.

use std::io;

use thiserror::Error;

/// Why a kernel link cannot be made.
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
    /// The host has routes into all of 198.18.0.0/15, or 256 emulators.
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
