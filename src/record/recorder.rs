//! Folding samples into series.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use crate::plan::{Plan, TargetId};
use crate::sample::{Exchange, Outcome, Phase, Sample, Stage};

use super::histogram::Histogram;
use super::pace::{Pace, Pacekeeper};
use super::recent_ids::{RecentIds, RepeatedIds};
use super::series::{Block, Contradiction, Counts, Lookups, MAX_NAMES, OTHER, Series};
use super::trace::{Trace, TracePoint};

/// Folds samples into one [`Series`] per target of a plan.
#[derive(Debug)]
pub struct Recorder {
    series: Vec<Series>,
    wanted: Vec<crate::plan::ConnectionMode>,
    signing: Histogram,
    pacekeeper: Option<Pacekeeper>,
    /// By target.
    recent: Vec<RecentIds>,
    address: AddressText,
}

/// The text of the last address: most calls have the address of the call before.
#[derive(Debug, Default)]
struct AddressText(Option<(IpAddr, String)>);

impl AddressText {
    fn of(&mut self, address: IpAddr) -> &str {
        if self.0.as_ref().is_none_or(|(last, _)| *last != address) {
            self.0 = None;
        }
        let (_, text) = self.0.get_or_insert_with(|| (address, address.to_string()));
        text
    }
}

impl Recorder {
    /// A recorder for the targets of `plan`, with nothing counted.
    pub fn new(plan: &Plan) -> Self {
        let blocks = || (0..plan.blocks).map(Block::new).collect();
        Self {
            series: plan
                .targets()
                .map(|(id, _)| Series::new(id, blocks()))
                .collect(),
            wanted: plan
                .targets
                .iter()
                .map(|target| target.connection)
                .collect(),
            signing: Histogram::default(),
            pacekeeper: Pacekeeper::of(plan),
            recent: plan.targets().map(|_| RecentIds::default()).collect(),
            address: AddressText::default(),
        }
    }

    /// Counts one sample.
    pub fn record(&mut self, sample: &Sample) {
        let Sample {
            arrival,
            timing,
            exchange,
        } = sample;
        self.signing.record(timing.signing);
        if let Some(pacekeeper) = &mut self.pacekeeper {
            pacekeeper.record(sample);
        }
        let at = usize::from(arrival.target.0);
        let (wanted, series) = (self.wanted[at], &mut self.series[at]);
        // Most connections that are kept are opened by calls that do not count; their names were looked up all the same.
        if let Some(lookup) = exchange.lookup {
            series.lookups = series.lookups.and(lookup.into());
        }
        let id = exchange.request_id.as_deref();
        let repeated = id.filter(|id| self.recent[at].repeats(id));
        if arrival.stage == Stage::Warmup {
            series.counts.warmup += 1;
            series.counts.warmup_failures +=
                u64::from(matches!(exchange.outcome, Outcome::Failure(_)));
            return;
        }
        if let Some(id) = repeated {
            series.repeated_ids.count(id);
        }
        let block = &mut series.blocks[usize::from(arrival.block)];
        let in_kind = exchange.connection == wanted;
        series.counts.count(&exchange.outcome, in_kind);
        block.counts.count(&exchange.outcome, in_kind);
        series.lateness.record(sample.lateness());
        if !timing.queued.is_zero() {
            series.queued.record(timing.queued);
        }
        match exchange.outcome {
            Outcome::Success if in_kind => count_answer(sample, series),
            Outcome::Success => {}
            Outcome::Fault(_) | Outcome::Failure(_) => {
                series.failed_time.record(sample.service_time());
            }
        }
        series.count_witnesses(exchange);
        if let Some(remote) = exchange.remote {
            let address = self.address.of(remote.ip());
            bump(&mut series.remotes, address);
            let remotes = &mut series.blocks[usize::from(arrival.block)].remotes;
            if remotes.len() < MAX_NAMES && !remotes.contains(address) {
                remotes.insert(address.to_owned());
            }
        }
        if in_kind || exchange.outcome != Outcome::Success {
            let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            series.trace.record(TracePoint {
                at_ns: nanoseconds(arrival.intended),
                service_time_ns: (exchange.outcome == Outcome::Success)
                    .then(|| nanoseconds(sample.service_time())),
            });
        }
    }

    /// Counts a planned call that was deliberately not sent.
    pub fn withhold(&mut self, target: TargetId, block: u16) {
        let series = &mut self.series[usize::from(target.0)];
        series.counts.withheld += 1;
        series.blocks[usize::from(block)].counts.withheld += 1;
    }

    /// What has been counted so far, by target.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// What signing one request cost so far.
    pub fn signing(&self) -> &Histogram {
        &self.signing
    }

    /// How the calls were spaced, where the plan has a law for that; asked before the end.
    pub fn take_pace(&mut self) -> Option<Pace> {
        self.pacekeeper.take().map(Pacekeeper::finish)
    }

    /// Everything counted, and what signing one request cost.
    pub fn finish(self) -> (Vec<Series>, Histogram) {
        (self.series, self.signing)
    }
}

impl Series {
    /// Counts who says that it answered.
    fn count_witnesses(&mut self, exchange: &Exchange) {
        if let Some(region) = &exchange.served_by {
            bump(&mut self.served_by, region);
        }
        if let Some(region) = &exchange.origin {
            bump(&mut self.origins, region);
        }
        self.contradict(exchange);
    }

    /// Counts a call whose answer's header and token name different Regions. Pairs beyond the first 64 are counted with the
    /// last one of them, because what matters is that and how often the two disagree.
    fn contradict(&mut self, exchange: &Exchange) {
        let (Some(served_by), Some(origin)) = (&exchange.served_by, &exchange.origin) else {
            return;
        };
        if served_by == origin {
            return;
        }
        let known = self
            .contradictions
            .iter()
            .position(|c| c.served_by == served_by.as_str() && c.origin == origin.as_str());
        match known.or_else(|| (self.contradictions.len() >= MAX_NAMES).then_some(MAX_NAMES - 1)) {
            Some(at) => self.contradictions[at].calls += 1,
            None => {
                let (served_by, origin) = (served_by.to_string(), origin.to_string());
                self.contradictions.push(Contradiction {
                    served_by,
                    origin,
                    calls: 1,
                });
            }
        }
    }

    fn new(target: TargetId, blocks: Vec<Block>) -> Self {
        Self {
            target,
            counts: Counts::default(),
            response_time: Histogram::default(),
            service_time: Histogram::default(),
            failed_time: Histogram::default(),
            lateness: Histogram::default(),
            client_overhead: Histogram::default(),
            queued: Histogram::default(),
            phases: vec![Histogram::default(); Phase::ALL.len()],
            blocks,
            served_by: BTreeMap::new(),
            origins: BTreeMap::new(),
            contradictions: Vec::new(),
            repeated_ids: RepeatedIds::default(),
            lookups: Lookups::default(),
            remotes: BTreeMap::new(),
            trace: Trace::default(),
        }
    }
}

impl Block {
    fn new(number: u16) -> Self {
        Self {
            number,
            counts: Counts::default(),
            response_time: Histogram::default(),
            service_time: Histogram::default(),
            remotes: BTreeSet::new(),
        }
    }
}

impl Counts {
    fn count(&mut self, outcome: &Outcome, in_kind: bool) {
        self.issued += 1;
        match outcome {
            Outcome::Success if in_kind => self.succeeded += 1,
            Outcome::Success => self.redialled += 1,
            Outcome::Fault(code) => {
                self.faults += 1;
                self.throttled += u64::from(code.is_throttling());
                bump(&mut self.codes, &outcome.code());
            }
            Outcome::Failure(_) => {
                self.failures += 1;
                bump(&mut self.codes, &outcome.code());
            }
        }
    }
}

/// Counts the times of an answer over the kind of connection that was wanted.
fn count_answer(sample: &Sample, series: &mut Series) {
    let block = &mut series.blocks[usize::from(sample.arrival.block)];
    let (response, service) = (sample.response_time(), sample.service_time());
    series.response_time.record(response);
    series.service_time.record(service);
    if let Some(overhead) = sample.timing.client_overhead {
        series.client_overhead.record(overhead);
    }
    block.response_time.record(response);
    block.service_time.record(service);
    for (phase, histogram) in Phase::ALL.into_iter().zip(&mut series.phases) {
        if let Some(time) = sample.timing.phases.of(phase) {
            histogram.record(time);
        }
    }
}

fn bump(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(calls) = counts.get_mut(name) {
        *calls += 1;
        return;
    }
    let key = if counts.len() < MAX_NAMES {
        name
    } else {
        OTHER
    };
    *counts.entry(key.to_owned()).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::ConnectionMode;
    use crate::sample::{Arrival, Lookup, Timing};
    use sts_model::Remote;

    use super::*;

    fn sample(
        served_by: &str,
        origin: Option<&str>,
        stage: Stage,
        lookup: Option<Lookup>,
    ) -> Sample {
        Sample {
            arrival: Arrival {
                target: TargetId(0),
                sequence: 0,
                round: None,
                block: 0,
                stage,
                intended: Duration::ZERO,
            },
            timing: Timing::default(),
            exchange: Exchange {
                http_status: Some(200),
                lookup,
                served_by: Remote::new(served_by),
                origin: origin.and_then(Remote::new),
                ..Exchange::new(ConnectionMode::Cold, Outcome::Success)
            },
        }
    }

    fn recorded(samples: impl IntoIterator<Item = Sample>) -> Series {
        let mut recorder = Recorder::new(
            &Fixture::wide("global")
                .calls(1, |_, _| answer(1))
                .run()
                .plan,
        );
        samples
            .into_iter()
            .for_each(|sample| recorder.record(&sample));
        recorder.finish().0.swap_remove(0)
    }

    #[test]
    fn only_witnesses_that_both_speak_can_contradict_each_other() {
        let measured = |served_by, origin| sample(served_by, origin, Stage::Measured, None);
        let series = recorded([
            measured("us-east-1", Some("us-east-1")),
            measured("us-east-1", Some("eu-west-1")),
            measured("us-east-1", Some("eu-west-1")),
            measured("us-east-1", None),
            sample("us-east-1", Some("eu-west-1"), Stage::Warmup, None),
        ]);
        let pair = Contradiction {
            served_by: "us-east-1".into(),
            origin: "eu-west-1".into(),
            calls: 2,
        };
        assert_eq!(series.contradictions, [pair]);
        assert_eq!(
            series.origins,
            BTreeMap::from([("eu-west-1".to_owned(), 2), ("us-east-1".to_owned(), 1)])
        );
    }

    #[test]
    fn names_that_the_network_invents_take_bounded_memory_and_no_call_is_lost() {
        let series = recorded((0..500).map(|i| {
            let (here, there) = (format!("here-{i}"), format!("there-{i}"));
            sample(&here, Some(&there), Stage::Measured, None)
        }));
        assert_eq!(
            (series.contradictions.len(), series.origins.len()),
            (MAX_NAMES, MAX_NAMES + 1)
        );
        assert_eq!(
            series
                .contradictions
                .iter()
                .map(|pair| pair.calls)
                .sum::<u64>(),
            500
        );
    }

    #[test]
    fn the_look_ups_of_the_warm_up_count() {
        let lookup = |addresses, ttl_seconds| {
            Some(Lookup {
                addresses,
                ttl_seconds,
            })
        };
        let series = recorded([
            sample("a", None, Stage::Warmup, lookup(3, Some(60))),
            sample("a", None, Stage::Measured, lookup(1, None)),
            sample("a", None, Stage::Measured, lookup(2, Some(7))),
            sample("a", None, Stage::Measured, None),
        ]);
        let told = Lookups {
            answered: 3,
            fewest_addresses: 1,
            most_addresses: 3,
            shortest_ttl_seconds: Some(7),
            longest_ttl_seconds: Some(60),
        };
        assert_eq!(series.lookups, told);
    }
}
