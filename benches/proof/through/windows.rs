//! Two builds measured in turns, hour by hour, while everything becomes slower: merged and compared.

use std::path::Path;

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::{Noise, replicate};
use super::encoder::{Call, Invented};
use super::process::{PROGRAM, Said, says_faster, says_slower};
use super::shapes::Shape;
use super::tally::Place;

/// Windows of each build.
const WINDOWS: usize = 8;
const ROUNDS: usize = 192;
const ENDPOINTS: [&str; 2] = ["global", "eu-west-1"];

/// In which order the builds are measured: whether window `number` of all is the candidate's.
type Order = fn(usize) -> bool;

/// Equal builds under a trend, in either order.
pub fn in_turns(replications: u64) -> Vec<Cell> {
    let orders: [(&str, Order); 2] = [
        ("A B A B", |number| number % 2 == 1),
        ("A B B A", |number| matches!(number % 4, 1 | 2)),
    ];
    let cases = orders
        .into_iter()
        .flat_map(|order| [0.0, 0.03].map(|trend| (order, trend)));
    cases
        .flat_map(|((name, order), trend)| turns(name, order, trend, replications))
        .collect()
}

fn turns(name: &str, order: Order, trend: f64, replications: u64) -> Vec<Cell> {
    let seed = 76_000 + (trend * 1_000.0) as u64;
    let seen = replicate(replications, seed, |noise| {
        let scratch = tempfile::tempdir().expect("a directory");
        let said = compared(scratch.path(), order, trend, noise);
        let rows = said.json["targets"].as_array().cloned().unwrap_or_default();
        let words: Vec<&str> = rows
            .iter()
            .filter_map(|row| row["verdict"].as_str())
            .collect();
        let differs = words
            .iter()
            .any(|word| says_faster(word) || says_slower(word));
        vec![
            ("called different".to_owned(), differs),
            ("refused".to_owned(), said.code == 2),
        ]
    });
    let place = Place {
        experiment: "turns",
        situation: format!("{name}, {} % slower each window", trend * 100.0),
        law: name.to_owned(),
        rounds: ROUNDS,
        seed,
    };
    place.cells(&seen, |what| match what {
        "called different" => Promise::NotAbove(0.025),
        _ => Promise::Nothing,
    })
}

/// All windows of both builds, each build's merged into one run, and one compared with the other.
fn compared(home: &Path, order: Order, trend: f64, noise: &mut Noise) -> Said {
    for number in 0..2 * WINDOWS {
        let build = if order(number) { "b" } else { "a" };
        let slower = 1.0 + trend * number as f64;
        let times = Shape::Spread(0.15).with_median(50.0 * slower);
        let mut run = Invented::of(&ENDPOINTS, ROUNDS, |_, _| Call::Answered(times.next(noise)));
        run.run_id = format!("20260101-{number:02}0000-0000000{build}");
        run.started_at = format!("2026-01-01T{number:02}:00:00Z");
        let directory = home.join(build).join(format!("{number:02}"));
        run.write(&directory).expect("written");
    }
    for build in ["a", "b"] {
        let parts = std::fs::read_dir(home.join(build)).expect("made");
        let mut parts: Vec<_> = parts.map(|part| part.expect("readable").path()).collect();
        parts.sort();
        let merged = PROGRAM.run(|command| {
            command.arg("merge").args(&parts).arg("--out");
            command.arg(home.join(format!("all-{build}")));
        });
        let merged = merged.expect("the program can be started");
        assert!(merged.code == 0, "exit {}: {}", merged.code, merged.errors);
    }
    let said = PROGRAM.run(|command| {
        command
            .arg("compare")
            .args(["all-a", "all-b"].map(|name| home.join(name)));
        command.args(["--format", "json"]);
    });
    said.expect("the program can be started")
}
