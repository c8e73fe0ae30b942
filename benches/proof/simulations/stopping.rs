//! Runs that choose their own length: a pilot, one calculation, and the rest without another look; beside it, what stopping at
//! a glance does to the interval.

use latency_stats::{Counted, NoPercentile, Percentile};

use super::cell::{Cell, Promise, Tried};
use super::coverage::{Seen, at_three_digits, summed};
use super::laws::{Law, S0, S2, S3, S4, Source};
use super::noise::{Noise, replicate};

const BLOCKS: usize = 16;
/// Calls that the longest run makes.
const CAP: usize = 60_000;

/// How exact a percentile has to become.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    p: f64,
    half_width: f64,
    pilot: usize,
}

const MEDIAN: Wanted = Wanted {
    p: 0.5,
    half_width: 0.02,
    pilot: 1_000,
};
const TAIL: Wanted = Wanted {
    p: 0.99,
    half_width: 0.15,
    pilot: 2_000,
};

/// T8: the interval of a run of two stages.
pub fn two_stages(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (law, wanted) in [
        (S0, MEDIAN),
        (S2, MEDIAN),
        (S3, MEDIAN),
        (S4, MEDIAN),
        (S2, TAIL),
        (S3, TAIL),
    ] {
        let truth = law.truth_ns(wanted.p, 1.0);
        let seed = 8_000 + (wanted.p * 100.0) as u64;
        let seen: Vec<(Seen, usize)> = replicate(replications, seed, |noise| {
            let (found, n) = measured(law, wanted, noise);
            (Seen::of(found, truth), n)
        });
        let mut lengths: Vec<usize> = seen.iter().map(|seen| seen.1).collect();
        lengths.sort_unstable();
        let tried = Tried {
            experiment: "T8",
            id: format!(
                "two stages {} p{} ±{:.0} %",
                law.name,
                wanted.p * 100.0,
                wanted.half_width * 100.0
            ),
            law: law.name.to_owned(),
            n: lengths[lengths.len() / 2] as u64,
            p: Some(wanted.p),
            seed,
        };
        let promise = if law == S4 {
            Promise::KnownLimit
        } else {
            Promise::AtLeast(0.93)
        };
        cells.push(summed(tried, seen.into_iter().map(|seen| seen.0), promise));
    }
    cells
}

fn measured(law: Law, wanted: Wanted, noise: &mut Noise) -> (Option<Percentile>, usize) {
    let mut source = law.source(1.0, noise);
    let mut blocks = stage(&mut source, wanted.pilot, noise);
    let needed = needed(&blocks, wanted).clamp(wanted.pilot, CAP);
    if needed > wanted.pilot {
        blocks.extend(stage(&mut source, needed - wanted.pilot, noise));
    }
    (
        latency_stats::percentile(&blocks, wanted.p, 0.95).ok(),
        needed,
    )
}

fn needed(pilot: &[Counted], wanted: Wanted) -> usize {
    let n = wanted.pilot as u64;
    let calls = match latency_stats::percentile_widest(pilot, wanted.p, 0.95) {
        Ok(found) => {
            let half_width = (found.interval.high - found.interval.low) / 2.0 / found.value;
            let tail = if wanted.p > 0.5 {
                latency_stats::values_for_tail(n, found.effective, wanted.p)
            } else {
                0
            };
            latency_stats::values_for(n, half_width, wanted.half_width).max(tail)
        }
        Err(NoPercentile::TooFew { effective, .. }) => {
            latency_stats::values_for_tail(n, effective, wanted.p)
        }
        Err(NoPercentile::Never) => u64::MAX,
    };
    usize::try_from(calls).unwrap_or(usize::MAX)
}

fn stage(source: &mut Source, calls: usize, noise: &mut Noise) -> Vec<Counted> {
    let bound = |block: usize| block * calls / BLOCKS;
    let mut of = |number: usize| -> Vec<(u64, u64)> {
        (0..number)
            .map(|_| (at_three_digits(source.next(0.0, noise)), 1))
            .collect()
    };
    (0..BLOCKS)
        .map(|block| Counted::from_counts(of(bound(block + 1) - bound(block))))
        .collect()
}
