//! An exchange under way.

use std::time::Duration;

use crate::plan::ConnectionMode;
use crate::sample::{Failure, FailureKind, Phase};
use crate::transport::clock::timestamps::{Timestamps, now};
use crate::transport::dial::Chosen;
use crate::transport::exchange::{Response, TimedExchange};
use crate::transport::timeline::Timeline;

/// What is known of an exchange under way.
pub(super) struct PartialExchange {
    pub(super) connection: ConnectionMode,
    pub(super) chosen: Option<Chosen>,
    pub(super) status: Option<u16>,
    pub(super) client_overhead: Option<Duration>,
    pub(super) held: Duration,
}

impl PartialExchange {
    pub(super) fn new(connection: ConnectionMode) -> Self {
        Self {
            connection,
            chosen: None,
            status: None,
            client_overhead: None,
            held: Duration::ZERO,
        }
    }

    pub(super) fn answered(self, timeline: &Timeline, response: Response) -> TimedExchange {
        self.ended(timeline, Ok(response))
    }

    pub(super) fn failed(self, timeline: &Timeline, failure: Failure) -> TimedExchange {
        self.ended(timeline, Err(failure))
    }

    /// Failed between the request's first byte and the body's.
    pub(super) fn failed_waiting(
        self,
        timeline: &mut Timeline,
        timestamps: &Timestamps,
        kind: FailureKind,
    ) -> TimedExchange {
        let phase = match timestamps.last_write() {
            Some(written) => {
                timeline.finish(Phase::Send, written);
                Phase::Wait
            }
            None => Phase::Send,
        };
        timeline.finish(phase, now());
        self.failed(timeline, Failure { phase, kind })
    }

    pub(super) fn ended(
        self,
        timeline: &Timeline,
        response: Result<Response, Failure>,
    ) -> TimedExchange {
        TimedExchange {
            began: timeline.began(),
            phases: timeline.phases(),
            connection: self.connection,
            remote: self.chosen.map(|chosen| chosen.address),
            lookup: self.chosen.and_then(|chosen| chosen.lookup),
            status: self.status,
            client_overhead: self.client_overhead,
            held: self.held,
            response,
        }
    }
}
