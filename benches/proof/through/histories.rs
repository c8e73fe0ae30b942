//! Runs of one place, one a day, and what `compare --history` says of the latest: nothing changed, all endpoints did, or one did and
//! stays so.

use std::path::{Path, PathBuf};

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::{Noise, replicate};
use super::encoder::{Call, Invented};
use super::process::{PROGRAM, Said};
use super::shapes::Shape;
use super::tally::{Place, Seen};

/// Endpoints with their medians in ms.
const ENDPOINTS: [(&str, f64); 12] = [
    ("region-00", 15.0),
    ("region-01", 22.0),
    ("region-02", 30.0),
    ("region-03", 45.0),
    ("region-04", 60.0),
    ("region-05", 80.0),
    ("region-06", 100.0),
    ("region-07", 125.0),
    ("region-08", 150.0),
    ("region-09", 180.0),
    ("region-10", 210.0),
    ("region-11", 250.0),
];
const ROUNDS: usize = 48;
/// σ of the times of one run, log scale: the median of 48 then has a standard error of 1.8 %.
const WITHIN: f64 = 0.1;
/// Standard deviations from run to run, log scale: of what all endpoints have in common, and of what each has for itself.
const COMMON: f64 = 0.03;
const OWN: f64 = 0.02;
/// Runs before something changes.
const BEFORE: usize = 30;
/// Runs from the change on after which the first look is taken, and the second.
const LOOKS: [usize; 2] = [2, 12];
/// The endpoint that changes alone.
const CHANGED: usize = 4;

/// What changes after [`BEFORE`] runs, and lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    Nothing,
    /// All endpoints, by a factor.
    AllTimes(f64),
    /// All endpoints, by so many ms: another exit, another route.
    AllPlus(f64),
    /// One endpoint, by a factor.
    OneTimes(f64),
}

impl Change {
    fn name(self) -> String {
        let percent = |factor: f64| format!("{:+.0} %", (factor - 1.0) * 100.0);
        match self {
            Self::Nothing => "nothing changes".to_owned(),
            Self::AllTimes(factor) => format!("all {}", percent(factor)),
            Self::AllPlus(ms) => format!("all {ms:+} ms"),
            Self::OneTimes(factor) => format!("one {}", percent(factor)),
        }
    }

    /// The median of an endpoint from the change on, ms.
    fn applied(self, endpoint: usize, median: f64) -> f64 {
        match self {
            Self::AllTimes(factor) => median * factor,
            Self::AllPlus(ms) => median + ms,
            Self::OneTimes(factor) if endpoint == CHANGED => median * factor,
            Self::Nothing | Self::OneTimes(_) => median,
        }
    }

    fn promised(self, what: &str) -> Promise {
        match (self, what) {
            (_, what) if what.starts_with("after it is accepted") => Promise::NotAbove(0.05),
            (Self::OneTimes(_), what) if what.ends_with("the endpoint is red") => {
                Promise::NotBelow(0.8)
            }
            _ => Promise::NotAbove(0.01),
        }
    }
}

/// What is red at the second and at the twelfth run from a change on, and after the change is accepted.
pub fn lasting(replications: u64) -> Vec<Cell> {
    let changes = [
        Change::Nothing,
        Change::AllTimes(1.3),
        Change::AllPlus(10.0),
        Change::OneTimes(1.2),
    ];
    let cells = changes.into_iter().enumerate();
    cells
        .flat_map(|(at, change)| changed(change, 77_000 + at as u64, replications))
        .collect()
}

fn changed(change: Change, seed: u64, replications: u64) -> Vec<Cell> {
    let seen = replicate(replications, seed, |noise| {
        let scratch = tempfile::tempdir().expect("a directory");
        let history = scratch.path().join("history");
        let mut seen = Seen::new();
        for day in 0..BEFORE + LOOKS[1] {
            let since = (day + 1).saturating_sub(BEFORE);
            let run = measured(day, if since > 0 { change } else { Change::Nothing }, noise);
            let place = history.join(format!("{day:02}"));
            run.write(&place).expect("written");
            if LOOKS.contains(&since) {
                let said = judged(&history, &place);
                seen.extend(found(&format!("run {since}"), &said));
            }
        }
        if let Change::OneTimes(_) = change {
            seen.extend(accepted(&history));
        }
        seen
    });
    let place = Place {
        experiment: "histories",
        situation: change.name(),
        law: "history".to_owned(),
        rounds: ROUNDS,
        seed,
    };
    place.cells(&seen, |what| change.promised(what))
}

fn measured(day: usize, change: Change, noise: &mut Noise) -> Invented {
    let names = ENDPOINTS.map(|(name, _)| name);
    let common = COMMON * noise.normal();
    let laws: Vec<_> = ENDPOINTS
        .iter()
        .enumerate()
        .map(|(endpoint, (_, median))| {
            let factor = (common + OWN * noise.normal()).exp();
            let median = change.applied(endpoint, median * factor);
            Shape::Spread(WITHIN).with_median(median)
        })
        .collect();
    let mut run = Invented::of(&names, ROUNDS, |endpoint, _| {
        Call::Answered(laws[endpoint].next(noise))
    });
    let (month, date) = (1 + day / 28, 1 + day % 28);
    run.run_id = format!("2026{month:02}{date:02}-000000-{day:08x}");
    run.started_at = format!("2026-{month:02}-{date:02}T00:00:00Z");
    run
}

/// The run is one of the history's own, which holds none after it.
fn judged(history: &Path, run: &Path) -> Said {
    let said = PROGRAM.run(|command| {
        command.arg("compare").arg("--history").args([history, run]);
        command.args(["--format", "json"]);
    });
    said.expect("the program can be started").judged()
}

fn found(when: &str, said: &Said) -> Seen {
    let red = said.slower();
    let changed = ENDPOINTS[CHANGED].0;
    let other = red.iter().any(|endpoint| *endpoint != changed);
    vec![
        (
            format!("{when}: the endpoint is red"),
            red.contains(&changed),
        ),
        (format!("{when}: another is red"), other),
    ]
}

/// What is red after the latest run's level was accepted, where it was red.
fn accepted(history: &Path) -> Seen {
    let latest: PathBuf = history.join(format!("{:02}", BEFORE + LOOKS[1] - 1));
    let said = PROGRAM.run(|command| {
        command.args(["baseline", "accept", "--history"]);
        command.args([history, &latest]);
    });
    if said.expect("the program can be started").code != 0 {
        // What is not red cannot be accepted.
        return Seen::new();
    }
    let red = !judged(history, &latest).slower().is_empty();
    vec![("after it is accepted: any is red".to_owned(), red)]
}
