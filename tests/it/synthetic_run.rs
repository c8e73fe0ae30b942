//! Runs whose truth is known: a real one's plan with answers that are made up.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use stsbench::plan::{ConnectionMode, Target};
use stsbench::record::Recorder;
use stsbench::results::{self, Run};
use stsbench::sample::{
    Arrival, Exchange, Failure, FailureKind, Outcome, Phase, Phases, Sample, Stage, Timing,
};

use crate::support::Home;

/// A run of three endpoints that measured nothing worth keeping, under the plan of a simulated one.
fn base() -> Run {
    static BASE: Mutex<Option<Run>> = Mutex::new(None);
    BASE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_with(simulated)
        .clone()
}

fn simulated() -> Run {
    let home = Home::new();
    let arguments = "--simulate --link=undelayed --endpoints=global,eu-central-1,eu-west-1 --connections=warm --seed=7 \
                     --operations=get-caller-identity --rounds=32 --blocks=16 --warmup-rounds=0 --rate-per-endpoint=20 \
                     --max-rate-per-endpoint=20 --progress=never";
    home.measure(&arguments.split_whitespace().collect::<Vec<_>>())
        .measures();
    let mut run = home.stored();
    run.conditions.health = None;
    run.conditions.measuring_cpu_ratio = None;
    run.conditions.spin_cpu_ratio = None;
    run.conditions.certificate = None;
    run.notices.clear();
    run.checks.clear();
    let simulation = run.header.vantage.simulation.as_mut().expect("simulated");
    simulation.injected.clear();
    simulation.requests_seen = None;
    run
}

/// A run of that id and date in which each call takes the milliseconds that are given, or fails for `None`.
pub fn run(id: &str, started_at: &str, milliseconds: impl Fn(&Target, u32) -> Option<f64>) -> Run {
    let mut run = base();
    let mut recorder = Recorder::new(&run.plan);
    let rounds = 32;
    for (id, target) in run.plan.targets() {
        for number in 0..rounds {
            let intended = Duration::from_millis(200) * number;
            let mut phases = Phases::default();
            let outcome = match milliseconds(target, number) {
                Some(milliseconds) => {
                    phases.set(Phase::Wait, Duration::from_secs_f64(milliseconds / 1e3));
                    Outcome::Success
                }
                None => {
                    phases.set(Phase::Connect, Duration::from_micros(80));
                    Outcome::Failure(Failure {
                        phase: Phase::Connect,
                        kind: FailureKind::TcpRefused,
                    })
                }
            };
            recorder.record(&Sample {
                arrival: Arrival {
                    target: id,
                    sequence: u64::from(number),
                    round: Some(number),
                    block: u16::try_from(number * u32::from(run.plan.blocks) / rounds)
                        .expect("few blocks"),
                    stage: Stage::Measured,
                    intended,
                },
                timing: Timing {
                    sent: intended,
                    queued: Duration::ZERO,
                    signing: Duration::from_micros(9),
                    phases,
                    client_overhead: None,
                },
                exchange: Exchange::new(ConnectionMode::Warm, outcome),
            });
        }
    }
    (run.measured.series, run.measured.signing) = recorder.finish();
    run.header.run_id = id.to_owned();
    run.header.started_at = started_at.to_owned();
    run
}

/// Reproducible noise of ±1 %.
pub fn noise(seed: u32, number: u32) -> f64 {
    let mixed = (seed.wrapping_mul(0x9e37_79b9) ^ number.wrapping_mul(0x85eb_ca6b))
        .wrapping_mul(0xc2b2_ae35);
    1.0 + 0.02 * (f64::from(mixed >> 8) / f64::from(u32::MAX >> 8) - 0.5)
}

/// A run in which every endpoint answers in that many milliseconds, but for the given factor at eu-west-1.
pub fn noisy(id: &str, started_at: &str, seed: u32, milliseconds: f64, slow: f64) -> Run {
    run(id, started_at, |target, number| {
        let factor = if target.endpoint.name == "eu-west-1" {
            slow
        } else {
            1.0
        };
        Some(milliseconds * factor * noise(seed + target.endpoint.name.len() as u32, number))
    })
}

/// Puts the run's file at `path` below the home.
pub fn store(home: &Home, path: &str, run: &Run) {
    let path = home.path().join(path);
    std::fs::create_dir_all(path.parent().expect("below the home")).expect("made");
    std::fs::write(&path, results::to_json(run)).expect("written");
    check(&path);
}

fn check(path: &Path) {
    results::read(path).expect("what is made up reads as a run");
}
