//! Some of the calls in order of time, thinned evenly, so that a chart of repeated calls can be drawn from a run of any
//! length.

use serde::{Deserialize, Serialize};

/// Every `stride`-th call; when the list is full, every second point is dropped and the stride doubles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Calls per point.
    pub stride: u64,
    /// At most [`Trace::CAPACITY`] points in order of time.
    pub points: Vec<TracePoint>,
    /// Calls seen so far.
    seen: u64,
}

/// One call of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracePoint {
    /// Intended send, ns since the epoch.
    pub at_ns: u64,
    /// Service time, ns; `None` when the call did not succeed.
    pub service_time_ns: Option<u64>,
}

impl Trace {
    /// Points that are kept at most.
    pub const CAPACITY: usize = 512;

    /// Takes the next call, in order of time.
    pub fn record(&mut self, point: TracePoint) {
        if self.seen.is_multiple_of(self.stride) {
            if self.points.len() == Self::CAPACITY {
                let mut keep = false;
                self.points.retain(|_| {
                    keep = !keep;
                    keep
                });
                self.stride *= 2;
            }
            if self.seen.is_multiple_of(self.stride) {
                self.points.push(point);
            }
        }
        self.seen += 1;
    }
}

impl Default for Trace {
    fn default() -> Self {
        Self { stride: 1, points: Vec::new(), seen: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_trace_is_thinned_evenly_and_stays_bounded() {
        let mut trace = Trace::default();
        for i in 0..10_000 {
            trace.record(TracePoint { at_ns: i, service_time_ns: Some(1) });
        }
        assert!(trace.points.len() <= Trace::CAPACITY && trace.points.len() > Trace::CAPACITY / 4);
        assert!(trace.points.iter().enumerate().all(|(i, p)| p.at_ns == i as u64 * trace.stride), "{}", trace.stride);
    }
}
