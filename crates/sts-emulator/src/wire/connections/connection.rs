//! What a connection and the requests on it share.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

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
    /// The heads that have come.
    pub heads: Heads,
    /// Its place among those without a request.
    pub idle: IdlePlace,
    /// Tells the connection to end without a word.
    pub hang_up: Notify,
}

/// The heads of requests that wait for an answer: several can come before the first is answered.
#[derive(Debug, Default)]
pub(crate) struct Heads(Mutex<VecDeque<bool>>);

impl Heads {
    /// A head has come. `refuses` one that is longer than one may be, or gives a length and chunks.
    pub(crate) fn push(&self, refuses: bool) {
        self.lock().push_back(refuses);
    }

    /// Whether the head of the next request is refused.
    pub(crate) fn next_is_refused(&self) -> bool {
        self.lock().pop_front().unwrap_or(false)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request under way on a connection, until its answer is written.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Connection>);

impl UnderWay {
    pub(crate) fn on(connection: &Arc<Connection>) -> Self {
        connection.idle.leave();
        Self(Arc::clone(connection))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.idle.enter();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wire::connections::idle::IdleConnections;

    async fn is_dismissed(place: &IdlePlace) -> bool {
        let soon = tokio::time::timeout(Duration::from_millis(20), place.dismissed());
        soon.await.is_ok()
    }

    #[tokio::test]
    async fn a_connection_with_a_request_is_not_idle_and_takes_no_room() {
        let all = Arc::new(IdleConnections::new(1, Duration::from_millis(5)));
        let busy = Arc::new(Connection {
            idle: IdlePlace::among(&all),
            ..Connection::default()
        });
        busy.idle.enter();
        let request = UnderWay::on(&busy);
        let other = IdlePlace::among(&all);
        other.enter();
        assert!(!is_dismissed(&busy.idle).await);
        assert!(is_dismissed(&other).await, "after its time");
        drop(request);
        assert!(is_dismissed(&busy.idle).await, "after its time");
    }
}
