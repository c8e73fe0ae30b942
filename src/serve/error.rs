//! Why nothing can be served.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;

/// Why nothing can be served.
#[derive(Debug, Error)]
pub(crate) enum ServeError {
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The system refused a thread or a runtime.
    #[error(transparent)]
    System(#[from] io::Error),
}
