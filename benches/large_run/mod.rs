//! A run of 144 targets and 10 million log-normal times, made without its samples: they are counted into histograms at once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hdrhistogram::serialization::{Serializer as _, V2Serializer};
use rand_distr::{Distribution as _, LogNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng as _;
use sts_model::Catalog;
use sts_model::Operation;
use stsbench::plan::{ConnectionMode, Draft, Plan, Service, Target, TargetId};
use stsbench::record::{Block, Counts, Histogram, Lookups, RepeatedIds, Series, Trace, TracePoint};
use stsbench::results::{Completion, Conditions, Measured, Run, Window};
use stsbench::sample::Phase;

use crate::header::header;

/// The run, measured in so many windows of 16 blocks.
pub fn run(windows: u16) -> Run {
    let plan = plan(windows);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(plan.seed);
    let series: Vec<Series> = plan
        .targets()
        .map(|(id, target)| series(&plan, id, target, &mut random))
        .collect();
    let windows = if windows == 1 {
        Vec::new()
    } else {
        (0..windows).map(window).collect()
    };
    Run {
        header: header("bench"),
        plan,
        measured: Measured {
            elapsed_ns: ELAPSED_NS,
            completion: Completion::Complete,
            signing: series[0].lateness.clone(),
            series,
            pace: None,
            precision: None,
            windows,
        },
        conditions: Conditions {
            measuring_cpu_ratio: Some(0.1),
            ..Conditions::default()
        },
        checks: Vec::new(),
        notices: Vec::new(),
    }
}

fn plan(windows: u16) -> Plan {
    let selector = "global,all,fips:us-east-1"
        .parse()
        .expect("every part of it is documented");
    let draft = Draft {
        endpoints: Catalog::default()
            .select(&selector)
            .expect("AWS has published them"),
        operations: Operation::DEFAULT.to_vec(),
        connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
        rounds: Some(ROUNDS),
        blocks: Some(BLOCKS * windows),
        warmup_rounds: Some(0),
        max_requests: Some(2 * SAMPLES),
        service: Service::Simulated,
        seed: 7,
        ..Draft::default()
    };
    let plan = draft.plan().expect("all in range");
    assert_eq!(plan.targets.len(), TARGETS as usize);
    plan
}

fn window(number: u16) -> Window {
    Window {
        run_id: format!("2026010{}-000000-00000000", number + 1),
        started_at: format!("2026-01-0{}T00:00:00Z", number + 1),
        elapsed_ns: ELAPSED_NS,
        first_block: number * BLOCKS,
        blocks: BLOCKS,
    }
}

fn series(plan: &Plan, id: TargetId, target: &Target, random: &mut Xoshiro256PlusPlus) -> Series {
    let mut trace = Trace::default();
    let median_ns = 4e6
        + 3e6 * f64::from(id.0 / 4)
        + if target.connection == ConnectionMode::Cold {
            2e6
        } else {
            0.0
        };
    let mut all = Times::new();
    let blocks: Vec<Block> = (0..plan.blocks)
        .map(|number| {
            // What moves all targets alike from block to block.
            let common = 1.0 + 0.02 * f64::from(number * 7 % 16) / 16.0;
            let rounds = share(ROUNDS, number, plan.blocks);
            let mut times = Times::new();
            times.count(rounds.clone(), median_ns * common, &mut trace, random);
            all.add(&times);
            Block {
                number,
                counts: counts(rounds.len()),
                response_time: stored(&times.response),
                service_time: stored(&times.service),
                remotes: ["127.0.1.1".to_owned()].into(),
            }
        })
        .collect();
    let happened = |phase: &Phase| match target.connection {
        ConnectionMode::Cold => *phase != Phase::Dns,
        _ => *phase > Phase::Tls,
    };
    Series {
        target: id,
        counts: counts(ROUNDS as usize),
        response_time: stored(&all.response),
        service_time: stored(&all.service),
        failed_time: Histogram::default(),
        lateness: stored(&all.lateness),
        client_overhead: stored(&all.lateness),
        queued: Histogram::default(),
        // Each as long as the whole: a mean takes as long to find.
        phases: Phase::ALL
            .iter()
            .map(|p| {
                if happened(p) {
                    stored(&all.service)
                } else {
                    Histogram::default()
                }
            })
            .collect(),
        blocks,
        served_by: [(target.endpoint.region.clone(), u64::from(ROUNDS))].into(),
        origins: [].into(),
        contradictions: Vec::new(),
        repeated_ids: RepeatedIds::default(),
        lookups: Lookups::default(),
        remotes: [("127.0.1.1".to_owned(), u64::from(ROUNDS))].into(),
        trace,
    }
}

fn share(whole: u32, part: u16, parts: u16) -> std::ops::Range<u32> {
    let bound = |part: u16| (u64::from(whole) * u64::from(part) / u64::from(parts)) as u32;
    bound(part)..bound(part + 1)
}

fn counts(calls: usize) -> Counts {
    Counts {
        issued: calls as u64,
        succeeded: calls as u64,
        ..Counts::default()
    }
}

/// A stretch of a target's times.
struct Times {
    service: hdrhistogram::Histogram<u64>,
    response: hdrhistogram::Histogram<u64>,
    lateness: hdrhistogram::Histogram<u64>,
}

impl Times {
    fn new() -> Self {
        let empty = || {
            hdrhistogram::Histogram::new_with_bounds(1, 3_600_000_000_000, 3)
                .expect("a valid range")
        };
        Self {
            service: empty(),
            response: empty(),
            lateness: empty(),
        }
    }

    fn count(
        &mut self,
        rounds: std::ops::Range<u32>,
        median_ns: f64,
        trace: &mut Trace,
        random: &mut Xoshiro256PlusPlus,
    ) {
        let services = LogNormal::new(median_ns.ln(), 0.25).expect("a positive spread");
        let lates = LogNormal::new(1e5_f64.ln(), 0.6).expect("a positive spread");
        for round in rounds {
            let (service, late) = (services.sample(random) as u64, lates.sample(random) as u64);
            self.service.saturating_record(service);
            self.response.saturating_record(service + late);
            self.lateness.saturating_record(late);
            trace.record(TracePoint {
                at_ns: u64::from(round) * 166_666_667,
                service_time_ns: Some(service),
            });
        }
    }

    fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.service, &other.service),
            (&mut self.response, &other.response),
            (&mut self.lateness, &other.lateness),
        ] {
            sum.add(part).expect("both have the same range");
        }
    }
}

/// In the way of `run.json`, because that is the way in.
fn stored(histogram: &hdrhistogram::Histogram<u64>) -> Histogram {
    let mut bytes = Vec::new();
    V2Serializer::new()
        .serialize(histogram, &mut bytes)
        .expect("a vector takes any bytes");
    STANDARD_NO_PAD
        .encode(bytes)
        .try_into()
        .expect("it is in the form that is stored")
}

const SAMPLES: u64 = 10_000_000;
const TARGETS: u64 = 36 * 2 * 2;
const ROUNDS: u32 = SAMPLES.div_ceil(TARGETS) as u32;
const BLOCKS: u16 = 16;
const ELAPSED_NS: u64 = 166_666_667 * ROUNDS as u64;
