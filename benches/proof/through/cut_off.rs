//! Runs that ended early: what they say of equal endpoints, and of one that is twenty times as fast.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::replicate;
use super::encoder::{BLOCKS, Call, Invented};
use super::process::{PROGRAM, says_faster};
use super::shapes::Shape;
use super::tally::Place;

const PLANNED: usize = 192;
const FAR: f64 = 20.0;

/// Runs of which so many rounds were done.
pub fn interrupted(replications: u64) -> Vec<Cell> {
    [24, 48, 96, 120, 180]
        .into_iter()
        .flat_map(|done| [1.0, FAR].map(|ratio| (done, ratio)))
        .flat_map(|(done, ratio)| ended_after(done, ratio, replications))
        .collect()
}

fn ended_after(done: usize, ratio: f64, replications: u64) -> Vec<Cell> {
    let seed = 75_000 + done as u64;
    let times = [ratio, 1.0].map(|ratio| Shape::Spread(0.2).with_median(20.0 * ratio));
    let seen = replicate(replications, seed, |noise| {
        let mut run = Invented::of(&["global", "eu-west-1"], PLANNED, |endpoint, _| {
            Call::Answered(times[endpoint].next(noise))
        });
        cut(&mut run, done);
        let said = PROGRAM.report(&run, &[]).judged();
        let word = said.comparison("p50").map(|compared| compared.word);
        let word = word.unwrap_or_default();
        let what = if ratio == 1.0 {
            ("called faster", word == "faster")
        } else {
            ("known to be faster", says_faster(&word))
        };
        vec![(what.0.to_owned(), what.1)]
    });
    let what = if ratio == 1.0 {
        "equal"
    } else {
        "20 times as fast"
    };
    let place = Place {
        experiment: "cut-off",
        situation: format!("{what}, {done} of {PLANNED} rounds"),
        law: "σ 0.2".to_owned(),
        rounds: done,
        seed,
    };
    place.cells(&seen, |what| match what {
        "called faster" => Promise::NotAbove(0.01),
        "known to be faster" if done >= 48 => Promise::NotBelow(0.99),
        _ => Promise::Nothing,
    })
}

/// Leaves the first `done` rounds.
fn cut(run: &mut Invented, done: usize) {
    run.interrupted = true;
    let per_block = PLANNED / BLOCKS;
    for blocks in &mut run.calls {
        for (number, block) in blocks.iter_mut().enumerate() {
            block.truncate(done.saturating_sub(number * per_block));
        }
    }
}
