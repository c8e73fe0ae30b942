//! When each call is meant to be sent: pure arithmetic from the plan and its seed.

use std::collections::VecDeque;
use std::time::Duration;

use rand::RngExt;

use crate::plan::{Arrivals, ConnectionMode, Load, Plan, TargetId};
use crate::sample::{Arrival, Stage};

use super::order::Order;

/// One planned call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedCall {
    /// Its place in the schedule.
    pub arrival: Arrival,
    /// Whether the call has to open a connection.
    pub opening: Opening,
}

/// Whether a call over a kept connection has to open one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Uses an open connection of its block when there is one.
    Keep,
    /// Opens another connection for its block: the call that makes a connection warm, or a session resumable.
    Prime,
}

/// The arrivals of an audit or an open load, in order of time.
///
/// An audit is rounds: each calls every target once in fresh random order, spread over the round's equal slots with a
/// jitter of ±20 % of a slot, so that the schedule cannot beat against anything periodic. Between blocks every warm and
/// resumed target gets new connections, opened a little ahead by calls that are kept but not counted.
pub struct Pacer {
    order: Order,
    /// Targets whose calls build on an earlier one, which has to be made first.
    kept: Vec<TargetId>,
    segments: Box<dyn Iterator<Item = Segment> + Send>,
    ready: VecDeque<PlannedCall>,
    connections_per_target: u16,
    /// How long opening a block's connections takes.
    priming: Duration,
    sequence: u64,
    clock: Duration,
    /// Calls of an open load so far, and the time that they cover: the clock without what it takes to open connections.
    streamed: u64,
    streamed_for: Duration,
    budget: u64,
}

/// A stretch of the schedule.
#[derive(Debug, Clone, Copy)]
enum Segment {
    /// Opens the kept connections and sessions of a block.
    Prime { block: u16 },
    /// Every target once.
    Round {
        round: Option<u32>,
        block: u16,
        stage: Stage,
        length: Duration,
    },
    /// Calls of an open load.
    Stream {
        block: u16,
        rate_per_second: f64,
        arrivals: Arrivals,
        length: Duration,
    },
}

impl Pacer {
    /// The schedule of `plan`; empty for closed load, whose calls follow answers instead of a clock.
    pub fn new(plan: &Plan) -> Self {
        let kept = plan
            .targets()
            .filter(|(_, t)| t.connection != ConnectionMode::Cold)
            .map(|(id, _)| id)
            .collect();
        Self {
            order: Order::new(plan.targets.len(), plan.seed),
            kept,
            segments: segments(plan),
            ready: VecDeque::new(),
            connections_per_target: plan.connections_per_target,
            priming: plan.priming(),
            sequence: 0,
            clock: Duration::ZERO,
            streamed: 0,
            streamed_for: Duration::ZERO,
            budget: plan.max_requests,
        }
    }

    fn fill(&mut self, segment: Segment) {
        match segment {
            Segment::Prime { block } => self.prime(block),
            Segment::Round {
                round,
                block,
                stage,
                length,
            } => {
                let targets = self.order.shuffled().to_vec();
                let mut call = self.blank(block, stage, Opening::Keep);
                call.arrival.round = round;
                self.spread(&targets, length, call);
            }
            Segment::Stream {
                block,
                rate_per_second,
                arrivals,
                length,
            } => {
                self.stream(block, rate_per_second, arrivals, length);
            }
        }
    }

    fn prime(&mut self, block: u16) {
        let lines = usize::from(self.connections_per_target);
        let targets: Vec<_> = std::iter::repeat_n(&self.kept, lines)
            .flatten()
            .copied()
            .collect();
        let call = self.blank(block, Stage::Warmup, Opening::Prime);
        self.spread(&targets, self.priming, call);
    }

    /// One call to each of `targets` in that order, in equal slots of `length` with jitter.
    fn spread(&mut self, targets: &[TargetId], length: Duration, call: PlannedCall) {
        let slot = length.as_secs_f64() / targets.len().max(1) as f64;
        for (i, &target) in targets.iter().enumerate() {
            let jitter = self.order.random().random_range(-JITTER..JITTER);
            let offset = (i as f64 + 0.5 + jitter) * slot;
            let intended = self.clock + Duration::from_secs_f64(offset);
            self.push(target, intended, call);
        }
        self.clock += length;
    }

    fn stream(&mut self, block: u16, rate_per_second: f64, arrivals: Arrivals, length: Duration) {
        let (from, to) = (
            self.streamed_for.as_secs_f64(),
            (self.streamed_for + length).as_secs_f64(),
        );
        let mut at = from;
        loop {
            at = match arrivals {
                // In the middle of gaps that are counted over the whole load, so that no block rounds for itself.
                Arrivals::Constant => (self.streamed as f64 + 0.5) / rate_per_second,
                // Inverse transform of a uniform draw in (0, 1].
                Arrivals::Poisson => {
                    at - (1.0 - self.order.random().random::<f64>()).ln() / rate_per_second
                }
            };
            if at >= to {
                break;
            }
            self.streamed += 1;
            let target = self.order.next();
            let intended = self.clock + Duration::from_secs_f64((at - from).max(0.0));
            let call = self.blank(block, Stage::Measured, Opening::Keep);
            self.push(target, intended, call);
        }
        self.streamed_for += length;
        self.clock += length;
    }

    fn blank(&self, block: u16, stage: Stage, opening: Opening) -> PlannedCall {
        PlannedCall {
            arrival: Arrival {
                target: TargetId(0),
                sequence: 0,
                round: None,
                block,
                stage,
                intended: self.clock,
            },
            opening,
        }
    }

    /// Adds the next call of the schedule, for `target` at `intended` and otherwise like `call`, within the budget.
    fn push(&mut self, target: TargetId, intended: Duration, call: PlannedCall) {
        if self.sequence < self.budget {
            self.ready.push_back(PlannedCall {
                arrival: Arrival {
                    target,
                    sequence: self.sequence,
                    intended,
                    ..call.arrival
                },
                ..call
            });
            self.sequence += 1;
        }
    }
}

impl Iterator for Pacer {
    type Item = PlannedCall;

    fn next(&mut self) -> Option<PlannedCall> {
        while self.ready.is_empty() {
            let segment = self.segments.next()?;
            self.fill(segment);
        }
        self.ready.pop_front()
    }
}

/// Jitter of an arrival around the middle of its slot, in slots.
const JITTER: f64 = 0.2;

/// Rounds between opening a block's connections and the block, so that far endpoints have answered by then.
const ROUNDS_AHEAD: u32 = 2;
/// The same for an open load, seconds.
const SECONDS_AHEAD: f64 = 1.0;

fn segments(plan: &Plan) -> Box<dyn Iterator<Item = Segment> + Send> {
    let blocks = plan.blocks;
    let first = std::iter::once(Segment::Prime { block: 0 });
    let next =
        move |block: u16| (block + 1 < blocks).then_some(Segment::Prime { block: block + 1 });
    match plan.load {
        Load::Audit {
            rounds,
            round: length,
        } => {
            let per_block = rounds / u32::from(blocks);
            let ahead = per_block.saturating_sub(ROUNDS_AHEAD);
            Box::new(
                first
                    .chain(warming(plan, length))
                    .chain((0..blocks).flat_map(move |block| {
                        (0..per_block).flat_map(move |i| {
                            let round = u32::from(block) * per_block + i;
                            let round = Segment::Round {
                                round: Some(round),
                                block,
                                stage: Stage::Measured,
                                length,
                            };
                            next(block)
                                .filter(|_| i == ahead)
                                .into_iter()
                                .chain([round])
                        })
                    })),
            )
        }
        Load::Open {
            rate_per_second,
            arrivals,
            duration,
        } => {
            let length = duration / u32::from(blocks);
            let tail = length.min(Duration::from_secs_f64(SECONDS_AHEAD)) / 2;
            let pass = Duration::from_secs_f64(plan.targets.len() as f64 / rate_per_second);
            let stream = move |block, length| Segment::Stream {
                block,
                rate_per_second,
                arrivals,
                length,
            };
            Box::new(
                first
                    .chain(warming(plan, pass))
                    .chain((0..blocks).flat_map(move |block| {
                        let head = stream(block, length - tail);
                        [Some(head), next(block), Some(stream(block, tail))]
                            .into_iter()
                            .flatten()
                    })),
            )
        }
        Load::Closed { .. } => Box::new(std::iter::empty()),
    }
}

fn warming(plan: &Plan, length: Duration) -> impl Iterator<Item = Segment> + Send + use<> {
    (0..plan.warmup_rounds).map(move |_| Segment::Round {
        round: None,
        block: 0,
        stage: Stage::Warmup,
        length,
    })
}

#[cfg(test)]
#[path = "pacer_tests.rs"]
mod tests;
