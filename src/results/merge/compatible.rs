//! What runs must have in common to be one run: everything that could make their numbers differ but time and chance, and by
//! what they are judged, so that no condition of one of them is passed over.

use std::time::Duration;

use crate::plan::{Judging, Load, Plan, Target};
use crate::results::model::header::Simulation;
use crate::results::model::run::Run;

use super::error::MergeError;

/// Refuses `other` beside `one`, with the first thing that differs.
pub(super) fn require_compatible(one: &Run, other: &Run) -> Result<(), MergeError> {
    let (a, b) = (&one.plan, &other.plan);
    let (simulated_a, simulated_b) = (
        one.header.vantage.simulation.as_ref(),
        other.header.vantage.simulation.as_ref(),
    );
    let same = [
        (
            "the schema version",
            one.header.schema_version == other.header.schema_version,
        ),
        (
            "the vantage",
            one.header.vantage.name == other.header.vantage.name,
        ),
        (
            "the simulated fleet",
            simulated_a.map(repeatable) == simulated_b.map(repeatable),
        ),
        ("what is called", targets(a).eq(targets(b))),
        ("the client", a.client == b.client),
        ("the clock", a.clock == b.clock),
        ("the resolver", a.resolver == b.resolver),
        ("the address family", a.address_family == b.address_family),
        (
            "the load",
            shape(a.load) == shape(b.load) && a.rate_per_endpoint == b.rate_per_endpoint,
        ),
        (
            "the length of a block",
            a.block_length() == b.block_length(),
        ),
        ("the warm-up", a.warmup_rounds == b.warmup_rounds),
        (
            "the number of connections per target",
            a.connections_per_target == b.connections_per_target,
        ),
        ("the deadlines", a.deadlines == b.deadlines),
        (
            "the measure by which it is judged",
            measure(a) == measure(b),
        ),
    ];
    match same.into_iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(MergeError::Different {
            what,
            one: one.header.run_id.clone(),
            other: other.header.run_id.clone(),
        }),
        None => Ok(()),
    }
}

/// A simulation, except for its seed and its number of requests.
fn repeatable(simulation: &Simulation) -> Simulation {
    Simulation {
        seed: 0,
        requests_seen: None,
        why_not_kernel: None,
        ..simulation.clone()
    }
}

/// Targets, except for the addresses of this machine on which the emulator happened to listen.
fn targets(plan: &Plan) -> impl Iterator<Item = Target> + '_ {
    plan.targets.iter().cloned().map(|mut target| {
        target.endpoint.address = None;
        target
    })
}

/// By what a run is judged, but for the precision by which it chose its length.
fn measure(plan: &Plan) -> Judging {
    Judging {
        precision: None,
        ..plan.judging.clone()
    }
}

/// A load but for its length.
fn shape(load: Load) -> Load {
    match load {
        Load::Audit { round, .. } => Load::Audit { rounds: 0, round },
        Load::Open {
            rate_per_second,
            arrivals,
            ..
        } => Load::Open {
            rate_per_second,
            arrivals,
            duration: Duration::ZERO,
        },
        Load::Closed { concurrency, .. } => Load::Closed {
            concurrency,
            duration: Duration::ZERO,
        },
    }
}
