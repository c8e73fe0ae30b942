//! Synthetic runs, to be judged by the program as it judges measured ones.

use std::time::Duration;

use sts_model::Operation;
use sts_model::{Catalog, Endpoint};
use stsbench::judge::{self, Summary};
use stsbench::parallel::Workers;
use stsbench::plan::{ConnectionMode, Draft, Load, Plan, Service};
use stsbench::record::{Recorder, Series};
use stsbench::results::{Completion, Conditions, Measured, Run};

use super::header::header;
use super::noise::Noise;

/// What a run comes to. On one thread, because replications share the processors already.
pub fn judged(run: &Run) -> Summary {
    judge::summarise_by(run, Workers::of(1))
}

/// Warm calls of one operation to these endpoints, once a round, judged by default.
pub fn plan(endpoints: &str, rounds: usize) -> Plan {
    let selector = endpoints.parse().expect("a selector");
    planned(
        Catalog::default()
            .select(&selector)
            .expect("they are in the catalogue"),
        rounds,
    )
}

/// The same for endpoints at hand.
pub fn planned(endpoints: Vec<Endpoint>, rounds: usize) -> Plan {
    let draft = Draft {
        endpoints,
        operations: vec![Operation::GetCallerIdentity],
        connections: vec![ConnectionMode::Warm],
        rounds: Some(u32::try_from(rounds).expect("few rounds")),
        service: Service::Simulated,
        max_requests: Some(1_000_000_000),
        seed: 1,
        ..Draft::default()
    };
    draft.plan().expect("a plan")
}

/// A run of `plan` in which target k of each round took as long as `times` says, ns.
pub fn run(plan: &Plan, noise: &mut Noise, times: impl FnMut(usize, &mut Noise) -> u64) -> Run {
    run_in_part(plan, noise, |_, _| true, times)
}

/// The same with only those targets called in a round of which `called` says so.
pub fn run_in_part(
    plan: &Plan,
    noise: &mut Noise,
    called: impl Fn(usize, u32) -> bool,
    mut times: impl FnMut(usize, &mut Noise) -> u64,
) -> Run {
    let Load::Audit { rounds, round } = plan.load else {
        panic!("it was planned as an audit")
    };
    let (mut all, signing) = Recorder::new(plan).finish();
    for number in 0..rounds {
        let block = usize::try_from(number * u32::from(plan.blocks) / rounds).expect("few blocks");
        for target in (0..plan.targets.len()).filter(|&target| called(target, number)) {
            let time = Duration::from_nanos(times(target, noise));
            let block = &mut all[target].blocks[block];
            block.service_time.record(time);
            block.counts.issued += 1;
            block.counts.succeeded += 1;
        }
    }
    all.iter_mut().for_each(sum_up);
    let series = all;
    Run {
        header: header("proof"),
        plan: plan.clone(),
        measured: Measured {
            elapsed_ns: (round * rounds).as_nanos() as u64,
            completion: Completion::Complete,
            series,
            signing,
            pace: None,
            windows: Vec::new(),
            precision: None,
        },
        conditions: Conditions {
            measuring_cpu_ratio: Some(0.05),
            service_clock_ahead_seconds: Some(0),
            ..Conditions::default()
        },
        checks: Vec::new(),
        notices: Vec::new(),
    }
}

/// What a target's blocks come to. Phases, lateness and what else a recorder keeps are left empty: they cost most of the time and
/// decide no interval, verdict or rank.
fn sum_up(series: &mut Series) {
    for block in &series.blocks {
        series.counts.issued += block.counts.issued;
        series.counts.succeeded += block.counts.succeeded;
        if !block.service_time.is_empty() {
            series.service_time.merge(&block.service_time);
        }
    }
}
