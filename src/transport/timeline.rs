//! One request's time, cut into phases without gaps: each phase begins where the last one ended.

use std::time::{Duration, Instant};

use tokio::time;

use crate::sample::{Phase, Phases};

/// The phases of one request as they end, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    began: Instant,
    mark: Instant,
    phases: Phases,
}

impl Timeline {
    /// The first phase begins at `at`.
    pub(super) fn start(at: Instant) -> Self {
        Self {
            began: at,
            mark: at,
            phases: Phases::default(),
        }
    }

    /// The phase under way ended at `at`, well or not. A moment before its beginning counts as its beginning, as when
    /// the answer overtakes the end of the request.
    pub(super) fn finish(&mut self, phase: Phase, at: Instant) {
        let at = at.max(self.mark);
        self.phases.set(phase, at - self.mark);
        self.mark = at;
    }

    /// The first phase began at `at` and not before; without effect once a phase has ended.
    pub(super) fn begin_anew(&mut self, at: Instant) {
        if self.phases == Phases::default() {
            (self.began, self.mark) = (at, at);
        }
    }

    /// When the first phase began.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Where the phase under way began.
    pub(super) fn mark(&self) -> Instant {
        self.mark
    }

    /// The phases so far.
    pub(super) fn phases(&self) -> Phases {
        self.phases
    }

    /// When the phase under way has to end: after `phase` at most, and not beyond `total` from the first phase's
    /// beginning.
    pub(super) fn deadline(&self, phase: Duration, total: Duration) -> time::Instant {
        (self.mark + phase).min(self.began + total).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::clock::timestamps::now;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn phases_leave_no_gap_and_a_stamp_before_the_mark_counts_as_the_mark() {
        let start = now();
        let mut timeline = Timeline::start(start);
        timeline.finish(Phase::Connect, start + 3 * MS);
        timeline.finish(Phase::Send, start + 5 * MS);
        timeline.finish(Phase::Wait, start + 4 * MS);
        timeline.finish(Phase::Receive, start + 9 * MS);
        assert_eq!(timeline.phases().total(), 9 * MS);
        assert_eq!(timeline.phases().of(Phase::Wait), Some(Duration::ZERO));
    }

    #[test]
    fn only_a_request_that_opened_no_connection_can_begin_anew() {
        let start = now();
        let mut timeline = Timeline::start(start);
        timeline.begin_anew(start + MS);
        timeline.finish(Phase::Connect, start + 3 * MS);
        timeline.begin_anew(start + 2 * MS);
        assert_eq!(
            (timeline.began(), timeline.phases().total()),
            (start + MS, 2 * MS)
        );
    }

    #[test]
    fn a_phase_ends_with_the_whole_request_at_the_latest() {
        let start = now();
        let mut timeline = Timeline::start(start);
        timeline.finish(Phase::Connect, start + 8 * MS);
        assert_eq!(
            timeline.deadline(5 * MS, 10 * MS).into_std(),
            start + 10 * MS
        );
        assert_eq!(timeline.deadline(MS, 10 * MS).into_std(), start + 9 * MS);
    }
}
