//! What is counted of each target.

use std::collections::{BTreeMap, BTreeSet};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::plan::Plan;
use crate::record::{self, Series};
use crate::sample::Phase;

use super::catalogue;
use super::labels::{KindLabels, PhaseLabels, StageLabels, TargetLabels};
use super::parts::registered;

/// What is counted of each target that is called.
pub(super) struct TargetMetrics {
    durations: Durations<TargetLabels>,
    phases: Durations<PhaseLabels>,
    requests: Family<StageLabels, Counter>,
    failures: Family<KindLabels, Counter>,
    withheld: Family<TargetLabels, Counter>,
    /// The targets with a series, and the kinds of failure of each.
    known: BTreeMap<TargetLabels, BTreeSet<String>>,
    /// Kinds of failure so far, of all targets.
    kinds: BTreeSet<String>,
}

type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

impl TargetMetrics {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let durations: Durations<TargetLabels> = Family::new_with_constructor(histogram);
        let phases: Durations<PhaseLabels> = Family::new_with_constructor(histogram);
        Self {
            durations: registered(registry, catalogue::DURATION, durations),
            phases: registered(registry, catalogue::PHASE_DURATION, phases),
            requests: registered(registry, catalogue::REQUESTS, Family::default()),
            failures: registered(registry, catalogue::FAILURES, Family::default()),
            withheld: registered(registry, catalogue::WITHHELD, Family::default()),
            known: BTreeMap::new(),
            kinds: BTreeSet::new(),
        }
    }

    /// How many targets have a series.
    pub(super) fn number(&self) -> usize {
        self.known.len()
    }

    /// Counts what a run measured.
    pub(super) fn count(&mut self, measured: &[Series], plan: &Plan) {
        self.forget_all_but(plan);
        for series in measured {
            let labels = TargetLabels::from(plan.target(series.target));
            self.count_calls(series, &labels);
            observe(&self.durations.get_or_create(&labels), &series.service_time);
            for (phase, times) in Phase::ALL.iter().zip(&series.phases) {
                // A phase that never happens, as a handshake over a kept connection, has no series.
                if !times.is_empty() {
                    let labels = labels.phase(phase.as_str());
                    observe(&self.phases.get_or_create(&labels), times);
                }
            }
        }
    }

    fn count_calls(&mut self, series: &Series, labels: &TargetLabels) {
        let counts = &series.counts;
        for (stage, calls) in [(MEASURED, counts.issued), (WARMUP, counts.warmup)] {
            self.requests
                .get_or_create(&labels.stage(stage))
                .inc_by(calls);
        }
        self.withheld.get_or_create(labels).inc_by(counts.withheld);
        let kinds = self.known.entry(labels.clone()).or_default();
        for (code, &calls) in &counts.codes {
            let kind = bounded(&mut self.kinds, code);
            self.failures
                .get_or_create(&labels.kind(kind))
                .inc_by(calls);
            kinds.insert(kind.to_owned());
        }
    }

    /// A plan that was read again may call other targets: what is called no more goes.
    fn forget_all_but(&mut self, plan: &Plan) {
        let called: BTreeSet<TargetLabels> = plan.targets.iter().map(TargetLabels::from).collect();
        let gone = |labels: &&TargetLabels| !called.contains(labels);
        let gone: Vec<TargetLabels> = self.known.keys().filter(gone).cloned().collect();
        for labels in gone {
            self.forget(&labels);
        }
    }

    fn forget(&mut self, labels: &TargetLabels) {
        self.durations.remove(labels);
        self.withheld.remove(labels);
        for phase in Phase::ALL {
            self.phases.remove(&labels.phase(phase.as_str()));
        }
        for stage in [MEASURED, WARMUP] {
            self.requests.remove(&labels.stage(stage));
        }
        for kind in self.known.remove(labels).unwrap_or_default() {
            self.failures.remove(&labels.kind(&kind));
        }
    }
}

/// Calls of a run that leave an event in CloudTrail at most.
pub(super) fn calls_to_aws(measured: &[Series], plan: &Plan) -> u64 {
    let to_aws = |series: &&Series| plan.target(series.target).endpoint.belongs_to_aws();
    let calls = |series: &Series| series.counts.issued.saturating_add(series.counts.warmup);
    measured.iter().filter(to_aws).map(calls).sum()
}

const MEASURED: &str = "measured";
const WARMUP: &str = "warmup";

/// Upper bounds, s: about three in each factor of two around what STS takes.
pub(super) const BOUNDS: [f64; 30] = [
    0.000_5, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006_5, 0.008, 0.01, 0.012_5, 0.016, 0.02, 0.025,
    0.032, 0.04, 0.05, 0.065, 0.08, 0.1, 0.125, 0.16, 0.2, 0.25, 0.32, 0.4, 0.5, 0.8, 1.6, 5.0,
    15.0,
];

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

/// Counts every duration of `times`, at their three significant digits.
fn observe(histogram: &Histogram, times: &record::Histogram) {
    for counted in times.to_hdr().iter_recorded() {
        let seconds = counted.value_iterated_to() as f64 / 1e9;
        for _ in 0..counted.count_since_last_iteration() {
            histogram.observe(seconds);
        }
    }
}

/// The name under which failures with that code are counted: codes come from the network, so that their number is bounded.
fn bounded<'a>(kinds: &mut BTreeSet<String>, code: &'a str) -> &'a str {
    if kinds.contains(code) {
        return code;
    }
    if kinds.len() >= MOST_KINDS {
        return OTHER;
    }
    kinds.insert(code.to_owned());
    code
}

const MOST_KINDS: usize = 64;
const OTHER: &str = "other";
