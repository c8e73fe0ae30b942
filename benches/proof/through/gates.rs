//! Gates whose limit is the truth, and such whose limit is beside it.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::laws::{Law, S5};
use super::super::simulations::noise::replicate;
use super::encoder::{Call, Invented};
use super::process::PROGRAM;
use super::tally::Place;

const INDEPENDENT: Law = Law::resembling("independent", 0.2, 0.0);
const AR_3: Law = Law::resembling("AR 0.3", 0.2, 0.3);
const AR_7: Law = Law::resembling("AR 0.7", 0.2, 0.7);
const REGIME_10: Law = S5.exchanged_on_average("regimes of 10", 10);
/// Endpoints of a run.
const ENDPOINTS: [&str; 9] = [
    "global",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "eu-central-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

/// Which condition, and the limit in parts of the truth.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// In per cent: 50 or 90.
    percentile: u8,
    of_a_ratio: bool,
    limit: f64,
}

impl Asked {
    fn condition(self, law: Law) -> String {
        let Self {
            percentile: p,
            limit,
            ..
        } = self;
        if self.of_a_ratio {
            format!("p{p}(regional) <= {limit} * p{p}(global)")
        } else {
            let truth_ns = law.truth_ns(f64::from(p) / 100.0, 1.0);
            format!("p{p}(regional) <= {:.3}us", truth_ns * limit / 1e3)
        }
    }
}

/// Eight endpoints in one gate: any of them falsely proven at the limit, and each one proven or violated beside it.
pub fn limits(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for law in [INDEPENDENT, AR_3, AR_7] {
        for (of_a_ratio, rounds) in [(false, 192), (true, 192), (false, 800)] {
            let at = Asked {
                percentile: 50,
                of_a_ratio,
                limit: 1.0,
            };
            cells.extend(gate(law, rounds, at, replications));
        }
    }
    for (of_a_ratio, limit) in [(false, 0.95), (false, 1.05), (true, 0.95), (true, 1.05)] {
        let asked = Asked {
            percentile: 50,
            of_a_ratio,
            limit,
        };
        cells.extend(gate(INDEPENDENT, 800, asked, replications.div_ceil(4)));
    }
    cells
}

/// The same of p90, where each call resembles its neighbours.
pub fn tails(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for law in [INDEPENDENT, AR_3, AR_7, REGIME_10] {
        for (of_a_ratio, rounds) in [(false, 192), (true, 192), (false, 800), (true, 800)] {
            let at = Asked {
                percentile: 90,
                of_a_ratio,
                limit: 1.0,
            };
            cells.extend(gate(law, rounds, at, replications));
        }
    }
    cells
}

fn gate(law: Law, rounds: usize, asked: Asked, replications: u64) -> Vec<Cell> {
    let seed = 77_000 + rounds as u64;
    let condition = asked.condition(law);
    let at_limit = asked.limit == 1.0;
    let seen = replicate(replications, seed, |noise| {
        let mut sources = ENDPOINTS.map(|_| law.source(1.0, noise));
        let run = Invented::of(&ENDPOINTS, rounds, |endpoint, _| {
            Call::Answered(sources[endpoint].next(0.0, noise))
        });
        let said = PROGRAM.report(&run, &["--gate", &condition]).judged();
        let claims = said.claims();
        if at_limit {
            let wrong = claims.contains(&"proven");
            return vec![("any of 8 wrongly proven".to_owned(), wrong)];
        }
        let outcome = if asked.limit > 1.0 {
            "proven"
        } else {
            "violated"
        };
        claims
            .iter()
            .map(|&claim| (outcome.to_owned(), claim == outcome))
            .collect()
    });
    let what = if asked.of_a_ratio { "ratio" } else { "time" };
    let of = match asked.percentile {
        50 => String::new(),
        other => format!(" of p{other}s"),
    };
    let place = Place {
        experiment: "gates",
        situation: format!(
            "limit of a {what}{of} at {} of the truth, {} n={rounds}",
            asked.limit, law.name
        ),
        law: law.name.to_owned(),
        rounds,
        seed,
    };
    let is_wide = asked.of_a_ratio && asked.percentile > 50;
    let is_too_short = (law == AR_7 || law == REGIME_10 || is_wide) && rounds < 800;
    place.cells(&seen, |_| match (at_limit, is_too_short) {
        (true, true) => Promise::KnownLimit,
        (true, false) => Promise::NotAbove(0.025),
        (false, _) => Promise::Nothing,
    })
}
