//! Two endpoints whose medians are equal, or differ by a known ratio, and whose shapes differ.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::{Noise, replicate};
use super::encoder::{Call, Invented};
use super::process::{Compared, PROGRAM, Program, Said, says_slower};
use super::shapes::{Shape, Times};
use super::tally::{Place, Seen};

/// The global endpoint's shape and the other one's.
struct Pair {
    name: &'static str,
    shapes: [Shape; 2],
    whole_ms: bool,
}

const fn pair(name: &'static str, global: Shape, other: Shape) -> Pair {
    Pair {
        name,
        shapes: [global, other],
        whole_ms: false,
    }
}

const NARROW: Shape = Shape::Spread(0.1);
const USUAL: Shape = Shape::Spread(0.2);

const PAIRS: [Pair; 9] = [
    pair("σ 0.2 twice", USUAL, USUAL),
    pair("σ 0.05 and 0.35", Shape::Spread(0.05), Shape::Spread(0.35)),
    pair(
        "σ 0.1 and 45/55",
        NARROW,
        Shape::Two {
            share: 0.45,
            other: 1.4,
            sigma: 0.06,
        },
    ),
    pair(
        "σ 0.1 and 60/40",
        NARROW,
        Shape::Two {
            share: 0.6,
            other: 2.4,
            sigma: 0.06,
        },
    ),
    pair("σ 0.1 and 20 ms + exponential", NARROW, Shape::Shifted(2.0)),
    pair(
        "skewed to either side",
        Shape::Shifted(0.3),
        Shape::LongLow(0.2),
    ),
    pair("Pareto 1.5 twice", Shape::Pareto(1.5), Shape::Pareto(1.5)),
    pair("spikes and σ 0.2", Shape::Spikes, USUAL),
    Pair {
        whole_ms: true,
        ..pair("whole ms twice", USUAL, USUAL)
    },
];

/// The median of either, ms.
const MEDIAN_MS: f64 = 50.0;
/// The same where the clock knows whole ms only.
const COARSE_MEDIAN_MS: f64 = 12.0;
const ENDPOINTS: [&str; 2] = ["global", "eu-west-1"];

impl Pair {
    /// The times of both, the global endpoint's `ratio` times as long.
    fn times(&self, ratio: f64) -> [Times; 2] {
        let median = if self.whole_ms {
            COARSE_MEDIAN_MS
        } else {
            MEDIAN_MS
        };
        let [global, other] = self.shapes;
        let times = [
            global.with_median(median * ratio),
            other.with_median(median),
        ];
        if self.whole_ms {
            times.map(Times::in_whole_ms)
        } else {
            times
        }
    }
}

/// Equal medians and unequal shapes: coverage, false words, contradictions.
pub fn shapes(replications: u64) -> Vec<Cell> {
    of_all("shapes", &[96, 192], replications)
}

/// The same of longer runs.
pub fn long_shapes(replications: u64) -> Vec<Cell> {
    of_all("shapes", &[800, 2_000], replications)
}

/// The same of fewer rounds than a block needs for a median of its own, and of so few that rounds are counted in place of blocks.
pub fn few_rounds(replications: u64) -> Vec<Cell> {
    of_all("few", &[16, 24, 33, 64, 95], replications)
}

fn of_all(experiment: &'static str, rounds: &[usize], replications: u64) -> Vec<Cell> {
    let cases = PAIRS
        .iter()
        .flat_map(|pair| rounds.iter().map(move |&rounds| (pair, rounds)));
    cases
        .flat_map(|(pair, rounds)| equal(&PROGRAM, experiment, pair, rounds, replications))
        .collect()
}

fn equal(
    program: &Program,
    experiment: &'static str,
    pair: &Pair,
    rounds: usize,
    replications: u64,
) -> Vec<Cell> {
    let seed = 70_000 + rounds as u64;
    let times = pair.times(1.0);
    let seen = replicate(replications, seed, |noise| {
        let said = program.report(&run(times, rounds, noise), &[]).judged();
        ["p50", "p90"]
            .into_iter()
            .flat_map(|percentile| looked_at(&said, percentile, times))
            .collect()
    });
    let place = Place {
        experiment,
        situation: format!("{} n={rounds}", pair.name),
        law: pair.name.to_owned(),
        rounds,
        seed,
    };
    place.cells(&seen, |what| match experiment {
        "shapes" => promised(pair, rounds, what),
        "few" => promised_of_few(pair, rounds, what),
        _ => Promise::Nothing,
    })
}

/// Of fewer rounds, by p50. So few that rounds are counted in place of blocks tell how often one endpoint is the faster one, which
/// is another question than whose median is lower where shapes differ.
fn promised_of_few(pair: &Pair, rounds: usize, what: &str) -> Promise {
    let by_signs = rounds < 32;
    let of_one_shape = pair.name.ends_with("twice");
    match what {
        "p50 called faster" if !by_signs => Promise::NotAbove(0.025),
        "p50 called faster" if of_one_shape => Promise::NotAbove(0.01),
        "p50 called faster" => Promise::KnownLimit,
        "p50 of one endpoint holds the truth" if !pair.whole_ms => Promise::NotBelow(0.93),
        "p50 ratio holds the truth" | "p50 difference holds the truth" if by_signs => {
            Promise::KnownLimit
        }
        "p50 ratio holds the truth" | "p50 difference holds the truth" if !pair.whole_ms => {
            Promise::NotBelow(0.93)
        }
        _ if what.contains("holds") => Promise::KnownLimit,
        _ => Promise::Nothing,
    }
}

/// Whole milliseconds have no median between two of them. An interval of 95 % is wrong on one side in 2.5 %; a margin of 2 % makes
/// that rarer where it is not small against the interval.
fn promised(pair: &Pair, rounds: usize, what: &str) -> Promise {
    let is_wide = matches!(pair.shapes, [_, Shape::Shifted(_)]) && rounds < 800;
    match what {
        "p50 called faster" if is_wide => Promise::NotAbove(0.025),
        "p50 called faster" => Promise::NotAbove(0.01),
        "p90 called faster" => Promise::NotAbove(0.025),
        _ if what.ends_with("contradict each other") => Promise::NotAbove(0.02),
        _ if what.contains("holds") && !pair.whole_ms => Promise::NotBelow(0.93),
        _ => Promise::Nothing,
    }
}

/// One run of both.
fn run(times: [Times; 2], rounds: usize, noise: &mut Noise) -> Invented {
    Invented::of(&ENDPOINTS, rounds, |endpoint, _| {
        Call::Answered(times[endpoint].next(noise))
    })
}

fn looked_at(said: &Said, percentile: &str, times: [Times; 2]) -> Seen {
    let share = percentile[1..].parse::<f64>().expect("a number") / 100.0;
    let truths = times.map(|times| times.truth_ns(share));
    let mut seen = Seen::new();
    let mut note = |what: &str, so| seen.push((format!("{percentile} {what}"), so));
    for (name, interval) in said.percentiles(percentile) {
        let truth = truths[usize::from(name != ENDPOINTS[0])];
        if let Some(interval) = interval {
            note("of one endpoint holds the truth", interval.holds(truth));
        }
    }
    let Some(compared) = said.comparison(percentile) else {
        return seen;
    };
    let [global, other] = truths;
    if let Some(ratio) = compared.ratio {
        note("ratio holds the truth", ratio.holds(global / other));
    }
    if let Some(difference) = compared.difference {
        note(
            "difference holds the truth",
            difference.holds(global - other),
        );
    }
    if let Some(contradict) = contradict(&compared) {
        note("ratio and difference contradict each other", contradict);
    }
    if (global - other).abs() < 1_000.0 {
        note("called faster", compared.word == "faster");
        note("called slower", says_slower(&compared.word));
    }
    seen
}

/// Whether one of ratio and difference says that the endpoints differ, and the other that nothing shows it.
fn contradict(compared: &Compared) -> Option<bool> {
    let (ratio, difference) = (compared.ratio?, compared.difference?);
    Some(ratio.holds(1.0) != difference.holds(0.0))
}

/// How often differences of 5 and 10 % are found.
pub fn power(replications: u64) -> Vec<Cell> {
    powers(&PROGRAM, "power", replications)
}

fn powers(program: &Program, experiment: &'static str, replications: u64) -> Vec<Cell> {
    let cases = [1.05, 1.1]
        .into_iter()
        .flat_map(|ratio| [96, 192, 800].map(|rounds| (ratio, rounds)));
    let mut cells = Vec::new();
    for (ratio, rounds) in cases {
        let seed = 71_000 + rounds as u64;
        let times = PAIRS[0].times(ratio);
        let seen = replicate(replications, seed, |noise| {
            let said = program.report(&run(times, rounds, noise), &[]).judged();
            let compared = said.comparison("p50").expect("both have a p50");
            let apart = compared.ratio.is_some_and(|ratio| ratio.low > 1.0);
            vec![
                ("difference found".to_owned(), apart),
                ("called faster".to_owned(), compared.word == "faster"),
            ]
        });
        let place = Place {
            experiment,
            situation: format!("σ 0.2, +{:.0} % n={rounds}", (ratio - 1.0) * 100.0),
            law: "σ 0.2".to_owned(),
            rounds,
            seed,
        };
        cells.extend(place.cells(&seen, |what| match (what, rounds) {
            // Five points below what the program gave before its p50 ratio was drawn from blocks: 79 and 89 %.
            ("difference found", 192) if ratio == 1.1 => Promise::NotBelow(0.74),
            ("difference found", 800) if ratio == 1.05 => Promise::NotBelow(0.84),
            _ => Promise::Nothing,
        }));
    }
    // What is only compared promises nothing.
    if experiment != "power" {
        cells.iter_mut().for_each(Cell::promise_nothing);
    }
    cells
}

/// The same of another program: power, and what it said of unequal shapes at the default number of rounds.
pub fn beside(program: &Program, replications: u64) -> Vec<Cell> {
    let mut cells = powers(program, "before", replications);
    for pair in &PAIRS {
        cells.extend(equal(program, "before", pair, 192, replications));
    }
    cells
}
