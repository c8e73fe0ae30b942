//! How often the interval of a percentile holds the true one.

use latency_stats::{Counted, Percentile};

use super::cell::{Cell, Promise, Tried};
use super::doubts;
use super::laws::{Law, S0, S1, S2, S3, S4, S5, S5B};
use super::noise::{Noise, replicate};

/// Blocks of a run.
const BLOCKS: usize = 16;

/// T1: p50 and p90 of runs of ordinary length.
pub fn ordinary(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for law in [S0, S1, S2, S3, S5B] {
        for n in [1_600, 6_400] {
            cells.extend(coverage(
                "T1",
                law,
                n,
                &[0.5, 0.9],
                replications,
                Promise::Within {
                    low: 0.93,
                    high: 0.98,
                },
            ));
        }
    }
    let ours = cells.iter().filter(|cell| cell.experiment == "T1");
    let (held, given) = ours.fold((0, 0), |sum, cell| {
        (sum.0 + cell.happened, sum.1 + cell.replications)
    });
    let all = Tried {
        experiment: "T1",
        id: "coverage, mean of all".to_owned(),
        law: "all".to_owned(),
        n: 0,
        p: None,
        seed: 0,
    };
    cells.push(Cell::new(
        all,
        held,
        given,
        Promise::Within {
            low: 0.95,
            high: 0.97,
        },
    ));
    // A drift that is short against a sixteenth of the run: what the likeness of neighbouring blocks is corrected for.
    cells.extend(coverage(
        "T1",
        S4,
        6_400,
        &[0.5],
        replications,
        Promise::AtLeast(0.92),
    ));
    cells
}

/// T2: p99.
pub fn tails(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (law, n, least) in [
        (S0, 6_400, 0.93),
        (S1, 6_400, 0.93),
        (S2, 6_400, 0.93),
        (S3, 20_000, 0.92),
    ] {
        cells.extend(coverage(
            "T2",
            law,
            n,
            &[0.99],
            replications,
            Promise::AtLeast(least),
        ));
    }
    cells.push(doubts::marks(replications.div_ceil(4)));
    cells
}

/// Runs as short as people make them, and laws that no arithmetic makes good.
pub fn limits(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for law in [S0, S1, S2, S3, S5B] {
        for n in [16, 48, 96, 192, 480] {
            let independent = law == S0 || law == S1;
            let promise = if independent {
                Promise::AtLeast(0.93)
            } else {
                Promise::KnownLimit
            };
            cells.extend(coverage(
                "short",
                law,
                n,
                &[0.5, 0.9],
                replications,
                promise,
            ));
        }
    }
    let by_block = S5.exchanged_after("S5 by block", 192 / BLOCKS);
    cells.extend(coverage(
        "limit",
        by_block,
        192,
        &[0.5, 0.9],
        replications,
        Promise::KnownLimit,
    ));
    for n in [1_600, 6_400] {
        for law in [S4, S5, S5.exchanged_after("S5 by block", n / BLOCKS)] {
            cells.extend(coverage(
                "limit",
                law,
                n,
                &[0.5, 0.9, 0.99],
                replications,
                Promise::KnownLimit,
            ));
        }
        cells.extend(coverage(
            "limit",
            S3,
            n,
            &[0.99],
            replications,
            Promise::KnownLimit,
        ));
    }
    cells
}

/// How often the intervals of these percentiles hold the truth, where there are any; of T1 and T2 also how often those do that
/// take the same calls for independent.
fn coverage(
    experiment: &'static str,
    law: Law,
    n: usize,
    ps: &[f64],
    replications: u64,
    promise: Promise,
) -> Vec<Cell> {
    let seed = 1_000_003 * n as u64 + law.name.bytes().map(u64::from).sum::<u64>();
    let truths: Vec<f64> = ps.iter().map(|&p| law.truth_ns(p, 1.0)).collect();
    let seen: Vec<Vec<[Seen; 2]>> = replicate(replications, seed, |noise| {
        let blocks = blocks(law, n, noise);
        let both = |(&p, &truth): (&f64, &f64)| {
            [
                Seen::of(latency_stats::percentile(&blocks, p, 0.95).ok(), truth),
                independent(&blocks, p, truth),
            ]
        };
        ps.iter().zip(&truths).map(both).collect()
    });
    let peers = experiment == "T1" || experiment == "T2";
    let cells = |(at, &p): (usize, &f64)| {
        let tried = |experiment, whose: &str| Tried {
            experiment,
            id: format!("coverage {} n={n} p{}{whose}", law.name, p * 100.0),
            law: law.name.to_owned(),
            n: n as u64,
            p: Some(p),
            seed,
        };
        let of = |whose: usize| seen.iter().map(move |all| all[at][whose]);
        let ours = summed(tried(experiment, ""), of(0), promise);
        let theirs = || {
            summed(
                tried("peers", ": as if independent"),
                of(1),
                Promise::Nothing,
            )
        };
        [ours]
            .into_iter()
            .chain(peers.then(theirs))
            .collect::<Vec<_>>()
    };
    ps.iter().enumerate().flat_map(cells).collect()
}

/// The interval between two order statistics of all calls, as if these were independent: what is usual.
fn independent(blocks: &[Counted], p: f64, truth: f64) -> Seen {
    let all = Counted::merged(blocks);
    let ranks = latency_stats::order_statistics(all.total(), p, 0.95);
    let bounds = ranks.and_then(|(low, high)| all.ranked(low).zip(all.ranked(high)));
    bounds.map_or(Seen::Refused, |(low, high)| Seen::between(low, high, truth))
}

/// What one interval turned out to be.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// Not given.
    Refused,
    Given {
        holds: bool,
        unbounded: bool,
        half_width: f64,
    },
}

impl Seen {
    pub fn of(found: Option<Percentile>, truth: f64) -> Self {
        let Some(found) = found else {
            return Self::Refused;
        };
        Self::between(found.interval.low, found.interval.high, truth)
    }

    /// Of a ratio, whose width counts on the log scale.
    pub fn of_ratio(low: f64, high: f64, truth: f64) -> Self {
        let half_width = (high / low).ln() / 2.0;
        Self::Given {
            holds: low <= truth && truth <= high,
            unbounded: high.is_infinite(),
            half_width,
        }
    }

    fn between(low: f64, high: f64, truth: f64) -> Self {
        let half_width = (high - low) / 2.0 / truth;
        Self::Given {
            holds: low <= truth && truth <= high,
            unbounded: high.is_infinite(),
            half_width,
        }
    }
}

/// Counts the intervals that were given; half of the median one's width stands for all.
pub fn summed(tried: Tried, seen: impl Iterator<Item = Seen>, promise: Promise) -> Cell {
    let (mut refused, mut open, mut held, mut widths) = (0_u64, 0_u64, 0, Vec::new());
    for seen in seen {
        match seen {
            Seen::Refused => refused += 1,
            Seen::Given {
                holds,
                unbounded,
                half_width,
            } => {
                held += u64::from(holds);
                open += u64::from(unbounded);
                widths.push(half_width);
            }
        }
    }
    let given = widths.len() as u64;
    widths.sort_by(f64::total_cmp);
    Cell {
        half_width: widths
            .get(widths.len() / 2)
            .copied()
            .filter(|width| width.is_finite()),
        refused: Some(refused as f64 / (refused + given) as f64),
        unbounded: (given > 0).then(|| open as f64 / given as f64),
        ..Cell::new(tried, held, given, promise)
    }
}

/// A run of `n` calls in blocks, at the resolution of a histogram of three digits.
fn blocks(law: Law, n: usize, noise: &mut Noise) -> Vec<Counted> {
    let mut source = law.source(1.0, noise);
    let bound = |block: usize| block * n / BLOCKS;
    let mut calls = |number: usize| -> Vec<(u64, u64)> {
        (0..number)
            .map(|_| (at_three_digits(source.next(0.0, noise)), 1))
            .collect()
    };
    (0..BLOCKS)
        .map(|block| Counted::from_counts(calls(bound(block + 1) - bound(block))))
        .collect()
}

/// The largest value that a histogram of three significant digits does not tell from this one: it has 2,048 steps up to the
/// next power of two, and half as many from there to each next one.
pub fn at_three_digits(value: u64) -> u64 {
    let step = (u64::BITS - value.leading_zeros()).saturating_sub(11);
    value | ((1 << step) - 1)
}
