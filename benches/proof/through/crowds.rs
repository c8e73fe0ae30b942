//! Many endpoints, equal or with ties: false winners in the headline, false rows in the table, wrong ranks.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::laws::{Law, S1};
use super::super::simulations::noise::replicate;
use super::encoder::{Call, Invented};
use super::process::{PROGRAM, Said, says_faster, says_slower};
use super::tally::{Place, Seen};

const INDEPENDENT: Law = Law::resembling("independent", 0.2, 0.0);
const AR_7: Law = Law::resembling("AR 0.7", 0.2, 0.7);
/// From one true median to the next, where they differ.
const APART: f64 = 1.03;
/// As many endpoints as these share the lowest median.
const TIED: usize = 5;

/// Equal endpoints, and such of which five tie.
pub fn false_winners(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (law, endpoints, rounds) in [
        (INDEPENDENT, 2, 33),
        (INDEPENDENT, 2, 192),
        (INDEPENDENT, 18, 33),
        (INDEPENDENT, 18, 64),
        (INDEPENDENT, 18, 96),
        (INDEPENDENT, 18, 192),
        (INDEPENDENT, 36, 192),
        (INDEPENDENT, 18, 800),
        (S1, 18, 192),
        (AR_7, 18, 192),
        (AR_7, 18, 800),
    ] {
        cells.extend(crowd(law, endpoints, rounds, 1.0, replications));
    }
    for law in [INDEPENDENT, AR_7] {
        cells.extend(crowd(law, 18, 192, APART, replications));
    }
    cells
}

/// The median of endpoint `number` in parts of the lowest one.
fn median(number: usize, apart: f64) -> f64 {
    let steps = (number + 1).saturating_sub(TIED);
    apart.powi(i32::try_from(steps).expect("few endpoints"))
}

fn crowd(law: Law, endpoints: usize, rounds: usize, apart: f64, replications: u64) -> Vec<Cell> {
    let seed = 74_000 + rounds as u64;
    let names: Vec<String> = (0..endpoints)
        .map(|number| match number {
            0 => "global".to_owned(),
            _ => format!("region-{number:02}"),
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let medians: Vec<f64> = (0..endpoints).map(|number| median(number, apart)).collect();
    let seen = replicate(replications, seed, |noise| {
        let mut sources: Vec<_> = medians.iter().map(|&m| law.source(m, noise)).collect();
        let run = Invented::of(&names, rounds, |endpoint, _| {
            Call::Answered(sources[endpoint].next(0.0, noise))
        });
        let said = PROGRAM.report(&run, &[]).judged();
        let mut seen = vec![(
            "any rank wrong".to_owned(),
            is_any_rank_wrong(&said, &names, &medians),
        )];
        if apart == 1.0 {
            seen.extend(false_words(&said));
        }
        seen
    });
    let ties = if apart == 1.0 {
        "equal"
    } else {
        "of which 5 tie"
    };
    let place = Place {
        experiment: "crowds",
        situation: format!("{endpoints} endpoints {ties}, {} n={rounds}", law.name),
        law: law.name.to_owned(),
        rounds,
        seed,
    };
    place.cells(&seen, |what| match what {
        "any rank wrong" => Promise::NotAbove(0.05),
        _ if rounds < 96 || (law == AR_7 && rounds < 800) => Promise::KnownLimit,
        "headline names a faster one" => Promise::NotAbove(0.025),
        "any row says faster or slower" => Promise::NotAbove(0.05),
        _ => Promise::Nothing,
    })
}

/// Words that equal endpoints must not get.
fn false_words(said: &Said) -> Seen {
    let rows = said.comparisons().into_iter();
    let words: Vec<String> = rows
        .filter(|row| row.percentile == "p50")
        .map(|row| row.word)
        .collect();
    let differs = |word: &String| says_faster(word) || says_slower(word);
    vec![
        (
            "headline names a faster one".to_owned(),
            said.headline_names_a_faster_one(),
        ),
        (
            "any row says faster or slower".to_owned(),
            words.iter().any(differs),
        ),
    ]
}

/// Whether the rank interval of any endpoint leaves out a rank that it shares with its equals among those ranked.
fn is_any_rank_wrong(said: &Said, names: &[&str], medians: &[f64]) -> bool {
    let ranks = said.ranks();
    let of = |name: &str| {
        names
            .iter()
            .position(|&known| known == name)
            .map(|at| medians[at])
    };
    let ranked: Vec<f64> = ranks.iter().filter_map(|(name, _, _)| of(name)).collect();
    ranks.iter().any(|(name, low, high)| {
        let own = of(name).expect("it is one of them");
        let below = ranked.iter().filter(|&&other| other < own).count() as u64;
        let at_most = ranked.iter().filter(|&&other| other <= own).count() as u64;
        *low > below + 1 || *high < at_most
    })
}
