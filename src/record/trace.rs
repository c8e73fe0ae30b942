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

    /// Calls seen so far.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// The traces of several stretches of time, in that order, as one of `seen` calls. A stretch has the stride, a power of
    /// two, at which its points were kept.
    ///
    /// Each stretch is thinned for itself, from its first point on, to the smallest common stride at which all fit: what was
    /// joined before is thinned to the same points as what is joined now. A stretch keeps at least one point, so that of more
    /// than [`Trace::CAPACITY`] stretches that many remain.
    pub fn joined(stretches: &[(u64, Vec<TracePoint>)], seen: u64) -> Self {
        let mut stride = stretches
            .iter()
            .map(|(stride, _)| *stride)
            .max()
            .unwrap_or(1);
        let kept = |common: u64, (own, points): &(u64, Vec<TracePoint>)| {
            points.len().div_ceil(steps(common, *own))
        };
        loop {
            let lengths = || stretches.iter().map(|stretch| kept(stride, stretch));
            if lengths().sum::<usize>() <= Self::CAPACITY || lengths().all(|length| length <= 1) {
                break;
            }
            stride *= 2;
        }
        let points = stretches
            .iter()
            .flat_map(|(own, points)| points.iter().step_by(steps(stride, *own)));
        Self {
            stride,
            points: points.copied().collect(),
            seen,
        }
    }
}

/// How many points at stride `own` there are for one at stride `common`.
fn steps(common: u64, own: u64) -> usize {
    usize::try_from(common / own).unwrap_or(usize::MAX).max(1)
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            stride: 1,
            points: Vec::new(),
            seen: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_trace_is_thinned_evenly_and_stays_bounded() {
        let mut trace = Trace::default();
        for i in 0..10_000 {
            trace.record(TracePoint {
                at_ns: i,
                service_time_ns: Some(1),
            });
        }
        assert!(trace.points.len() <= Trace::CAPACITY && trace.points.len() > Trace::CAPACITY / 4);
        assert!(
            trace
                .points
                .iter()
                .enumerate()
                .all(|(i, p)| p.at_ns == i as u64 * trace.stride),
            "{}",
            trace.stride
        );
    }

    fn traced(calls: std::ops::Range<u64>) -> Trace {
        let mut trace = Trace::default();
        calls.for_each(|at_ns| {
            trace.record(TracePoint {
                at_ns,
                service_time_ns: None,
            });
        });
        trace
    }

    fn stretch(trace: &Trace) -> (u64, Vec<TracePoint>) {
        (trace.stride, trace.points.clone())
    }

    #[test]
    fn traces_that_are_joined_keep_every_so_manieth_call_of_each() {
        let (long, short) = (traced(0..5000), traced(9000..9300));
        let both = Trace::joined(&[stretch(&long), stretch(&short)], 5300);
        assert!(
            both.points.len() <= Trace::CAPACITY && both.points.len() > Trace::CAPACITY / 4,
            "{}",
            both.points.len()
        );
        let of_long = both.points.iter().filter(|point| point.at_ns < 9000);
        assert!(
            of_long
                .enumerate()
                .all(|(i, point)| point.at_ns == i as u64 * both.stride)
        );
        let of_short = both.points.iter().filter(|point| point.at_ns >= 9000);
        assert!(
            of_short
                .enumerate()
                .all(|(i, point)| point.at_ns == 9000 + i as u64 * both.stride)
        );
        assert_eq!(Trace::joined(&[stretch(&long)], 5000), long);
    }

    #[test]
    fn of_a_thousand_stretches_each_keeps_a_point() {
        let stretches: Vec<_> = (0..1000)
            .map(|i| stretch(&traced(i * 100..i * 100 + 50)))
            .collect();
        assert_eq!(Trace::joined(&stretches, 50_000).points.len(), 1000);
    }
}
