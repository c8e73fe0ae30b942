//! The run that the benches of recording and rendering share: 72 targets, as by default, and samples as a simulated fleet
//! gives them.

use std::time::Duration;

use sts_model::Catalog;
use sts_model::Operation;
use sts_model::Remote;
use stsbench::plan::{ConnectionMode, Draft, Plan, Service};
use stsbench::sample::{Arrival, Exchange, Outcome, Phase, Phases, Sample, Stage, Timing};

/// The default simulated audit: 18 endpoints, 2 operations, cold and warm, 192 rounds.
pub fn plan() -> Plan {
    let selector = "global,default"
        .parse()
        .expect("it is the default selector");
    let draft = Draft {
        endpoints: Catalog::default()
            .select(&selector)
            .expect("it is the default selector"),
        operations: Operation::DEFAULT.to_vec(),
        connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
        rounds: Some(ROUNDS),
        service: Service::Simulated,
        seed: 7,
        ..Draft::default()
    };
    draft.plan().expect("the default plan is valid")
}

/// Every sample of `plan`, round by round; times spread over about a factor of two, as log-normal ones do.
pub fn samples(plan: &Plan) -> impl Iterator<Item = Sample> + '_ {
    (0..ROUNDS)
        .flat_map(move |round| plan.targets().map(move |(id, _)| (round, id)))
        .zip(0..)
        .map(|((round, id), sequence)| {
            let connection = plan.target(id).connection;
            let intended =
                Duration::from_millis(333) * round + Duration::from_millis(4) * u32::from(id.0);
            // A multiplicative congruential sequence (Park and Miller, 1988): spread without a random generator.
            let spread = (sequence + 1) * 48_271 % 2_147_483_647;
            let wait = Duration::from_millis(5 + u64::from(id.0))
                + Duration::from_nanos(spread % 5_000_000);
            Sample {
                arrival: Arrival {
                    target: id,
                    sequence,
                    round: Some(round),
                    block: u16::try_from(round * u32::from(plan.blocks) / ROUNDS)
                        .expect("a plan has at most 1,024 blocks"),
                    stage: Stage::Measured,
                    intended,
                },
                timing: Timing {
                    sent: intended + Duration::from_nanos(20_000 + spread % 100_000),
                    queued: Duration::ZERO,
                    signing: Duration::from_nanos(30_000 + spread % 20_000),
                    phases: phases(connection, wait),
                    client_overhead: Some(Duration::from_micros(40)),
                },
                exchange: Exchange {
                    http_status: Some(200),
                    remote: Some(([127, 0, 1, 1], 443).into()),
                    served_by: Remote::new(&plan.target(id).endpoint.region),
                    request_id: Remote::new(&format!("{sequence:08x}-af31-11e0-8154-cbc7ccf896c7")),
                    bytes_received: 459,
                    ..Exchange::new(connection, Outcome::Success)
                },
            }
        })
}

fn phases(connection: ConnectionMode, wait: Duration) -> Phases {
    let mut phases = Phases::default();
    if connection == ConnectionMode::Cold {
        phases.set(Phase::Connect, Duration::from_micros(90));
        phases.set(Phase::Tls, wait + Duration::from_millis(1));
    }
    phases.set(Phase::Send, Duration::from_micros(40));
    phases.set(Phase::Wait, wait);
    phases.set(Phase::Receive, Duration::from_micros(5));
    phases
}

const ROUNDS: u32 = 192;
