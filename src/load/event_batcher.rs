//! Results leave the measuring thread in batches: waking another thread costs more than making a sample.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::event::LoadEvent;

/// Collects events and sends them: when enough have come together, every so often, and in the end.
#[derive(Debug)]
pub(super) struct EventBatcher {
    events: Sender<Vec<LoadEvent>>,
    pending: RefCell<Vec<LoadEvent>>,
}

impl EventBatcher {
    pub(super) fn new(events: Sender<Vec<LoadEvent>>) -> Rc<Self> {
        Rc::new(Self {
            events,
            pending: RefCell::default(),
        })
    }

    pub(super) fn add(&self, event: LoadEvent) {
        let mut pending = self.pending.borrow_mut();
        pending.push(event);
        if pending.len() >= BATCH {
            drop(pending);
            self.flush();
        }
    }

    /// Sends what there is.
    pub(super) fn flush(&self) {
        if self.pending.borrow().is_empty() {
            return;
        }
        let batch = self.pending.replace(Vec::with_capacity(BATCH));
        // A receiver that is gone means that nobody keeps the results; the calls are still answered for.
        self.events.send(batch).ok();
    }

    /// Sends every so often, forever.
    pub(super) async fn run(self: Rc<Self>) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            self.flush();
        }
    }
}

impl Drop for EventBatcher {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Enough for the wake-up to weigh little in each.
const BATCH: usize = 64;
/// Soon enough for a display of the progress, and no more than is lost with a machine that stops.
const INTERVAL: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn event(at: u64) -> LoadEvent {
        LoadEvent::Noticed {
            at: Duration::from_nanos(at),
            endpoint: "e".to_owned(),
            text: "t".to_owned(),
        }
    }

    #[test]
    fn a_full_batch_leaves_at_once_and_the_rest_with_the_end() {
        let (events, received) = mpsc::channel();
        let batcher = EventBatcher::new(events);
        (0..BATCH as u64 + 3).for_each(|at| batcher.add(event(at)));
        assert_eq!(received.try_recv().map(|batch| batch.len()), Ok(BATCH));
        assert!(received.try_recv().is_err());
        drop(batcher);
        assert_eq!(received.recv().map(|batch| batch.len()), Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn few_events_wait_for_an_interval_at_most() {
        let (events, received) = mpsc::channel();
        let batcher = EventBatcher::new(events);
        batcher.add(event(0));
        let keeping = Rc::clone(&batcher).run();
        assert!(
            tokio::time::timeout(INTERVAL * 2, keeping).await.is_err(),
            "it goes on forever"
        );
        assert_eq!(received.try_recv().map(|batch| batch.len()), Ok(1));
    }
}
