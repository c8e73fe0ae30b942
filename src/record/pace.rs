//! When the calls of an open load were sent, folded so that their law can be examined later: the gaps between them, and how
//! many fell into each part of the time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::plan::{Arrivals, Load, Plan};
use crate::sample::{Sample, Stage};

use super::histogram::Histogram;

/// When the measured calls of an open load left the schedule, without the waits for a busy connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Gaps between calls that follow each other in the schedule.
    pub gaps: Histogram,
    /// Calls in each of [`Pace::BINS`] equal parts of the load's time, the pauses in which connections are opened left out.
    pub bins: Vec<u64>,
}

impl Pace {
    /// Parts into which the load's time is cut.
    pub const BINS: usize = 1024;
}

/// Folds samples, which come in the order of their ends, into a [`Pace`], which needs the order of the schedule.
#[derive(Debug)]
pub(super) struct Pacekeeper {
    pace: Pace,
    /// Sends by their place in the schedule, until so many later ones have come that no earlier one is likely to.
    waiting: BinaryHeap<Reverse<Send>>,
    last: Option<Send>,
    /// The time of the load up to the last send, s.
    clock: f64,
    duration: f64,
    mean_gap: f64,
}

/// One send: its place in the schedule, and when the client came to it, ns since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Send {
    sequence: u64,
    at_ns: u64,
}

impl Pacekeeper {
    /// For the plan, where its arrivals have a law to keep.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let Load::Open {
            rate_per_second,
            arrivals: Arrivals::Poisson,
            duration,
        } = plan.load
        else {
            return None;
        };
        Some(Self {
            pace: Pace {
                gaps: Histogram::default(),
                bins: vec![0; Pace::BINS],
            },
            waiting: BinaryHeap::new(),
            last: None,
            clock: 0.0,
            duration: duration.as_secs_f64(),
            mean_gap: 1.0 / rate_per_second,
        })
    }

    pub(super) fn record(&mut self, sample: &Sample) {
        if sample.arrival.stage == Stage::Warmup {
            return;
        }
        let at = sample.timing.sent.saturating_sub(sample.timing.queued);
        let at_ns = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        self.waiting.push(Reverse(Send {
            sequence: sample.arrival.sequence,
            at_ns,
        }));
        if self.waiting.len() > MAX_WAITING {
            self.settle();
        }
    }

    pub(super) fn finish(mut self) -> Pace {
        while !self.waiting.is_empty() {
            self.settle();
        }
        self.pace
    }

    /// Counts the earliest of the sends that wait.
    ///
    /// Between blocks the schedule pauses for calls that open connections. They have numbers in it too, so a gap in the
    /// numbers is such a pause, or a call that was withheld: its length says nothing about the arrivals, and the load's
    /// clock goes on by what a gap is on average.
    fn settle(&mut self) {
        let Some(Reverse(send)) = self.waiting.pop() else {
            return;
        };
        match self.last {
            // It came after its successors had been counted.
            Some(last) if send.sequence <= last.sequence => return,
            Some(last) if send.sequence == last.sequence + 1 => {
                let gap = Duration::from_nanos(send.at_ns.saturating_sub(last.at_ns));
                self.pace.gaps.record(gap);
                self.clock += gap.as_secs_f64();
            }
            Some(_) | None => self.clock += self.mean_gap,
        }
        let bin = (self.clock / self.duration * Pace::BINS as f64) as usize;
        self.pace.bins[bin.min(Pace::BINS - 1)] += 1;
        self.last = Some(send);
    }
}

/// Most sends that wait for an earlier one; what 1,000 calls a second have under way when each takes the longest time
/// allowed, at 16 bytes each.
const MAX_WAITING: usize = 16_384;

#[cfg(test)]
mod tests {
    use crate::plan::{ConnectionMode, Draft, TargetId};
    use crate::sample::{Arrival, Exchange, Outcome, Timing};

    use super::*;

    fn plan(arrivals: Option<Arrivals>, rate: f64) -> Plan {
        let endpoints = sts_model::Catalog::default()
            .select(&"global".parse().expect("parses"))
            .expect("selects");
        let operations = vec![sts_model::Operation::GetCallerIdentity];
        let duration = Some(Duration::from_secs(1));
        let service = crate::plan::Service::Simulated;
        let connections = vec![ConnectionMode::Cold];
        let draft = Draft {
            endpoints,
            operations,
            connections,
            service,
            duration,
            rate: Some(rate),
            ..Draft::default()
        };
        Draft { arrivals, ..draft }.plan().expect("a plan")
    }

    fn sample(sequence: u64, sent_us: u64) -> Sample {
        Sample {
            arrival: Arrival {
                target: TargetId(0),
                sequence,
                round: None,
                block: 0,
                stage: Stage::Measured,
                intended: Duration::ZERO,
            },
            timing: Timing {
                sent: Duration::from_micros(sent_us),
                ..Timing::default()
            },
            exchange: Exchange::new(ConnectionMode::Cold, Outcome::Success),
        }
    }

    fn pace(samples: impl IntoIterator<Item = Sample>) -> Pace {
        let mut keeper =
            Pacekeeper::of(&plan(Some(Arrivals::Poisson), 1000.0)).expect("arrivals with a law");
        samples
            .into_iter()
            .for_each(|sample| keeper.record(&sample));
        keeper.finish()
    }

    fn gaps_us(pace: &Pace) -> Vec<u64> {
        let hdr = pace.gaps.to_hdr();
        hdr.iter_recorded()
            .flat_map(|v| vec![v.value_iterated_to() / 1000; v.count_at_value() as usize])
            .collect()
    }

    #[test]
    fn only_arrivals_with_a_law_are_kept() {
        assert!(Pacekeeper::of(&plan(Some(Arrivals::Constant), 1000.0)).is_none());
        assert!(Pacekeeper::of(&plan(None, 1000.0)).is_none());
    }

    #[test]
    fn answers_may_come_in_any_order_and_warm_up_and_queues_are_no_part_of_the_law() {
        let mut queued = sample(2, 1_900);
        queued.timing.queued = Duration::from_micros(900);
        let mut warmup = sample(0, 1);
        warmup.arrival.stage = Stage::Warmup;
        let kept = pace([
            sample(4, 1_700),
            queued,
            warmup,
            sample(3, 1_200),
            sample(1, 500),
        ]);
        assert_eq!(gaps_us(&kept), [200, 500, 500]);
        // The first call counts as one mean gap, 1 ms, into the load.
        assert_eq!(kept.bins.iter().sum::<u64>(), 4);
        assert_eq!([kept.bins[1], kept.bins[2]], [3, 1]);
    }

    #[test]
    fn a_pause_of_the_schedule_is_no_gap_and_takes_none_of_the_loads_time() {
        let kept = pace([
            sample(0, 0),
            sample(1, 1_000),
            sample(9, 900_000),
            sample(10, 902_000),
        ]);
        assert_eq!(gaps_us(&kept), [1000, 2000]);
        assert_eq!(
            kept.bins[..8].iter().sum::<u64>(),
            4,
            "{:?}",
            &kept.bins[..8]
        );
    }

    #[test]
    fn memory_is_bounded_and_a_straggler_costs_no_more_than_its_own_gaps() {
        let calls = 2 * MAX_WAITING as u64;
        let late = [sample(5, 5), sample(5, 5)];
        let kept = pace(
            (0..calls)
                .filter(|i| *i != 5)
                .map(|i| sample(i, i))
                .chain(late),
        );
        assert_eq!(kept.gaps.to_hdr().len(), calls - 3);
        assert_eq!(kept.bins.iter().sum::<u64>(), calls - 1);
    }
}
