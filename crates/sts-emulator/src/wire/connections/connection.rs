//! What a connection and the requests on it share.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use crate::ledger::audit::record::TlsDetails;
use crate::wire::connections::idle::IdlePlace;
use crate::wire::delayed_stream::Ending;

/// One connection.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    /// Who is at the other end.
    pub peer: Option<IpAddr>,
    /// What was negotiated, once it is.
    pub tls: OnceLock<TlsDetails>,
    /// How it ends.
    pub ending: Arc<Ending>,
    /// Requests answered so far.
    pub answered: AtomicU64,
    /// The request's head gives a length and chunks.
    pub contradicts: AtomicBool,
    /// A body in chunks has been read to its end.
    pub chunks_read: AtomicBool,
    /// Its place among those without a request.
    pub idle: IdlePlace,
    /// Tells the connection to end without a word.
    pub hang_up: Notify,
}
