//! Two endpoints of one law, of which one does not answer all calls: it must not look the faster for it.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::replicate;
use super::encoder::{Call, Invented};
use super::process::{PROGRAM, Said};
use super::shapes::Shape;
use super::tally::{Place, Seen};

/// Which calls are not answered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Which {
    Slowest,
    Random,
}

const SHAPE: Shape = Shape::Spread(0.2);
const MEDIAN_MS: f64 = 50.0;
const ROUNDS: usize = 800;
const SHARES: [f64; 7] = [0.001, 0.01, 0.049, 0.08, 0.3, 0.5, 0.6];
/// When a call is given up, ns.
const GIVEN_UP_NS: u64 = 10_000_000_000;
/// True p90 of all calls: 64.6 ms.
const GATE: &str = "p90(eu-west-1) <= 62ms";

/// What is said of the endpoint that fails.
pub fn survivors(replications: u64) -> Vec<Cell> {
    let cases = [Which::Slowest, Which::Random]
        .into_iter()
        .flat_map(|which| SHARES.map(|share| (which, share)));
    cases
        .flat_map(|(which, share)| failing(which, share, replications))
        .collect()
}

fn failing(which: Which, share: f64, replications: u64) -> Vec<Cell> {
    let seed = 72_000 + (share * 1_000.0) as u64;
    let times = SHAPE.with_median(MEDIAN_MS);
    let limit = times.truth_ns(1.0 - share) as u64;
    let seen = replicate(replications, seed, |noise| {
        let run = Invented::of(&["global", "eu-west-1"], ROUNDS, |endpoint, _| {
            let time = times.next(noise);
            let fails = match which {
                Which::Slowest => time > limit,
                Which::Random => noise.happens(share),
            };
            if endpoint == 1 && fails {
                Call::Failed(GIVEN_UP_NS)
            } else {
                Call::Answered(time)
            }
        });
        let plain = PROGRAM.report(&run, &[]).judged();
        let gated = PROGRAM.report(&run, &["--gate", GATE]).judged();
        looked_at(&plain, &gated, share)
    });
    let name = if which == Which::Slowest {
        "slowest"
    } else {
        "any"
    };
    let place = Place {
        experiment: "failing",
        situation: format!("{name} {} % of calls fail", share * 100.0),
        law: format!("{name} fail"),
        rounds: ROUNDS,
        seed,
    };
    place.cells(&seen, |what| match what {
        "p50 called faster" => Promise::NotAbove(0.01),
        "headline calls it faster" | "gate on p90 wrongly proven" => Promise::NotAbove(0.025),
        "most calls failed and exit 0" => Promise::NotAbove(0.0),
        _ if what.ends_with("called faster") => Promise::NotAbove(0.025),
        _ => Promise::Nothing,
    })
}

fn looked_at(said: &Said, gated: &Said, share: f64) -> Seen {
    let words = said.comparisons().into_iter();
    let mut seen: Seen = words
        .filter(|compared| ["p50", "p90", "p95"].contains(&compared.percentile.as_str()))
        .map(|compared| {
            let what = format!("{} called faster", compared.percentile);
            (what, compared.word == "faster")
        })
        .collect();
    let mut note = |what: &str, so| seen.push((what.to_owned(), so));
    note(
        "headline calls it faster",
        said.headline_names_a_faster_one(),
    );
    note(
        "gate on p90 wrongly proven",
        gated.claims().contains(&"proven"),
    );
    if share > 0.5 {
        note("most calls failed and exit 0", gated.code == 0);
    }
    seen
}
