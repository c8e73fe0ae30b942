//! Thirty-six endpoints in order: how often any rank's interval misses, and how many differences the order shows.

use stsbench::judge::Ranking;

use super::cell::{Cell, Promise, Tried};
use super::laws::{Drift, Law, MEDIAN_MS, S0, S2, S3};
use super::noise::replicate;
use super::runs;

/// How many endpoints are ranked.
const ENDPOINTS: usize = 36;
/// Endpoints of one true median.
const TIED: usize = 3;
/// From the nearest group of endpoints to the farthest, ms.
const NEAREST_MS: f64 = 20.0;
const FARTHEST_MS: f64 = 240.0;

/// What the endpoints' true medians are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Field {
    /// All the same.
    Equal,
    /// Twelve groups of three.
    Groups,
}

impl Field {
    /// Which of the distinct medians an endpoint has, the lowest first.
    fn group(self, endpoint: usize) -> usize {
        if self == Self::Equal {
            0
        } else {
            endpoint / TIED
        }
    }

    fn median_ms(self, endpoint: usize) -> f64 {
        let groups = (ENDPOINTS / TIED - 1) as f64;
        match self {
            Self::Equal => MEDIAN_MS,
            Self::Groups => {
                NEAREST_MS * (FARTHEST_MS / NEAREST_MS).powf(self.group(endpoint) as f64 / groups)
            }
        }
    }

    /// The lowest and the highest rank that an endpoint's equals share among those that are ranked, counted from 1.
    fn true_ranks(self, endpoint: usize, ranked: &[usize]) -> (usize, usize) {
        let of = |wanted: &dyn Fn(usize) -> bool| {
            ranked
                .iter()
                .filter(|&&other| wanted(self.group(other)))
                .count()
        };
        let own = self.group(endpoint);
        (
            1 + of(&|group| group < own),
            ranked.len() - of(&|group| group > own),
        )
    }
}

/// What one ranking was worth.
struct Seen {
    all_right: bool,
    /// Pairs said to differ.
    told_apart: usize,
    /// Ranks in an interval.
    width: f64,
}

/// T7: rankings of short runs and long ones, of equal endpoints and of different ones.
pub fn ranks(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (law, n) in [S0, S2, S3]
        .into_iter()
        .flat_map(|law| [48, 96, 144, 192, 800].map(|n| (law, n)))
    {
        cells.extend(rankings(Field::Equal, law, n, replications));
    }
    for n in [96, 192, 800] {
        cells.extend(rankings(Field::Groups, S2, n, replications));
    }
    cells
}

/// `replications` rankings over `n` rounds: wrong ones, and the share of true differences that are told.
fn rankings(field: Field, law: Law, n: usize, replications: u64) -> Vec<Cell> {
    let name = if field == Field::Equal {
        "all equal"
    } else {
        "12 groups of 3"
    };
    let plan = runs::planned(endpoints(), n);
    let seed = 36_000 + n as u64;
    let seen: Vec<Seen> = replicate(replications, seed, |noise| {
        let ratio = |endpoint: usize| field.median_ms(endpoint) / MEDIAN_MS;
        let mut sources: Vec<_> = (0..ENDPOINTS)
            .map(|endpoint| law.source(ratio(endpoint), noise))
            .collect();
        let mut drift = Drift::new(0.08, 0.995, noise);
        let mut common = 0.0;
        let run = runs::run(&plan, noise, |target, noise| {
            if target == 0 {
                common = drift.next(noise);
            }
            sources[target].next(common, noise)
        });
        let summary = runs::judged(&run);
        worth(
            field,
            summary
                .rankings
                .first()
                .expect("one kind of call is ranked"),
        )
    });
    let tried = |what: &str| Tried {
        experiment: "T7",
        id: format!("{name} {} n={n}: {what}", law.name),
        law: law.name.to_owned(),
        n: n as u64,
        p: Some(0.5),
        seed,
    };
    let count = |of: &dyn Fn(&Seen) -> usize| seen.iter().map(|seen| of(seen) as u64).sum::<u64>();
    let wrong = Cell::new(
        tried("any rank wrong"),
        count(&|seen| usize::from(!seen.all_right)),
        replications,
        Promise::NotAbove(0.05),
    );
    let width = seen.iter().map(|seen| seen.width).sum::<f64>() / seen.len() as f64;
    let mut cells = vec![Cell {
        half_width: Some(width / 2.0),
        ..wrong
    }];
    if field == Field::Groups {
        let different = (ENDPOINTS * (ENDPOINTS - TIED) / 2) as u64 * replications;
        let told = count(&|seen| seen.told_apart);
        cells.push(Cell::new(
            tried("differences told"),
            told,
            different,
            promised_power(n),
        ));
    }
    cells
}

/// The method's own simulation told 98.8 % of the differences from fifty calls a block on.
fn promised_power(n: usize) -> Promise {
    if n >= 800 {
        Promise::AtLeast(0.938)
    } else {
        Promise::Nothing
    }
}

fn worth(field: Field, ranking: &Ranking) -> Seen {
    let places: Vec<(usize, usize, usize)> = ranking
        .places
        .iter()
        .map(|ranked| {
            let target = usize::from(ranked.target.0);
            (target, ranked.rank.low, ranked.rank.high)
        })
        .collect();
    let ranked: Vec<usize> = places.iter().map(|place| place.0).collect();
    let holds = |&(endpoint, low, high): &(usize, usize, usize)| {
        let (least, most) = field.true_ranks(endpoint, &ranked);
        low <= least && most <= high
    };
    Seen {
        all_right: places.iter().all(holds),
        told_apart: places.iter().map(|(_, low, _)| low - 1).sum(),
        width: places
            .iter()
            .map(|(_, low, high)| (high - low + 1) as f64)
            .sum::<f64>()
            / places.len() as f64,
    }
}

/// Regional endpoints, so that nothing but the ranking is computed.
fn endpoints() -> Vec<sts_model::Endpoint> {
    let selector = "all".parse().expect("a selector");
    let mut all = sts_model::Catalog::default()
        .select(&selector)
        .expect("the catalogue");
    all.retain(|endpoint| endpoint.scope == sts_model::Scope::Regional);
    let mut some: Vec<_> = all.iter().cycle().take(ENDPOINTS).cloned().collect();
    some.iter_mut()
        .enumerate()
        .for_each(|(at, endpoint)| endpoint.name = format!("endpoint-{at}"));
    some
}
