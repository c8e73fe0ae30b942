//! Packets on their way: when each arrives, if it does. Pure arithmetic from times, paths and a seed; no clock, no device.
//!
//! Each direction of a path keeps its order, as one route through a network does: a packet never overtakes another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rand::RngExt;

use crate::config::path::PathSpec;
use crate::kernel_link::path::Path;

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    /// From a client to the emulator.
    ToEmulator,
    /// From the emulator to a client.
    ToClient,
}

/// All packets that are on their way.
#[derive(Debug)]
pub(super) struct DelayLine {
    lanes: Vec<[Lane; 2]>,
    paths: Vec<Path>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    admitted: u64,
}

/// A packet that has arrived.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) heading: Heading,
    /// Position of its path.
    pub(super) path: usize,
    pub(super) packet: Vec<u8>,
}

/// One direction of one path.
#[derive(Debug, Default)]
struct Lane {
    /// When the packets so far have left at the path's rate.
    free_at: Option<Instant>,
    /// When the last packet so far arrives.
    last_due: Option<Instant>,
}

#[derive(Debug)]
struct Waiting {
    due: Instant,
    /// Packets that are due at the same time arrive in the order in which they came.
    position: u64,
    arrival: Arrival,
}

impl DelayLine {
    /// An empty line with these paths; a packet names its path by position.
    pub(super) fn new(paths: Vec<Path>) -> Self {
        let lanes = paths
            .iter()
            .map(|_| [Lane::default(), Lane::default()])
            .collect();
        Self {
            lanes,
            paths,
            waiting: BinaryHeap::new(),
            admitted: 0,
        }
    }

    /// Takes in a packet that was sent at `now`. Packets of no path vanish, as they would in a network.
    pub(super) fn admit(&mut self, now: Instant, heading: Heading, path: usize, packet: &[u8]) {
        let (Some(way), Some(lanes)) = (self.paths.get_mut(path), self.lanes.get_mut(path)) else {
            return;
        };
        if way.spec.loss > 0.0 && way.draws.random::<f64>() < way.spec.loss {
            way.counters.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let lane = &mut lanes[heading as usize];
        let Some(left_at) = lane.leave(now, packet.len(), &way.spec) else {
            way.counters.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let jitter = match way.spec.jitter() {
            Duration::ZERO => Duration::ZERO,
            most => most.mul_f64(way.draws.random::<f64>()),
        };
        let due = left_at + way.one_way + jitter;
        let due = lane.last_due.map_or(due, |last| due.max(last));
        lane.last_due = Some(due);
        let arrival = Arrival {
            heading,
            path,
            packet: packet.to_vec(),
        };
        self.waiting.push(Reverse(Waiting {
            due,
            position: self.admitted,
            arrival,
        }));
        self.admitted += 1;
    }

    /// When the next packet arrives, if one is on its way.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.waiting.peek().map(|Reverse(first)| first.due)
    }

    /// The next packet that has arrived by `now`.
    pub(super) fn arrived(&mut self, now: Instant) -> Option<Arrival> {
        if self.next_due()? > now {
            return None;
        }
        self.waiting.pop().map(|Reverse(first)| first.arrival)
    }

    /// Enters in the ledger whether the far end took the packet.
    pub(super) fn settle(&self, path: usize, taken: bool) {
        if let Some(way) = self.paths.get(path) {
            let count = if taken {
                &way.counters.carried
            } else {
                &way.counters.dropped
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Lane {
    /// When a packet of `bytes` has left; `None` when the queue has no room for it.
    fn leave(&mut self, now: Instant, bytes: usize, spec: &PathSpec) -> Option<Instant> {
        let Some(rate) = spec.rate_bits_per_second else {
            return Some(now);
        };
        let begins = self.free_at.map_or(now, |free| free.max(now));
        let queued_bytes = (begins - now).as_secs_f64() * rate / 8.0;
        if queued_bytes + bytes as f64 > f64::from(spec.queue_bytes) {
            return None;
        }
        let left_at = begins + Duration::from_secs_f64(bytes as f64 * 8.0 / rate);
        self.free_at = Some(left_at);
        Some(left_at)
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.position).cmp(&(other.due, other.position))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock;
    use crate::kernel_link::path::PathCounters;
    use crate::service::service_time::stream;

    const MS: Duration = Duration::from_millis(1);

    fn line(specs: &[(u32, PathSpec)]) -> (DelayLine, Vec<Arc<PathCounters>>) {
        let path = |&(one_way_ms, spec): &(u32, PathSpec)| Path {
            one_way: MS * one_way_ms,
            spec,
            draws: stream(7, "a path"),
            counters: Arc::default(),
        };
        let paths: Vec<Path> = specs.iter().map(path).collect();
        let counters = paths
            .iter()
            .map(|path| Arc::clone(&path.counters))
            .collect();
        (DelayLine::new(paths), counters)
    }

    /// When each packet arrives after `start`, with its first byte.
    fn arrivals(line: &mut DelayLine, start: Instant) -> Vec<(Duration, u8)> {
        let mut seen = Vec::new();
        while let Some(due) = line.next_due() {
            assert_eq!(
                line.arrived(due - Duration::from_nanos(1)),
                None,
                "nothing arrives early"
            );
            let arrival = line.arrived(due).expect("it is due");
            seen.push((due - start, arrival.packet[0]));
        }
        seen
    }

    #[test]
    fn packets_arrive_half_a_round_trip_after_they_were_sent_each_path_by_itself() {
        let (mut line, _) = line(&[(60, PathSpec::default()), (5, PathSpec::default())]);
        let start = clock::monotonic();
        line.admit(start, Heading::ToEmulator, 0, &[0; 40]);
        line.admit(start + MS, Heading::ToEmulator, 1, &[1; 40]);
        line.admit(start + MS, Heading::ToClient, 1, &[2; 40]);
        line.admit(start + MS, Heading::ToClient, 9, &[3; 40]);
        assert_eq!(
            arrivals(&mut line, start),
            [(MS * 6, 1), (MS * 6, 2), (MS * 60, 0)]
        );
    }

    #[test]
    fn jitter_stays_in_its_range_uses_all_of_it_and_keeps_the_order() {
        let (mut line, _) = line(&[(
            10,
            PathSpec {
                jitter_ms: 4.0,
                ..PathSpec::default()
            },
        )]);
        let start = clock::monotonic();
        // Far apart, no packet waits for the one before it.
        let mut extra = Vec::new();
        for number in 0..1_000_u32 {
            let sent = start + MS * 100 * number;
            line.admit(sent, Heading::ToEmulator, 0, &[0; 40]);
            extra.push(arrivals(&mut line, sent)[0].0 - MS * 10);
        }
        let mean = extra.iter().sum::<Duration>() / 1_000;
        assert!(
            extra.iter().all(|extra| *extra <= MS * 4) && mean.abs_diff(MS * 2) < MS / 5,
            "{mean:?}"
        );
        assert!(extra.iter().any(|extra| *extra > MS * 3) && extra.iter().any(|extra| *extra < MS));
        // Close together, none overtakes another.
        for number in 0..200_u8 {
            line.admit(start, Heading::ToClient, 0, &[number; 40]);
        }
        let order: Vec<u8> = arrivals(&mut line, start)
            .into_iter()
            .map(|(_, number)| number)
            .collect();
        assert_eq!(order, (0..200).collect::<Vec<u8>>());
    }

    #[test]
    fn losses_are_as_frequent_as_asked_counted_and_the_same_for_a_seed() {
        let run = || {
            let (mut line, counters) = line(&[(
                1,
                PathSpec {
                    loss: 0.1,
                    ..PathSpec::default()
                },
            )]);
            let start = clock::monotonic();
            for number in 0..10_000_u32 {
                line.admit(start, Heading::ToEmulator, 0, &number.to_be_bytes());
            }
            let mut arrived = Vec::new();
            while let Some(arrival) = line.arrived(start + MS) {
                line.settle(arrival.path, true);
                arrived.push(arrival.packet);
            }
            let (carried, lost) = (
                counters[0].carried.load(Ordering::Relaxed),
                counters[0].lost.load(Ordering::Relaxed),
            );
            assert_eq!((carried as usize, carried + lost), (arrived.len(), 10_000));
            assert!((900..1_100).contains(&lost), "{lost} of 10,000");
            arrived
        };
        assert_eq!(run(), run());
    }

    #[test]
    fn a_rate_spaces_packets_and_a_full_queue_drops_them() {
        // 1,500 bytes at 12 Mbit/s take 1 ms.
        let spec = PathSpec {
            rate_bits_per_second: Some(12e6),
            queue_bytes: 4_500,
            ..PathSpec::default()
        };
        let (mut line, counters) = line(&[(10, spec)]);
        let start = clock::monotonic();
        for number in 0..5 {
            line.admit(start, Heading::ToEmulator, 0, &[number; 1_500]);
        }
        line.admit(start, Heading::ToClient, 0, &[9; 1_500]);
        let expected = [(MS * 11, 0), (MS * 11, 9), (MS * 12, 1), (MS * 13, 2)];
        assert_eq!(
            arrivals(&mut line, start),
            expected,
            "the directions do not share the rate"
        );
        assert_eq!(
            counters[0].dropped.load(Ordering::Relaxed),
            2,
            "three of five fit"
        );
        line.admit(start + MS * 50, Heading::ToEmulator, 0, &[5; 1_500]);
        assert_eq!(
            arrivals(&mut line, start),
            [(MS * 61, 5)],
            "an idle line starts afresh"
        );
    }

    #[test]
    fn a_packet_that_the_far_end_refuses_is_dropped_in_the_books() {
        let (line, counters) = line(&[(1, PathSpec::default())]);
        line.settle(0, false);
        line.settle(5, false);
        assert_eq!(counters[0].dropped.load(Ordering::Relaxed), 1);
    }
}
