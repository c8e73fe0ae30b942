//! Runs made up for the tests of the charts: times by distance from Frankfurt, a long tail, some failures; always the same.

use std::time::Duration;

use crate::judge::{self, Check, CheckVerdict, Summary};
use crate::plan::{ConnectionMode, Draft, Plan};
use crate::record::{Histogram, Recorder, Series};
use crate::results::{
    Completion, Conditions, Header, Measured, Redaction, Run, SCHEMA_VERSION, Simulation, Tool,
    Vantage,
};
use crate::sample::{
    Arrival, Exchange, Failure, FailureKind, Outcome, Phase, Phases, Sample, Stage, Timing,
};
use sts_model::{Catalog, Operation, Region};

use super::{ChartError, ChartKind, ChartSpec, RunShown};

/// The picture of that kind of one run, as SVG.
pub(super) fn picture(
    kind: &str,
    (run, summary): &(Run, Summary),
    spec: &ChartSpec,
) -> Result<String, ChartError> {
    let kind: ChartKind = kind.parse().expect("is a kind");
    kind.svg(&[RunShown { run, summary }], spec)
}

/// A usual scene of those endpoints with so many rounds.
pub(super) fn played(endpoints: &str, rounds: u32) -> (Run, Summary) {
    let scene = Scene {
        endpoints,
        rounds,
        ..Scene::default()
    };
    scene.play()
}

/// A check that forbids what `summary` has of that endpoint.
pub(super) fn forbidding(summary: &Summary, endpoint: &str) -> Check {
    let of_it = summary.rows.iter().filter(|row| row.endpoint == endpoint);
    let targets = of_it.map(|row| row.target).collect();
    Check::new("error-bias", CheckVerdict::Invalid, String::new()).about(targets)
}

/// What a made-up run shall be like.
pub(crate) struct Scene<'a> {
    /// As for `--endpoints`.
    pub endpoints: &'a str,
    /// Kinds of connection.
    pub connections: &'a [ConnectionMode],
    /// Rounds, each one call of every target.
    pub rounds: u32,
    /// Endpoints that never answer.
    pub silent: &'a [&'a str],
}

impl Default for Scene<'_> {
    fn default() -> Self {
        Self {
            endpoints: "global,default",
            connections: &[ConnectionMode::Cold, ConnectionMode::Warm],
            rounds: 192,
            silent: &[],
        }
    }
}

impl Scene<'_> {
    /// The run and what its numbers are.
    pub(crate) fn play(&self) -> (Run, Summary) {
        let endpoints = Catalog::default()
            .select(&self.endpoints.parse().expect("selects"))
            .expect("is known");
        let draft = Draft {
            endpoints,
            operations: vec![Operation::GetCallerIdentity],
            connections: self.connections.to_vec(),
            rounds: Some(self.rounds),
            max_requests: Some(1_000_000),
            ..Draft::default()
        };
        let plan = draft.plan().expect("is a plan");
        let mut recorder = Recorder::new(&plan);
        let mut chance = Chance(7);
        for round in 0..self.rounds {
            for (id, target) in plan.targets() {
                let at = Duration::from_millis(u64::from(round) * 400 + u64::from(id.0) * 7);
                let answers =
                    !self.silent.contains(&target.endpoint.name.as_str()) && chance.share() > 0.01;
                let outcome = if answers {
                    Outcome::Success
                } else {
                    Outcome::Failure(Failure {
                        phase: Phase::Wait,
                        kind: FailureKind::TcpReset,
                    })
                };
                recorder.record(&Sample {
                    arrival: Arrival {
                        target: id,
                        sequence: u64::from(round),
                        round: Some(round),
                        block: u16::try_from(round * u32::from(plan.blocks) / self.rounds)
                            .expect("few blocks"),
                        stage: Stage::Measured,
                        intended: at,
                    },
                    timing: Timing {
                        sent: at,
                        queued: Duration::ZERO,
                        signing: Duration::from_micros(20),
                        phases: phases(&target.endpoint.region, target.connection, &mut chance),
                        client_overhead: None,
                    },
                    exchange: Exchange::new(target.connection, outcome),
                });
            }
        }
        let (series, signing) = recorder.finish();
        let run = run(plan, series, signing);
        // What the checks say of a made-up run is no part of a picture's test.
        let summary = Summary {
            checks: Vec::new(),
            ..judge::summarise(&run)
        };
        (run, summary)
    }
}

fn run(plan: Plan, series: Vec<Series>, signing: Histogram) -> Run {
    Run {
        header: Header {
            schema_version: SCHEMA_VERSION,
            run_id: "20261122-093000-0badcafe".to_owned(),
            tool: Tool {
                name: "stsbench".to_owned(),
                version: "0.1.0".to_owned(),
            },
            vantage: Vantage {
                name: "workbench".to_owned(),
                name_source: None,
                local_region: None,
                observed: Vec::new(),
                simulation: Some(Simulation {
                    region: "eu-central-1".to_owned(),
                    seed: 7,
                    link: "bytes".to_owned(),
                    why_not_kernel: None,
                    injected: Vec::new(),
                    requests_seen: None,
                }),
            },
            caller: None,
            started_at: "2026-11-22T09:30:00Z".to_owned(),
            redaction: Redaction::None,
        },
        plan,
        measured: Measured {
            elapsed_ns: 77_000_000_000,
            completion: Completion::Complete,
            series,
            signing,
            pace: None,
            windows: Vec::new(),
            precision: None,
        },
        conditions: Conditions::default(),
        checks: Vec::new(),
        notices: Vec::new(),
    }
}

fn phases(region: &str, connection: ConnectionMode, chance: &mut Chance) -> Phases {
    let round_trip = 0.8 + 1.6 * 2.0 * distance_km(region) / 200.0;
    let jitter = |chance: &mut Chance| 1.0 + 0.04 * chance.share();
    let mut phases = Phases::default();
    let mut set =
        |phase, milliseconds: f64| phases.set(phase, Duration::from_secs_f64(milliseconds / 1e3));
    if connection != ConnectionMode::Warm {
        set(Phase::Dns, 1.5 * jitter(chance));
        set(Phase::Connect, round_trip * jitter(chance));
        set(
            Phase::Tls,
            round_trip * jitter(chance)
                + if connection == ConnectionMode::Cold {
                    1.6
                } else {
                    0.4
                },
        );
    }
    let tail = if chance.share() > 0.985 {
        25.0 * chance.share()
    } else {
        0.0
    };
    set(Phase::Send, 0.05);
    set(
        Phase::Wait,
        round_trip * jitter(chance) + 3.0 * (0.25 * chance.normal()).exp() + tail,
    );
    set(Phase::Receive, 0.08);
    phases
}

/// Great-circle distance from Frankfurt.
fn distance_km(region: &str) -> f64 {
    let known = Region::named(region)
        .or(Region::named("us-east-1"))
        .and_then(|region| region.coordinates);
    let there = known.expect("the commercial Regions have coordinates");
    let (lat, lon) = (50.11_f64.to_radians(), 8.68_f64.to_radians());
    let (lat2, lon2) = (there.latitude.to_radians(), there.longitude.to_radians());
    let h = ((lat2 - lat) / 2.0).sin().powi(2)
        + lat.cos() * lat2.cos() * ((lon2 - lon) / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().asin()
}

/// Numbers that look like chance and are the same in every test.
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    /// Nearly standard normal, by adding twelve uniforms.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}
