//! Why an emulator could not start.

use std::net::SocketAddr;

use thiserror::Error;

use crate::config::mistakes::ConfigError;
use crate::kernel_link::error::KernelLinkError;
use crate::ledger::audit::trail::AuditError;
use crate::wire::authority::AuthorityError;

/// Why an emulator could not start.
#[derive(Debug, Error)]
pub enum EmulatorError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The audit trail cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Certificates could not be made.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The kernel link cannot be made.
    #[error(transparent)]
    KernelLink(#[from] KernelLinkError),
    /// An endpoint's address could not be bound.
    #[error("cannot bind {address} for endpoint {endpoint}: {reason}")]
    Bind {
        /// The endpoint's name.
        endpoint: String,
        /// The address, with port 0 for any.
        address: SocketAddr,
        /// The system's reason, which the message has.
        reason: std::io::Error,
    },
    /// The DNS's port could not be bound.
    #[error("cannot bind port {port} of 127.0.0.1 for the fleet's DNS: {reason}")]
    Dns {
        /// The port, 0 for any.
        port: u16,
        /// The system's reason, which the message has.
        reason: std::io::Error,
    },
    /// The address at which readiness is told could not be bound.
    #[error("cannot bind {address} to tell whether the fleet is ready: {reason}")]
    Ready {
        /// The address, with port 0 for any.
        address: SocketAddr,
        /// The system's reason, which the message has.
        reason: std::io::Error,
    },
    /// A listener does not say where it listens.
    #[error("cannot tell the address of endpoint {endpoint}: {reason}")]
    Listener {
        /// The endpoint's name.
        endpoint: String,
        /// The system's reason, which the message has.
        reason: std::io::Error,
    },
    /// A thread or a runtime could not be started.
    #[error("cannot start the fleet's {what}: {reason}")]
    Thread {
        /// Which.
        what: &'static str,
        /// The system's reason, which the message has.
        reason: std::io::Error,
    },
}
