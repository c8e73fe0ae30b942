//! What the parts of the registry share.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry, Unit};

use super::catalogue::MetricFacts;

/// A gauge that need not be whole.
pub(super) type Number = Gauge<f64, AtomicU64>;

/// Registers a metric, and gives it back.
pub(super) fn registered<M: Metric + Clone>(
    registry: &mut Registry,
    facts: MetricFacts,
    metric: M,
) -> M {
    let (name, help) = (facts.base(), facts.help);
    match facts.unit {
        None => registry.register(name, help, metric.clone()),
        Some(unit) => {
            registry.register_with_unit(name, help, Unit::Other(unit.to_owned()), metric.clone());
        }
    }
    metric
}
