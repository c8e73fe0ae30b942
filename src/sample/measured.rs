//! One request as it was measured.

use std::time::Duration;

use super::arrival::Arrival;
use super::exchange::Exchange;
use super::timing::Timing;

/// One request as it was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its place in the schedule.
    pub arrival: Arrival,
    /// When it was sent and how long it took.
    pub timing: Timing,
    /// What it found on its way and how it ended.
    pub exchange: Exchange,
}

impl Sample {
    /// From the intended send to the end of the answer: what a caller on that schedule waits.
    pub fn response_time(&self) -> Duration {
        (self.timing.sent + self.service_time()).saturating_sub(self.arrival.intended)
    }

    /// From the actual send to the end of the answer: what the network and the service take.
    pub fn service_time(&self) -> Duration {
        self.timing.phases.total()
    }

    /// How much later than intended it was sent because of this machine: without the wait for a busy connection.
    pub fn lateness(&self) -> Duration {
        self.timing
            .sent
            .saturating_sub(self.arrival.intended)
            .saturating_sub(self.timing.queued)
    }
}
