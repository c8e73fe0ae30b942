//! Calls to the simulated fleet, sent and timed exactly as a run does it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::load::{Ended, Engine, Epoch, LoadEvent, Stop};
use crate::plan::{ConnectionMode, Draft, Plan, Service};
use crate::sample::{Outcome, Sample, Stage};
use sts_model::Endpoint;
use sts_model::Operation;

use super::findings::{Calls, Delay, PaceFinding, Recovery, Twins, nanoseconds};
use super::setting::{KNOWN, NEAR, SelftestError, SelftestSetting, TWINS};

/// How long a run watches the clock before each send, by default.
pub(super) fn spin(setting: &SelftestSetting) -> Result<Duration, SelftestError> {
    Ok(Draft {
        rounds: Some(2),
        ..draft(setting, &[NEAR])?
    }
    .plan()?
    .spin)
}

/// Warm calls of GetCallerIdentity, which the fleet answers at once and without distance, at that pace.
pub(super) fn pace(
    setting: &SelftestSetting,
    per_second: f64,
    duration: Duration,
) -> Result<PaceFinding, SelftestError> {
    let asked = Draft {
        rate: Some(per_second),
        duration: Some(duration),
        ..draft(setting, &[NEAR])?
    };
    let (samples, ended) = carry_out(setting, asked.plan()?)?;
    // By the schedule, which pauses where connections are exchanged.
    let pace = span(answered(&samples).map(|sample| sample.arrival.intended))
        / span(answered(&samples).map(|sample| sample.timing.sent));
    let share = answered(&samples).count() as f64 / samples.len().max(1) as f64;
    Ok(PaceFinding {
        calls: calls(&samples),
        asked_per_second: per_second,
        achieved_per_second: per_second * pace * share,
        lateness_ns: samples
            .iter()
            .map(|sample| nanoseconds(sample.lateness()))
            .collect(),
        overhead_ns: answered(&samples)
            .filter_map(|sample| sample.timing.client_overhead)
            .map(nanoseconds)
            .collect(),
        spin_ratio: nanoseconds(ended.spun) / nanoseconds(ended.elapsed).max(1.0),
    })
}

/// Warm calls of GetSessionToken over each of [`KNOWN`], all of them in turns.
pub(super) fn recovery(setting: &SelftestSetting) -> Result<Recovery, SelftestError> {
    let draft = draft(setting, &KNOWN)?;
    let operations = vec![Operation::GetSessionToken];
    let plan = Draft {
        operations,
        rate: Some(40.0),
        duration: Some(RECOVERY),
        ..draft
    }
    .plan()?;
    let (samples, _) = carry_out(setting, plan.clone())?;
    let delays = plan.targets().map(|(id, target)| {
        let injected_ns = setting.injected_ns(&target.endpoint.name, target.call.operation());
        let own = answered(&samples).filter(|sample| sample.arrival.target == id);
        Delay {
            injected_ns,
            excess_ns: own
                .map(|s| nanoseconds(s.service_time()) - injected_ns)
                .collect(),
        }
    });
    Ok(Recovery {
        calls: calls(&samples),
        delays: delays.collect(),
    })
}

/// Warm calls of [`TWINS`], each once a round, in fresh random order.
pub(super) fn twins(setting: &SelftestSetting) -> Result<Twins, SelftestError> {
    let draft = draft(setting, &TWINS)?;
    let plan = Draft {
        rounds: Some(ROUNDS),
        rate_per_endpoint: Some(50.0),
        ..draft
    }
    .plan()?;
    let (samples, _) = carry_out(setting, plan)?;
    Ok(Twins {
        calls: calls(&samples),
        differences_ns: differences(&samples),
    })
}

/// Of each round in which both of two targets answered, the first one's service time minus the second one's.
fn differences(samples: &[Sample]) -> Vec<f64> {
    let mut rounds = BTreeMap::<u32, [Option<f64>; 2]>::new();
    for sample in answered(samples) {
        if let (Some(round), at @ 0..2) =
            (sample.arrival.round, usize::from(sample.arrival.target.0))
        {
            rounds.entry(round).or_default()[at] = Some(nanoseconds(sample.service_time()));
        }
    }
    rounds
        .values()
        .filter_map(|[first, second]| Some((*first)? - (*second)?))
        .collect()
}

fn draft(setting: &SelftestSetting, names: &[&str]) -> Result<Draft, SelftestError> {
    let endpoint = |name: &&str| -> Result<Endpoint, SelftestError> {
        let found = setting
            .endpoints
            .iter()
            .find(|endpoint| endpoint.name == *name);
        found.cloned().ok_or_else(|| SelftestError::Emulator {
            endpoint: (*name).to_owned(),
        })
    };
    Ok(Draft {
        endpoints: names.iter().map(endpoint).collect::<Result<_, _>>()?,
        operations: vec![Operation::GetCallerIdentity],
        connections: vec![ConnectionMode::Warm],
        blocks: Some(2),
        seed: SEED,
        service: Service::Simulated,
        ..Draft::default()
    })
}

/// Carries a plan out on a thread of its own, which nothing but its samples leaves.
fn carry_out(setting: &SelftestSetting, plan: Plan) -> Result<(Vec<Sample>, Ended), SelftestError> {
    let engine = Engine {
        trust: setting.trust.clone(),
        signer: setting.signer.clone(),
        epoch: setting.epoch.moved_to(Epoch::now()),
    };
    let stop = watch::Sender::new(Stop::AtEnd);
    let thread = engine.start(Arc::new(plan), stop.subscribe())?;
    let samples = thread
        .events()
        .filter_map(|event| match event {
            LoadEvent::Sample(sample) => Some(sample),
            LoadEvent::Withheld { .. } | LoadEvent::Noticed { .. } => None,
        })
        .filter(|sample| sample.arrival.stage == Stage::Measured)
        .collect();
    Ok((samples, thread.join()?))
}

/// From the first to the last, in seconds; no number for none.
fn span(times: impl Iterator<Item = Duration>) -> f64 {
    let times: Vec<Duration> = times.collect();
    times
        .iter()
        .max()
        .zip(times.iter().min())
        .map_or(f64::NAN, |(last, first)| (*last - *first).as_secs_f64())
}

/// The calls that count: answered, and over the connection that they were meant for.
fn answered(samples: &[Sample]) -> impl Iterator<Item = &Sample> {
    samples.iter().filter(|sample| {
        sample.exchange.outcome == Outcome::Success
            && sample.exchange.connection == ConnectionMode::Warm
    })
}

fn calls(samples: &[Sample]) -> Calls {
    let failed = samples
        .iter()
        .find(|sample| sample.exchange.outcome != Outcome::Success);
    Calls {
        made: samples.len(),
        answered: answered(samples).count(),
        first_failure: failed.map(|sample| sample.exchange.outcome.code()),
    }
}

/// The same order of calls in every test.
const SEED: u64 = 15;
/// Enough calls for a p99 over all delays together.
const RECOVERY: Duration = Duration::from_secs(10);
/// Enough for the test of ranks to see a shift of a quarter of their standard deviation nine times in ten.
const ROUNDS: u32 = 240;
