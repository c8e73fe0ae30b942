//! Two equal endpoints under a drift that both go through: called in turns, and one after the other. Of the latter no
//! arithmetic makes a comparison, and the program refuses it.

use latency_stats::Counted;
use stsbench::judge::Verdict;

use super::cell::{Cell, Promise, Tried};
use super::coverage::at_three_digits;
use super::laws::{Drift, S0};
use super::noise::{Noise, replicate};
use super::runs;

const CALLS: usize = 1_000;
const BLOCKS: usize = 16;
/// Standard deviation of the drift, log scale, of which 99.5 % is left at the next call.
const DRIFT: f64 = 0.08;
const NORMAL_975: f64 = 1.959_964;

/// How often two equal endpoints come out different, by order of calls and by test.
pub fn orders(replications: u64) -> Vec<Cell> {
    let mut cells = vec![refused(replications.min(200))];
    for together in [true, false] {
        let seed = 9_000 + u64::from(together);
        let seen: Vec<[bool; 3]> = replicate(replications, seed, |noise| {
            let [one, other] = calls(together, noise);
            [
                blocks_differ(&one, &other),
                welch(&one, &other),
                mann_whitney(&one, &other),
            ]
        });
        let order = if together {
            "in turns"
        } else {
            "one after the other"
        };
        for (at, test) in ["block t", "Welch's t", "Mann-Whitney"]
            .into_iter()
            .enumerate()
        {
            let happened = seen.iter().filter(|seen| seen[at]).count() as u64;
            let ours = together && at == 0;
            let promise = if ours {
                Promise::NotAbove(0.05)
            } else {
                Promise::Nothing
            };
            let experiment = if ours { "T4" } else { "peers" };
            let tried = tried(experiment, format!("order {order}: {test}"), seed);
            cells.push(Cell::new(tried, happened, replications, promise));
        }
    }
    cells
}

fn tried(experiment: &'static str, id: String, seed: u64) -> Tried {
    Tried {
        experiment,
        id,
        law: "S0 and a drift".to_owned(),
        n: CALLS as u64,
        p: Some(0.5),
        seed,
    }
}

/// The times of either endpoint, in order.
fn calls(together: bool, noise: &mut Noise) -> [Vec<u64>; 2] {
    let mut sources = [S0.source(1.0, noise), S0.source(1.0, noise)];
    let mut drift = Drift::new(DRIFT, 0.995, noise);
    let mut times = [Vec::new(), Vec::new()];
    for call in 0..2 * CALLS {
        let target = if together { call % 2 } else { call / CALLS };
        let common = drift.next(noise);
        times[target].push(at_three_digits(sources[target].next(common, noise)));
    }
    times
}

fn blocks_differ(one: &[u64], other: &[u64]) -> bool {
    let median =
        |times: &[u64]| Counted::from_counts(times.iter().map(|&time| (time, 1))).quantile(0.5);
    let log_ratio = |(a, b): (&[u64], &[u64])| Some((median(a)? / median(b)?).ln());
    let each = CALLS.div_ceil(BLOCKS);
    let differences: Vec<f64> = one
        .chunks(each)
        .zip(other.chunks(each))
        .filter_map(log_ratio)
        .collect();
    let interval = latency_stats::paired_mean(&differences).map(|paired| paired.interval(0.95));
    interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0)
}

fn welch(one: &[u64], other: &[u64]) -> bool {
    let moments = |times: &[u64]| {
        let n = times.len() as f64;
        let mean = times.iter().map(|&time| time as f64).sum::<f64>() / n;
        (
            mean,
            times
                .iter()
                .map(|&time| (time as f64 - mean).powi(2))
                .sum::<f64>()
                / (n - 1.0)
                / n,
        )
    };
    let ((a, a_variance), (b, b_variance)) = (moments(one), moments(other));
    ((a - b) / (a_variance + b_variance).sqrt()).abs() > NORMAL_975
}

fn mann_whitney(one: &[u64], other: &[u64]) -> bool {
    let counted = |times: &[u64]| Counted::from_counts(times.iter().map(|&time| (time, 1)));
    let (n, m) = (one.len() as f64, other.len() as f64);
    let wins = latency_stats::beats(&counted(one), &counted(other)).expect("both have values");
    ((wins - 0.5) / ((n + m + 1.0) / (12.0 * n * m)).sqrt()).abs() > NORMAL_975
}

/// T9: a run whose targets were called one after the other.
fn refused(replications: u64) -> Cell {
    let plan = runs::plan("global,eu-west-1", CALLS);
    let seed = 9_010;
    let refused: Vec<bool> = replicate(replications, seed, |noise| {
        let mut source = S0.source(1.0, noise);
        let rounds = u32::try_from(CALLS).expect("few calls");
        let run = runs::run_in_part(
            &plan,
            noise,
            |target, number| (number < rounds / 2) == (target == 0),
            |_, noise| source.next(0.0, noise),
        );
        let summary = runs::judged(&run);
        let pairs: Vec<_> = summary.uncompared.iter().map(|pair| pair.verdict).collect();
        summary.comparisons.is_empty() && pairs == [Verdict::Invalid]
    });
    let happened = refused.iter().filter(|refused| **refused).count() as u64;
    let tried = tried("T9", "order one after the other: refused".to_owned(), seed);
    Cell::new(tried, happened, replications, Promise::AtLeast(1.0))
}
