//! An endpoint that stands still at intervals, as a service does in a garbage collection or a failover: when, and what that
//! does to the work in hand. Pure arithmetic over instants; nothing here sleeps.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The times at which one endpoint stands still, counted from its first request.
#[derive(Debug, Clone)]
pub(crate) struct Freeze {
    after: Duration,
    every: Duration,
    length: Duration,
    first_request: OnceLock<Instant>,
}

impl Freeze {
    /// Still for `length` every `every`, which is longer, and first `after` the endpoint's first request.
    pub(crate) fn new(after: Duration, every: Duration, length: Duration) -> Self {
        Self {
            after,
            every,
            length,
            first_request: OnceLock::new(),
        }
    }

    /// When work that takes `work` is done on a request that came at `received`: a frozen endpoint begins nothing and goes
    /// on with what it had begun where it stopped.
    pub(crate) fn done(&self, received: Instant, work: Duration) -> Instant {
        let origin = *self.first_request.get_or_init(|| received);
        let arrived = received.saturating_duration_since(origin);
        let mut freeze = self.at_or_after(arrived);
        let mut done = arrived + work;
        if freeze <= arrived {
            done = freeze + self.length + work;
            freeze += self.every;
        }
        while freeze < done {
            done += self.length;
            freeze += self.every;
        }
        origin + done
    }

    /// The beginning of the freeze that `time` lies in, or of the next one.
    fn at_or_after(&self, time: Duration) -> Duration {
        let Some(since_first) = time.checked_sub(self.after) else {
            return self.after;
        };
        let number =
            u32::try_from(since_first.as_nanos() / self.every.as_nanos()).unwrap_or(u32::MAX);
        let begun = self.after + self.every * number;
        if time < begun + self.length {
            begun
        } else {
            begun + self.every
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn work_stands_still_in_a_freeze_and_goes_on_after_it() {
        let freeze = Freeze::new(ms(2_000), ms(10_000), ms(1_000));
        let origin = clock::monotonic();
        let done = |received, work| freeze.done(origin + ms(received), ms(work)) - origin;
        assert_eq!(done(0, 5), ms(5), "the first request sets the zero");
        assert_eq!(done(1_990, 10), ms(2_000), "done in time");
        assert_eq!(
            done(1_990, 15),
            ms(3_005),
            "10 ms before the freeze and 5 after it"
        );
        assert_eq!(done(2_000, 5), ms(3_005), "the first moment of it");
        assert_eq!(done(2_999, 5), ms(3_005), "the last one");
        assert_eq!(done(3_000, 5), ms(3_005), "over");
        assert_eq!(done(12_400, 0), ms(13_000), "the second");
        assert_eq!(done(1_000, 20_000), ms(24_000), "long work meets three");
    }
}
