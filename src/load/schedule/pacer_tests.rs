//! When calls are made: order, times, and what a plan and a seed fix.

use std::collections::HashMap;

use crate::plan::{Draft, Service};
use sts_model::Catalog;
use sts_model::Operation;

use super::*;

fn draft() -> Draft {
    Draft {
        endpoints: Catalog::default()
            .select(&"global,eu-west-*".parse().expect("parses"))
            .expect("selects"),
        operations: Operation::DEFAULT.to_vec(),
        connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
        service: Service::Simulated,
        seed: 7,
        ..Draft::default()
    }
}

fn schedule(draft: Draft) -> (Plan, Vec<PlannedCall>) {
    let plan = draft.plan().expect("valid");
    let arrivals = Pacer::new(&plan).collect();
    (plan, arrivals)
}

#[test]
fn an_audit_calls_every_target_exactly_once_a_round() {
    let (plan, arrivals) = schedule(Draft {
        rounds: Some(32),
        ..draft()
    });
    for round in 0..32 {
        let mut called: Vec<_> = arrivals
            .iter()
            .filter(|a| a.arrival.round == Some(round))
            .map(|a| a.arrival.target)
            .collect();
        called.sort();
        assert_eq!(
            called,
            plan.targets().map(|(id, _)| id).collect::<Vec<_>>(),
            "round {round}"
        );
    }
    assert_eq!(arrivals.len() as u64, plan.planned_requests());
}

#[test]
fn a_constant_schedule_makes_the_planned_number_of_calls_whatever_the_rate_and_the_blocks() {
    for (rate, millis, blocks) in [
        (1250.0, 4_000, 8),
        (7.3, 60_000, 16),
        (0.4, 10_000, 16),
        (333.0, 1_001, 7),
    ] {
        let (rate, duration, blocks) = (
            Some(rate),
            Some(Duration::from_millis(millis)),
            Some(blocks),
        );
        let (plan, arrivals) = schedule(Draft {
            rate,
            duration,
            blocks,
            ..draft()
        });
        assert_eq!(
            arrivals.len() as u64,
            plan.planned_requests(),
            "{rate:?} for {millis} ms"
        );
        assert!(
            arrivals
                .windows(2)
                .all(|w| w[0].arrival.intended <= w[1].arrival.intended),
            "{rate:?} for {millis} ms"
        );
    }
}

#[test]
fn arrivals_are_in_order_numbered_and_the_same_for_the_same_seed() {
    let (_, arrivals) = schedule(draft());
    assert!(
        arrivals
            .windows(2)
            .all(|w| w[0].arrival.intended <= w[1].arrival.intended
                && w[0].arrival.sequence + 1 == w[1].arrival.sequence)
    );
    assert_eq!(arrivals, schedule(draft()).1);
    assert_ne!(arrivals, schedule(Draft { seed: 8, ..draft() }).1);
}

#[test]
fn rounds_differ_in_order_and_first_places_are_shared_out_fairly() {
    let (plan, arrivals) = schedule(Draft {
        rounds: Some(1600),
        ..draft()
    });
    let mut firsts: HashMap<TargetId, u32> = HashMap::new();
    let mut last_round = None;
    for PlannedCall { arrival, .. } in arrivals
        .iter()
        .filter(|a| a.arrival.stage == Stage::Measured)
    {
        if arrival.round != last_round {
            *firsts.entry(arrival.target).or_default() += 1;
            last_round = arrival.round;
        }
    }
    // 1,600 rounds over 16 targets: 100 each, binomial standard deviation 9.7.
    assert_eq!(firsts.len(), plan.targets.len());
    assert!(
        firsts.values().all(|&n| (50..150).contains(&n)),
        "{firsts:?}"
    );
}

#[test]
fn blocks_are_of_equal_size_and_each_is_primed_before_it_begins() {
    let (plan, arrivals) = schedule(draft());
    for block in 0..plan.blocks {
        let measured: Vec<_> = arrivals
            .iter()
            .filter(|a| a.arrival.block == block && a.arrival.stage == Stage::Measured)
            .collect();
        let primed: Vec<_> = arrivals
            .iter()
            .filter(|a| a.arrival.block == block && a.opening == Opening::Prime)
            .collect();
        assert_eq!(measured.len(), 6 * plan.targets.len());
        assert_eq!(
            primed.len(),
            8 * usize::from(plan.connections_per_target),
            "8 warm targets"
        );
        assert!(
            primed
                .iter()
                .all(|p| p.arrival.intended < measured[0].arrival.intended
                    && p.arrival.stage == Stage::Warmup)
        );
    }
}

#[test]
fn rule_21_no_endpoint_is_called_faster_than_its_rate() {
    let (plan, arrivals) = schedule(Draft {
        service: Service::Shared,
        ..draft()
    });
    let endpoints = plan.endpoints();
    for endpoint in endpoints {
        let times: Vec<_> = arrivals
            .iter()
            .filter(|a| plan.target(a.arrival.target).endpoint.name == endpoint.name)
            .map(|a| a.arrival.intended.as_secs_f64())
            .collect();
        // A random order can bring two rounds' calls together, so the rate holds over any window of two rounds.
        let of_a_round = plan
            .targets
            .iter()
            .filter(|target| target.endpoint.name == endpoint.name)
            .count() as f64;
        let window = 2.0 * of_a_round / plan.rate_per_endpoint;
        for (i, start) in times.iter().enumerate() {
            let within = times[i..]
                .iter()
                .take_while(|t| **t < start + window)
                .count() as f64;
            assert!(
                within <= plan.rate_per_endpoint * window + of_a_round,
                "{within} calls within {window} s"
            );
        }
        let whole = times.len() as f64 / times.last().expect("called");
        assert!(
            whole <= 1.025 * plan.rate_per_endpoint,
            "{whole}/s on average"
        );
    }
}

#[test]
fn an_open_loads_rate_is_that_at_the_server_whatever_is_kept_and_however_slow_it_is() {
    use ConnectionMode::{Cold, Resumed, Warm};
    for rate in [0.1, 0.5, 2.0, 50.0] {
        for connections in [&[Warm][..], &[Cold, Warm], &[Warm, Resumed], &[Cold]] {
            for (blocks, kept, warmup) in
                [(2, None, None), (16, None, Some(0)), (16, Some(3), None)]
            {
                let (plan, arrivals) = schedule(Draft {
                    connections: connections.to_vec(),
                    rate: Some(rate),
                    duration: Some(Duration::from_secs_f64(40.0 / rate)),
                    blocks: Some(blocks),
                    connections_per_target: kept,
                    warmup_rounds: warmup,
                    ..draft()
                });
                let times: Vec<_> = arrivals
                    .iter()
                    .map(|call| call.arrival.intended.as_secs_f64())
                    .collect();
                assert_eq!(times.len() as u64, plan.planned_requests());
                let case = format!("{rate}/s {connections:?} {blocks} {kept:?}");
                let whole = plan.length().as_secs_f64();
                assert!(
                    times.len() as f64 <= rate * whole + 0.5,
                    "{case}: {whole} s"
                );
                for (i, start) in times.iter().enumerate() {
                    for (j, end) in times.iter().enumerate().skip(i) {
                        let calls = (j - i + 1) as f64;
                        // One for the call that begins the window, and the jitter of two neighbours.
                        let allowed = rate * (end - start) + 2.5;
                        assert!(
                            calls <= allowed,
                            "{case}: {calls} from {start} s to {end} s"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_constant_stream_is_evenly_spaced_and_a_poisson_one_has_its_mean_and_spread() {
    let open = |arrivals| Draft {
        rate: Some(1000.0),
        duration: Some(Duration::from_secs(16)),
        arrivals: Some(arrivals),
        warmup_rounds: Some(0),
        connections: vec![ConnectionMode::Cold],
        ..draft()
    };
    let gaps = |arrivals| {
        let (_, schedule) = schedule(open(arrivals));
        schedule
            .windows(2)
            .map(|w| (w[1].arrival.intended - w[0].arrival.intended).as_secs_f64())
            .collect::<Vec<_>>()
    };
    let constant = gaps(Arrivals::Constant);
    assert_eq!(constant.len(), 15_999);
    assert!(constant.iter().all(|gap| (gap - 0.001).abs() < 1e-6));
    let poisson = gaps(Arrivals::Poisson);
    let mean = poisson.iter().sum::<f64>() / poisson.len() as f64;
    let deviation =
        (poisson.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / poisson.len() as f64).sqrt();
    // An exponential law's deviation is its mean; 16,000 gaps know both to about 1 %.
    assert!(
        (mean - 0.001).abs() < 5e-5 && (deviation / mean - 1.0).abs() < 0.05,
        "{mean} {deviation}"
    );
}

#[test]
fn the_budget_ends_the_schedule() {
    let (_, arrivals) = schedule(Draft {
        rate: Some(100.0),
        duration: Some(Duration::from_secs(1)),
        max_requests: Some(100_000),
        ..draft()
    });
    let plan = Draft {
        rate: Some(100.0),
        duration: Some(Duration::from_secs(1)),
        ..draft()
    }
    .plan()
    .expect("valid");
    let short = Pacer::new(&Plan {
        max_requests: 17,
        ..plan
    })
    .collect::<Vec<_>>();
    assert_eq!((short.len(), short[..] == arrivals[..17]), (17, true));
}
