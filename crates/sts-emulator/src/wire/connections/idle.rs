//! Connections without a request: how many the emulator keeps, and for how long.
//!
//! A connection is idle from its beginning, and from the end of each answer, to the first byte of the next request. When there
//! are more than are kept, the one that has been idle for longest is closed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::clock;

/// Every idle connection of an emulator.
#[derive(Debug)]
pub(crate) struct IdleConnections {
    /// As many are kept.
    most: usize,
    /// No one for longer.
    longest: Duration,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next_ticket: u64,
    /// How each is told to end, the one that has been idle for longest first.
    oldest_first: BTreeMap<u64, Arc<Notify>>,
}

impl IdleConnections {
    pub(crate) fn new(most: usize, longest: Duration) -> Self {
        Self {
            most,
            longest,
            waiting: Mutex::default(),
        }
    }

    /// Closes the one that has been idle for longest; `false` where none is.
    pub(crate) fn dismiss_oldest(&self) -> bool {
        let oldest = locked(&self.waiting).oldest_first.pop_first();
        if let Some((_, dismissal)) = &oldest {
            dismissal.notify_one();
        }
        oldest.is_some()
    }

    fn add(&self, dismissal: Arc<Notify>) -> u64 {
        let (ticket, is_one_too_many) = {
            let mut waiting = locked(&self.waiting);
            let ticket = waiting.next_ticket;
            waiting.next_ticket += 1;
            waiting.oldest_first.insert(ticket, dismissal);
            (ticket, waiting.oldest_first.len() > self.most)
        };
        if is_one_too_many {
            self.dismiss_oldest();
        }
        ticket
    }

    fn remove(&self, ticket: u64) {
        locked(&self.waiting).oldest_first.remove(&ticket);
    }
}

/// A connection's place among the idle ones.
#[derive(Debug, Default)]
pub(crate) struct IdlePlace {
    among: Option<Arc<IdleConnections>>,
    /// The ticket and the beginning, while it is idle.
    since: Mutex<Option<(u64, Instant)>>,
    dismissal: Arc<Notify>,
}

impl IdlePlace {
    pub(crate) fn among(all: &Arc<IdleConnections>) -> Self {
        Self {
            among: Some(Arc::clone(all)),
            since: Mutex::default(),
            dismissal: Arc::default(),
        }
    }

    /// The connection has nothing to do.
    pub(crate) fn enter(&self) {
        let Some(among) = &self.among else { return };
        let mut since = locked(&self.since);
        if since.is_none() {
            let ticket = among.add(Arc::clone(&self.dismissal));
            *since = Some((ticket, clock::monotonic()));
        }
    }

    /// A request has begun.
    pub(crate) fn leave(&self) {
        let left = locked(&self.since).take();
        if let (Some(among), Some((ticket, _))) = (&self.among, left) {
            among.remove(ticket);
        }
    }

    /// Returns when the connection has to end: others need the room, or it has been idle for too long.
    pub(crate) async fn dismissed(&self) {
        let Some(among) = &self.among else {
            return std::future::pending().await;
        };
        tokio::select! {
            () = self.dismissal.notified() => {}
            () = self.outstays(among.longest) => {}
        }
    }

    async fn outstays(&self, longest: Duration) {
        loop {
            let since = *locked(&self.since);
            let begun = since.map_or_else(clock::monotonic, |(_, begun)| begun);
            sleep((begun + longest).saturating_duration_since(clock::monotonic())).await;
            if since.is_some() && *locked(&self.since) == since {
                return;
            }
        }
    }
}

impl Drop for IdlePlace {
    /// The connection has ended, however it did.
    fn drop(&mut self) {
        self.leave();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(all: &Arc<IdleConnections>) -> IdlePlace {
        IdlePlace::among(all)
    }

    async fn is_dismissed(place: &IdlePlace) -> bool {
        let soon = tokio::time::timeout(Duration::from_millis(20), place.dismissed());
        soon.await.is_ok()
    }

    #[tokio::test]
    async fn the_one_that_has_been_idle_for_longest_makes_room() {
        let all = Arc::new(IdleConnections::new(2, Duration::from_secs(600)));
        let [a, b, c] = [place(&all), place(&all), place(&all)];
        a.enter();
        b.enter();
        // It has had a request since, so that the other one has been idle for longer.
        a.leave();
        a.enter();
        c.enter();
        assert!(is_dismissed(&b).await);
        assert!(!is_dismissed(&a).await && !is_dismissed(&c).await);
    }

    #[test]
    fn where_none_is_idle_none_is_dismissed() {
        let all = Arc::new(IdleConnections::new(1, Duration::from_secs(1)));
        assert!(!all.dismiss_oldest());
        let one = place(&all);
        one.enter();
        one.leave();
        assert!(!all.dismiss_oldest());
        one.enter();
        assert!(all.dismiss_oldest() && !all.dismiss_oldest());
        place(&all).enter();
        assert!(!all.dismiss_oldest(), "it has ended");
    }
}
