//! The schedule: what one arrival costs for few and many targets.

use divan::Bencher;
use divan::counter::ItemsCount;
use sts_model::Operation;
use sts_model::{Endpoint, Origin};
use stsbench::load::Pacer;
use stsbench::plan::{Arrivals, ConnectionMode, Draft, Plan, Service};

fn main() {
    divan::main();
}

/// Rounds in fresh random order; by number of endpoints, each with four targets.
#[divan::bench(args = [18, 180])]
fn audit(bencher: Bencher<'_, '_>, endpoints: usize) {
    pace(
        bencher,
        &plan(Draft {
            rounds: Some(64),
            ..draft(endpoints)
        }),
    );
}

/// A schedule with exponential gaps.
#[divan::bench(args = [18, 180])]
fn poisson(bencher: Bencher<'_, '_>, endpoints: usize) {
    let duration = Some(std::time::Duration::from_secs(20));
    pace(
        bencher,
        &plan(Draft {
            rate: Some(2000.0),
            duration,
            arrivals: Some(Arrivals::Poisson),
            ..draft(endpoints)
        }),
    );
}

fn pace(bencher: Bencher<'_, '_>, plan: &Plan) {
    bencher
        .counter(ItemsCount::new(Pacer::new(plan).count()))
        .bench(|| Pacer::new(plan).count());
}

fn plan(draft: Draft) -> Plan {
    draft.plan().expect("the plan is valid")
}

fn draft(endpoints: usize) -> Draft {
    let endpoint = |number| {
        let origin = Origin::parse(&format!("https://sts-{number}.example")).expect("an origin");
        Endpoint::custom(&format!("endpoint-{number}"), origin).expect("a name")
    };
    Draft {
        endpoints: (0..endpoints).map(endpoint).collect(),
        operations: Operation::DEFAULT.to_vec(),
        connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
        service: Service::Simulated,
        max_requests: Some(1_000_000),
        seed: 7,
        ..Draft::default()
    }
}
