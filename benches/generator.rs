//! The generator's ceiling: how many freshly signed calls one measuring thread can make, and what each costs it.
//!
//! A fleet in a process of its own answers at once, over loopback and without a quota. Every kind of load is measured in
//! turn, [`ROUNDS`] times over, so that what else the machine does falls on all of them alike; medians are printed, and
//! each kind's CPU time beside that of the first. It is a table and no divan bench, because what is measured is the CPU
//! time of one thread among several. `cargo bench --bench generator -- 500ms` changes how long each measurement takes.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use sts_emulator::{
    EmulatorConfig, EmulatorProcess, EndpointAnnouncement, Link, Quota, ServiceTime,
};
use sts_model::Operation;
use sts_model::{Endpoint, Origin};
use stsbench::credentials::{FoundCredentials, Keyring, Secret};
use stsbench::load::{Engine, Epoch, LoadEvent, Stop};
use stsbench::plan::{Client, ConnectionMode, Draft, Plan, Service};
use stsbench::sample::{Outcome, Stage};
use stsbench::sign::Signer;
use stsbench::transport::Trust;
use tokio::sync::watch;

fn main() -> anyhow::Result<()> {
    let asked = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let length = asked
        .map_or(Ok(LENGTH), |text| humantime::parse_duration(&text))
        .context("a length such as 500ms")?;
    let emulator = Emulator::start()?;
    let kinds = kinds();
    let mut seen = vec![Vec::new(); kinds.len()];
    for _ in 0..ROUNDS {
        for (kind, seen) in kinds.iter().zip(&mut seen) {
            seen.push(emulator.measure(kind, length)?);
        }
    }
    print(&kinds, &seen)
}

/// A kind of load.
#[derive(Debug, Clone, Copy)]
struct Kind {
    client: Client,
    wire: Wire,
    connection: ConnectionMode,
    endpoints: usize,
    under_way: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Plain,
    Tls,
}

/// What one measurement gave.
#[derive(Debug, Clone, Copy)]
struct Speed {
    per_second: f64,
    cpu_us: f64,
    signing_us: f64,
}

fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    let clients: &[Client] = if cfg!(feature = "client-reqwest") {
        &[Client::Hyper, Client::Reqwest]
    } else {
        &[Client::Hyper]
    };
    for &client in clients {
        for wire in [Wire::Plain, Wire::Tls] {
            for under_way in [1, 16, 64] {
                kinds.push(Kind {
                    client,
                    wire,
                    connection: ConnectionMode::Warm,
                    endpoints: 1,
                    under_way,
                });
            }
        }
    }
    let tls = Kind {
        client: Client::Hyper,
        wire: Wire::Tls,
        connection: ConnectionMode::Warm,
        endpoints: MANY_ENDPOINTS,
        under_way: 16,
    };
    let new = Kind {
        connection: ConnectionMode::Cold,
        endpoints: 1,
        ..tls
    };
    kinds.extend([
        tls,
        Kind {
            under_way: 1,
            ..new
        },
        new,
        Kind {
            connection: ConnectionMode::Resumed,
            ..new
        },
    ]);
    kinds
}

/// An emulator that answers at once.
struct Emulator(EmulatorProcess);

impl Emulator {
    fn start() -> anyhow::Result<Self> {
        let at_once = ServiceTime {
            median_ms: 0.0,
            sigma: 0.0,
        };
        let spec = EmulatorConfig {
            endpoints: "global,default,opt-in".to_owned(),
            link: Link::Undelayed,
            quota: Quota {
                requests_per_second: 1e6,
                burst: 1_000_000,
            },
            service_time: Operation::ALL.map(|operation| (operation, at_once)).into(),
            ..EmulatorConfig::default()
        };
        let program = env!("CARGO_BIN_EXE_stsbench");
        let process = EmulatorProcess::start(program, ["--fleet-toml", &toml::to_string(&spec)?])?;
        Ok(Self(process))
    }

    fn measure(&self, kind: &Kind, length: Duration) -> anyhow::Result<Speed> {
        let plan = Arc::new(self.plan(kind, length)?);
        let trust = Trust::public().with_authority(self.0.announcement().ca_pem.as_bytes())?;
        let signer = self.signer()?;
        let engine = Engine {
            trust,
            signer,
            epoch: Epoch::start(),
        };
        carry_out(&engine, plan)
    }

    fn plan(&self, kind: &Kind, length: Duration) -> anyhow::Result<Plan> {
        let endpoint = |announced: &EndpointAnnouncement| -> anyhow::Result<Endpoint> {
            Ok(match kind.wire {
                Wire::Tls => announced.endpoint.clone(),
                Wire::Plain => Endpoint::custom(
                    &announced.endpoint.name,
                    Origin::parse(&announced.plaintext_url)?,
                )?,
            })
        };
        let endpoints = self
            .0
            .announced_endpoints()
            .iter()
            .take(kind.endpoints)
            .map(endpoint)
            .collect::<anyhow::Result<_>>()?;
        let draft = Draft {
            endpoints,
            operations: vec![Operation::GetCallerIdentity],
            connections: vec![kind.connection],
            concurrency: Some(kind.under_way),
            duration: Some(length),
            warmup_rounds: Some(u32::from(kind.under_way) * 4),
            max_requests: Some(100_000_000),
            service: Service::Simulated,
            client: kind.client,
            ..Draft::default()
        };
        Ok(draft.plan()?)
    }

    fn signer(&self) -> anyhow::Result<Signer> {
        let own = self.0.credentials().context("the emulator has a user")?;
        let found = FoundCredentials {
            access_key_id: Secret::new(own.access_key_id.clone()),
            secret_access_key: Secret::new(own.secret_access_key.clone()),
            session_token: None,
            source: "bench".to_owned(),
            expires: None,
        };
        Ok(Signer::new(
            Keyring::new(found),
            "stsbench/bench".to_owned(),
        ))
    }
}

/// Carries the plan out on a thread of its own, as a run does, and counts on this one.
fn carry_out(engine: &Engine, plan: Arc<Plan>) -> anyhow::Result<Speed> {
    let stop = watch::Sender::new(Stop::AtEnd);
    let thread = engine.start(plan, stop.subscribe())?;
    let (mut calls, mut measured, mut signing) = (0_u32, 0_u32, Duration::ZERO);
    for event in thread.events() {
        let LoadEvent::Sample(sample) = event else {
            bail!("a call was not sent or the fleet asked for fewer: {event:?}")
        };
        ensure!(
            sample.exchange.outcome == Outcome::Success,
            "a call failed: {:?}",
            sample.exchange.outcome
        );
        calls += 1;
        measured += u32::from(sample.arrival.stage == Stage::Measured);
        signing += sample.timing.signing;
    }
    let ended = thread.join()?;
    let cpu = ended
        .cpu
        .context("this system does not tell a thread's CPU time")?;
    ensure!(measured > 0, "the load ended within its warm-up");
    let microseconds = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(calls);
    Ok(Speed {
        per_second: f64::from(calls) / ended.elapsed.as_secs_f64(),
        cpu_us: microseconds(cpu),
        signing_us: microseconds(signing),
    })
}

fn print(kinds: &[Kind], seen: &[Vec<Speed>]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:8} {:6} {:8} {:>9} {:>9} {:>10} {:>9} {:>11} {:>8}",
        "client",
        "wire",
        "kind",
        "endpoints",
        "under way",
        "requests/s",
        "CPU, µs",
        "signing, µs",
        "ratio"
    )?;
    let mut first = None;
    for (kind, seen) in kinds.iter().zip(seen) {
        let median = |of: fn(&Speed) -> f64| median(seen.iter().map(of).collect());
        let cpu = median(|speed| speed.cpu_us);
        let ratio = cpu / *first.get_or_insert(cpu);
        writeln!(
            out,
            "{:8} {:6} {:8} {:>9} {:>9} {:>10.0} {:>9.1} {:>11.1} {:>8.2}",
            format!("{:?}", kind.client).to_lowercase(),
            format!("{:?}", kind.wire).to_lowercase(),
            kind.connection.as_str(),
            kind.endpoints,
            kind.under_way,
            median(|speed| speed.per_second),
            cpu,
            median(|speed| speed.signing_us),
            ratio,
        )?;
    }
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How often every kind of load is measured; odd, so that there is a median.
const ROUNDS: usize = 3;
/// How long each measurement takes.
const LENGTH: Duration = Duration::from_secs(2);
/// The endpoints of the kind of load that spreads over many.
const MANY_ENDPOINTS: usize = 36;
