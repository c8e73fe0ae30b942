//! Calls that resemble their neighbours, each endpoint's for itself, and a drift that all go through.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::laws::{Law, S5};
use super::super::simulations::noise::replicate;
use super::encoder::{Call, Invented};
use super::process::PROGRAM;
use super::tally::{Place, Seen};

/// The global endpoint and eleven more, enough to see what memory the path has.
const ENDPOINTS: [&str; 12] = [
    "global",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "eu-central-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "sa-east-1",
    "ca-central-1",
];

const AR_3: Law = Law::resembling("AR 0.3", 0.2, 0.3);
const AR_7: Law = Law::resembling("AR 0.7", 0.2, 0.7);
const REGIME_10: Law = S5.exchanged_on_average("regimes of 10", 10);
const REGIME_50: Law = S5.exchanged_on_average("regimes of 50", 50);
const REGIME_100: Law = S5.exchanged_on_average("regimes of 100", 100);
/// A hundred calls are worth one.
const AR_98: Law = Law::resembling("AR 0.98", 0.2, 0.98);
/// How much slower everything is at the end than at the beginning.
const DRIFT: f64 = 0.1;

/// Intervals of one endpoint and of ratios.
pub fn coverage(replications: u64) -> Vec<Cell> {
    let laws = [AR_3, AR_7, REGIME_10, REGIME_50];
    let still = laws
        .into_iter()
        .flat_map(|law| [96, 192, 800].map(|rounds| (law, rounds, 0.0)));
    let drifting = [192, 800].map(|rounds| (AR_3, rounds, DRIFT));
    still
        .chain(drifting)
        .flat_map(|(law, rounds, drift)| remembered(law, rounds, drift, replications))
        .collect()
}

/// The same where what lasts does so for up to a hundred calls.
pub fn long(replications: u64) -> Vec<Cell> {
    let short = [AR_98, REGIME_100]
        .into_iter()
        .flat_map(|law| [192, 800].map(|rounds| (law, rounds)));
    let long = [REGIME_50, AR_98, REGIME_100]
        .into_iter()
        .flat_map(|law| [2_000, 5_000].map(|rounds| (law, rounds)));
    short
        .chain(long)
        .flat_map(|(law, rounds)| remembered(law, rounds, 0.0, replications))
        .collect()
}

fn remembered(law: Law, rounds: usize, drift: f64, replications: u64) -> Vec<Cell> {
    let seed = 73_000 + rounds as u64;
    let percentiles = [("p50", 0.5), ("p90", 0.9)];
    let truths = percentiles.map(|(name, share)| (name, law.truth_ns(share, 1.0)));
    let seen = replicate(replications, seed, |noise| {
        let mut sources = ENDPOINTS.map(|_| law.source(1.0, noise));
        let run = Invented::of(&ENDPOINTS, rounds, |endpoint, round| {
            let common = (1.0 + drift * round as f64 / rounds as f64).ln();
            Call::Answered(sources[endpoint].next(common, noise))
        });
        let said = PROGRAM.report(&run, &[]).judged();
        let mut seen = Seen::new();
        for (percentile, truth) in truths {
            // What drifts has no percentile of its own.
            if drift == 0.0 {
                let shown = said.percentiles(percentile).into_iter();
                let holds = shown.filter_map(|(_, interval)| Some(interval?.holds(truth)));
                seen.extend(holds.map(|holds| {
                    (
                        format!("{percentile} of one endpoint holds the truth"),
                        holds,
                    )
                }));
            }
            let compared = said.comparisons().into_iter();
            let compared = compared.filter(|compared| compared.percentile == percentile);
            let holds = compared.filter_map(|compared| Some(compared.ratio?.holds(1.0)));
            seen.extend(holds.map(|holds| (format!("{percentile} ratio holds the truth"), holds)));
        }
        seen.push(("called dependent".to_owned(), doubted(&said)));
        seen
    });
    let drifting = if drift > 0.0 { ", a drift of 10 %" } else { "" };
    let place = Place {
        experiment: "memory",
        situation: format!("{}{drifting} n={rounds}", law.name),
        law: law.name.to_owned(),
        rounds,
        seed,
    };
    place.cells(&seen, |what| promised(law, rounds, what))
}

fn doubted(said: &super::process::Said) -> bool {
    ["warn", "invalid"]
        .iter()
        .any(|verdict| said.checks(verdict, Some("independence")))
}

/// What lasts must be short against a sixteenth of the run.
fn promised(law: Law, rounds: usize, what: &str) -> Promise {
    let long_enough = match law.name {
        "AR 0.3" => rounds >= 192,
        "AR 0.7" | "regimes of 10" => rounds >= 800,
        "regimes of 50" | "AR 0.98" | "regimes of 100" => rounds >= 5_000,
        _ => false,
    };
    match (what.contains("holds"), long_enough) {
        (true, true) => Promise::NotBelow(0.93),
        (true, false) => Promise::KnownLimit,
        (false, _) => Promise::Nothing,
    }
}
