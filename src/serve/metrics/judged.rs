//! What the last window was judged to be.

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::judge::{CheckVerdict, Comparison, GateOutcome, Summary, Verdict};
use crate::plan::Plan;
use latency_stats::Estimate;

use super::catalogue;
use super::labels::{CheckLabels, GateLabels, TargetLabels};
use super::parts::{Number, registered};

/// What the last window was judged to be.
pub(super) struct JudgedMetrics {
    speedup: [Family<TargetLabels, Number>; 3],
    saved: [Family<TargetLabels, Number>; 3],
    checks: Family<CheckLabels, Gauge>,
    gates: Family<GateLabels, Gauge>,
}

impl JudgedMetrics {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let speedup = [
            catalogue::SPEEDUP,
            catalogue::SPEEDUP_LOWER,
            catalogue::SPEEDUP_UPPER,
        ];
        let saved = [
            catalogue::SAVED,
            catalogue::SAVED_LOWER,
            catalogue::SAVED_UPPER,
        ];
        Self {
            speedup: speedup.map(|facts| registered(registry, facts, Family::default())),
            saved: saved.map(|facts| registered(registry, facts, Family::default())),
            checks: registered(registry, catalogue::CHECKS, Family::default()),
            gates: registered(registry, catalogue::GATES, Family::default()),
        }
    }

    /// Shows what the last window came to, and nothing of those before.
    pub(super) fn show(&self, summary: &Summary, plan: &Plan) {
        self.speedup
            .iter()
            .chain(&self.saved)
            .for_each(Family::clear);
        self.checks.clear();
        self.gates.clear();
        for row in &summary.rows {
            if let Some(comparison) = summary.picked(row.target) {
                self.compare(comparison, &TargetLabels::from(plan.target(row.target)));
            }
        }
        for check in &summary.checks {
            for state in CHECK_STATES {
                let labels = CheckLabels {
                    check: check.name.to_string(),
                    state: state.as_str(),
                };
                let is_it = i64::from(state == worst(summary, &check.name));
                self.checks.get_or_create(&labels).set(is_it);
            }
        }
        for gate in &summary.gates {
            for outcome in GATE_STATES {
                let labels = GateLabels {
                    gate: gate.gate.clone(),
                    state: outcome.as_str(),
                };
                let is_it = i64::from(outcome == gate.outcome);
                self.gates.get_or_create(&labels).set(is_it);
            }
        }
    }

    pub(super) fn compare(&self, comparison: &Comparison, labels: &TargetLabels) {
        if comparison.verdict == Verdict::Invalid {
            return;
        }
        show_estimate(&self.speedup, labels, &comparison.ratio, 1.0);
        show_estimate(&self.saved, labels, &comparison.difference, 1e-9);
    }
}

/// The estimate and its bounds; without an interval no bounds.
fn show_estimate(
    [value, lower, upper]: &[Family<TargetLabels, Number>; 3],
    labels: &TargetLabels,
    estimate: &Estimate,
    unit: f64,
) {
    value.get_or_create(labels).set(estimate.value * unit);
    if let Some(interval) = estimate.interval {
        lower.get_or_create(labels).set(interval.low * unit);
        upper.get_or_create(labels).set(interval.high * unit);
    }
}

const CHECK_STATES: [CheckVerdict; 4] = [
    CheckVerdict::Ok,
    CheckVerdict::Unknown,
    CheckVerdict::Warn,
    CheckVerdict::Invalid,
];
const GATE_STATES: [GateOutcome; 4] = [
    GateOutcome::Proven,
    GateOutcome::Inconclusive,
    GateOutcome::Violated,
    GateOutcome::Invalid,
];

/// The gravest of the findings that bear the name of one check.
fn worst(summary: &Summary, name: &str) -> CheckVerdict {
    let found = summary.checks.iter().filter(|check| check.name == name);
    found
        .map(|check| check.verdict)
        .max_by_key(|verdict| CHECK_STATES.iter().position(|state| state == verdict))
        .unwrap_or(CheckVerdict::Unknown)
}
