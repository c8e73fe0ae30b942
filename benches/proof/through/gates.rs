//! Gates whose limit is the truth, and such whose limit is beside it.

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::laws::{Law, MEDIAN_MS};
use super::super::simulations::noise::replicate;
use super::encoder::{Call, Invented};
use super::process::PROGRAM;
use super::tally::Place;

const INDEPENDENT: Law = Law::resembling("independent", 0.2, 0.0);
const AR_3: Law = Law::resembling("AR 0.3", 0.2, 0.3);
const AR_7: Law = Law::resembling("AR 0.7", 0.2, 0.7);
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
    of_a_ratio: bool,
    limit: f64,
}

impl Asked {
    fn condition(self) -> String {
        if self.of_a_ratio {
            format!("p50(regional) <= {} * p50(global)", self.limit)
        } else {
            format!("p50(regional) <= {}ms", MEDIAN_MS * self.limit)
        }
    }
}

/// Eight endpoints in one gate: any of them falsely proven at the limit, and each one proven or violated beside it.
pub fn limits(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for law in [INDEPENDENT, AR_3, AR_7] {
        for (of_a_ratio, rounds) in [(false, 192), (true, 192), (false, 800)] {
            let at = Asked {
                of_a_ratio,
                limit: 1.0,
            };
            cells.extend(gate(law, rounds, at, replications));
        }
    }
    for (of_a_ratio, limit) in [(false, 0.95), (false, 1.05), (true, 0.95), (true, 1.05)] {
        let asked = Asked { of_a_ratio, limit };
        cells.extend(gate(INDEPENDENT, 800, asked, replications.div_ceil(4)));
    }
    cells
}

fn gate(law: Law, rounds: usize, asked: Asked, replications: u64) -> Vec<Cell> {
    let seed = 77_000 + rounds as u64;
    let condition = asked.condition();
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
    let place = Place {
        experiment: "gates",
        situation: format!(
            "limit of a {what} at {} of the truth, {} n={rounds}",
            asked.limit, law.name
        ),
        law: law.name.to_owned(),
        rounds,
        seed,
    };
    place.cells(&seen, |_| match (at_limit, law == AR_7 && rounds < 800) {
        (true, true) => Promise::KnownLimit,
        (true, false) => Promise::NotAbove(0.025),
        (false, _) => Promise::Nothing,
    })
}
