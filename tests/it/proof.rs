//! The promises of METHOD.md on a small scale: the simulations of `benches/proof`, with so few replications that they take
//! seconds, and limits so wide that a correct program exceeds one less than once in a million runs.

#[path = "../../benches/proof/known_delays.rs"]
mod known_delays;
#[path = "../../benches/proof/simulations/mod.rs"]
mod simulations;

use simulations::cell::{Cell, Promise, binomial_at_most, clopper_pearson};
use simulations::{EXPERIMENTS, noise};

use stsbench::parallel::Workers;

use crate::support::{FleetProcess, alone};

/// Replications of each experiment: enough to see what is badly wrong.
const REPLICATIONS: [(&str, u64); 10] = [
    ("T1", 300),
    ("T2", 60),
    ("T3", 60),
    ("T4", 60),
    ("order", 200),
    ("general", 40),
    ("T5", 500),
    ("checks", 30),
    ("T7", 30),
    ("T8", 30),
];

/// Whether a program that keeps the promise would give this by chance less than once in a million times.
fn is_impossible(cell: &Cell) -> bool {
    let Cell {
        happened,
        replications,
        ..
    } = *cell;
    let too_few = |least: f64| binomial_at_most(happened, replications, least) < 1e-6;
    let too_many =
        |most: f64| binomial_at_most(replications - happened, replications, 1.0 - most) < 1e-6;
    match cell.promise {
        Promise::Within { low, high } => too_few(low) || too_many(high),
        Promise::AtLeast(low) => too_few(low),
        Promise::NotAbove(high) | Promise::Proven(high) => too_many(high),
        Promise::Nothing | Promise::KnownLimit => false,
    }
}

/// The experiment's numbers; fails when one of them is no chance.
#[track_caller]
fn holds(id: &str) {
    let replications = REPLICATIONS
        .iter()
        .find(|known| known.0 == id)
        .expect("it is in the list")
        .1;
    let experiment = EXPERIMENTS
        .iter()
        .find(|experiment| experiment.id == id)
        .expect("there is one");
    assert!(
        replications < experiment.replications,
        "the published report stands on more"
    );
    let cells = experiment.cells(replications);
    let promised = |cell: &Cell| !matches!(cell.promise, Promise::Nothing | Promise::KnownLimit);
    assert!(cells.iter().any(promised), "nothing was promised");
    let broken: Vec<_> = cells
        .iter()
        .filter(|cell| is_impossible(cell))
        .map(|cell| {
            format!(
                "{}: {} of {}, promised {}",
                cell.id, cell.happened, cell.replications, cell.promise
            )
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn intervals_of_percentiles_hold_the_truth() {
    holds("T1");
}

#[test]
fn intervals_of_tails_hold_the_truth_and_thin_ones_are_marked() {
    holds("T2");
}

#[test]
fn intervals_of_ratios_hold_the_truth() {
    holds("T3");
}

#[test]
fn equal_endpoints_are_not_told_apart() {
    holds("T4");
    holds("order");
}

#[test]
fn windows_differ_by_no_more_than_is_said_of_them_in_general() {
    holds("general");
}

#[test]
fn unchanged_endpoints_do_not_turn_red_and_steady_runs_are_not_refused() {
    holds("T5");
    holds("checks");
}

#[test]
fn rank_intervals_hold_the_ranks() {
    holds("T7");
}

#[test]
fn runs_that_choose_their_length_hold_what_they_say() {
    holds("T8");
}

#[test]
fn the_same_seeds_give_the_same_numbers_on_any_number_of_threads() {
    let draw = |noise: &mut noise::Noise| (noise.normal(), noise.uniform());
    let by = |workers, seed| noise::replicate_by(Workers::of(workers), 100, seed, draw);
    for threads in [2, 3, 8] {
        assert_eq!(by(threads, 7), by(1, 7), "{threads} threads");
    }
    assert_ne!(by(1, 8), by(1, 7));
    let published = || {
        serde_json::to_string(&simulations::EXPERIMENTS[0].cells(3)).expect("cells can be written")
    };
    assert_eq!(published(), published());
}

#[test]
fn the_errors_of_the_proof_are_those_of_the_exact_binomial() {
    // scipy 1.17.1: binom.cdf(180, 200, 0.95), beta.ppf(0.025, 190, 11), beta.ppf(0.975, 191, 10)
    let near = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    };
    near(
        binomial_at_most(180, 200, 0.95),
        0.002_664_579_549_829_474_3,
    );
    let (low, high) = clopper_pearson(190, 200, 0.025);
    near(low, 0.909_972_462_298_648_6);
    near(high, 0.975_765_834_527_891_5);
    assert_eq!(clopper_pearson(0, 10, 0.025).0, 0.0);
    assert_eq!(clopper_pearson(10, 10, 0.025).1, 1.0);
}

#[test]
fn known_delays_are_found_through_real_sockets_and_equal_ones_are_not_called_different() {
    let _turn = alone();
    let field = known_delays::Field::of(16);
    let fleet = FleetProcess::start(&field.fleet());
    let home = fleet.user();
    let (selector, mut arguments) = (field.selector(), Vec::new());
    let urls: Vec<String> = fleet
        .endpoints()
        .iter()
        .map(|e| fleet.plaintext(&e.endpoint.name))
        .collect();
    urls.iter()
        .for_each(|url| arguments.extend(["--endpoint-url", url]));
    arguments.extend([
        "--endpoints",
        &selector,
        "--operations=get-caller-identity",
        "--connections=warm",
        "--quiet",
    ]);
    arguments.extend([
        "--rounds=96",
        "--rate-per-endpoint=4",
        "--seed=12",
        "--force",
    ]);
    // A busy machine can spoil a run, which then says so.
    assert!(
        (0..3).any(|_| home.measure(&arguments).code == Some(0)),
        "no run of three could be used"
    );
    let cells = field.cells(&[home.stored()]);
    assert!(
        cells.iter().all(|cell| cell.replications == 8),
        "every pair is compared: {cells:?}"
    );
    let broken: Vec<_> = cells.iter().filter(|cell| is_impossible(cell)).collect();
    assert!(broken.is_empty(), "{broken:?}");
}
