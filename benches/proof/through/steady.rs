//! Runs of steady services, heavy tails and coarse clocks among them: how often a check refuses one.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::replicate;
use super::encoder::{Call, Invented};
use super::process::PROGRAM;
use super::shapes::{Shape, Times};
use super::tally::Place;

/// Two endpoints of each of these.
pub fn refusals(replications: u64) -> Vec<Cell> {
    let laws: [(&str, Times); 7] = [
        ("σ 0.2", Shape::Spread(0.2).with_median(50.0)),
        ("σ 0.5", Shape::Spread(0.5).with_median(50.0)),
        ("Pareto 1.5", Shape::Pareto(1.5).with_median(50.0)),
        ("spikes", Shape::Spikes.with_median(50.0)),
        (
            "whole ms around 12",
            Shape::Spread(0.2).with_median(12.0).in_whole_ms(),
        ),
        (
            "whole ms around 2.5",
            Shape::Spread(0.2).with_median(2.5).in_whole_ms(),
        ),
        (
            "45/55",
            Shape::Two {
                share: 0.45,
                other: 1.4,
                sigma: 0.06,
            }
            .with_median(50.0),
        ),
    ];
    laws.into_iter()
        .flat_map(|law| [96, 192, 800].map(|rounds| (law, rounds)))
        .flat_map(|((name, times), rounds)| refused(name, times, rounds, replications))
        .collect()
}

fn refused(name: &str, times: Times, rounds: usize, replications: u64) -> Vec<Cell> {
    let seed = 78_000 + rounds as u64;
    let seen = replicate(replications, seed, |noise| {
        let run = Invented::of(&["global", "eu-west-1"], rounds, |_, _| {
            Call::Answered(times.next(noise))
        });
        let said = PROGRAM.report(&run, &[]).judged();
        vec![
            ("any check refuses".to_owned(), said.checks("invalid", None)),
            (
                "stationarity warns".to_owned(),
                said.checks("warn", Some("stationarity")),
            ),
        ]
    });
    let place = Place {
        experiment: "steady",
        situation: format!("{name} n={rounds}"),
        law: name.to_owned(),
        rounds,
        seed,
    };
    place.cells(&seen, |what| match what {
        "any check refuses" => Promise::Proven(0.01),
        _ => Promise::Nothing,
    })
}
