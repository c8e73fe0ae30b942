//! What a comparison that decides nothing says about how many rounds would: the same endpoints measured again, with so many more.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::laws::Law;
use super::super::simulations::noise::{Noise, replicate};
use super::encoder::{Call, Invented};
use super::process::{PROGRAM, Wanted};
use super::tally::{Place, Seen};

const ENDPOINTS: [&str; 2] = ["global", "eu-west-1"];
const INDEPENDENT: Law = Law::resembling("independent", 0.2, 0.0);
const AR_7: Law = Law::resembling("AR 0.7", 0.2, 0.7);
/// In parts of the other endpoint's: a difference of half the margin, of the margin, and beyond.
const RATIOS: [f64; 4] = [1.0, 1.01, 1.02, 1.05];
/// No run is made longer than this; one that would have to be counts as undecided.
const MOST_ROUNDS: usize = 60_000;

/// Runs that decide nothing, and after each one of as many rounds as it asked for.
pub fn enough(replications: u64) -> Vec<Cell> {
    let usual = RATIOS
        .into_iter()
        .flat_map(|ratio| [96, 192].map(|rounds| (INDEPENDENT, ratio, rounds)));
    let others = [(INDEPENDENT, 1.0, 33), (AR_7, 1.0, 192)];
    usual
        .chain(others)
        .flat_map(|(law, ratio, rounds)| again(law, ratio, rounds, replications))
        .collect()
}

fn again(law: Law, ratio: f64, rounds: usize, replications: u64) -> Vec<Cell> {
    let seed = 78_000 + rounds as u64;
    let seen = replicate(replications, seed, |noise| {
        let first = run(law, ratio, rounds, noise);
        let Some(wanted) = PROGRAM.report(&first, &[]).judged().more_rounds("p50") else {
            return Seen::new();
        };
        let (in_all, words) = match PROGRAM.says_more_rounds(&first) {
            Wanted::About => (rounds + wanted, "about so many"),
            Wanted::AtLeast => (rounds + wanted, "at least so many"),
        };
        let decided = in_all <= MOST_ROUNDS && {
            let second = run(law, ratio, in_all, noise);
            let said = PROGRAM.report(&second, &[]).judged();
            said.comparison("p50")
                .is_some_and(|compared| compared.word != "inconclusive")
        };
        vec![
            (format!("p50 decided after {words}"), decided),
            ("p50 said as about".to_owned(), words == "about so many"),
        ]
    });
    let place = Place {
        experiment: "more-rounds",
        situation: format!("{}, +{:.0} % n={rounds}", law.name, (ratio - 1.0) * 100.0),
        law: law.name.to_owned(),
        rounds,
        seed,
    };
    place.cells(&seen, |what| match what {
        "p50 decided after about so many" => promised(ratio),
        _ => Promise::Nothing,
    })
}

/// Half the margin is where both verdicts are hardest.
fn promised(ratio: f64) -> Promise {
    if ratio == 1.01 {
        Promise::NotBelow(0.7)
    } else {
        Promise::NotBelow(0.8)
    }
}

fn run(law: Law, ratio: f64, rounds: usize, noise: &mut Noise) -> Invented {
    let mut sources = [ratio, 1.0].map(|ratio| law.source(ratio, noise));
    Invented::of(&ENDPOINTS, rounds, |endpoint, _| {
        Call::Answered(sources[endpoint].next(0.0, noise))
    })
}
