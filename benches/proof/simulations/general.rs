//! One stretch of time and several: which claims hold beyond the stretch that was measured.

use stsbench::plan::Level;
use stsbench::results::Window;

use super::cell::{Cell, Promise, Tried};
use super::coverage::{Seen, summed};
use super::laws::S0;
use super::noise::replicate;
use super::runs;

/// Standard deviation from window to window of what distinguishes the two endpoints, log scale.
const BETWEEN: f64 = 0.04;
const RATIO: f64 = 1.1;
const BLOCKS: usize = 16;

/// Whether the interval of windows in general holds the ratio in the long run, and whether that of one window does.
pub fn claims(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (windows, rounds) in [(1, 960), (5, 192), (8, 192)] {
        let mut plan = runs::plan("global,eu-west-1", rounds * windows);
        plan.blocks = u16::try_from(BLOCKS * windows).expect("few windows");
        let seed = 3_100 + windows as u64;
        let seen: Vec<[Seen; 2]> = replicate(replications, seed, |noise| {
            let mut sources = [S0.source(RATIO, noise), S0.source(1.0, noise)];
            let (mut calls, mut apart) = (0, 0.0);
            let mut run = runs::run(&plan, noise, |target, noise| {
                if calls % (2 * rounds) == 0 {
                    apart = BETWEEN * noise.normal();
                }
                calls += 1;
                sources[target].next(if target == 0 { apart } else { 0.0 }, noise)
            });
            run.measured.windows = (0..windows).map(window).collect();
            let comparisons = runs::judged(&run).comparisons;
            let median = comparisons
                .iter()
                .find(|comparison| comparison.level == Level::P50)
                .expect("both have a p50");
            let general = median.in_general.and_then(|general| general.ratio.interval);
            [general, median.ratio.interval].map(|interval| {
                interval.map_or(Seen::Refused, |interval| {
                    Seen::of_ratio(interval.low, interval.high, RATIO)
                })
            })
        });
        let mut add = |what: &str, at: usize, promise| {
            let id = format!("windows {windows} of {rounds} rounds: {what}");
            let n = (rounds * windows) as u64;
            let tried = Tried {
                experiment: "general",
                id,
                law: "windows differ".to_owned(),
                n,
                p: Some(0.5),
                seed,
            };
            cells.push(summed(tried, seen.iter().map(|seen| seen[at]), promise));
        };
        if windows > 1 {
            add(
                "in general",
                0,
                Promise::Within {
                    low: 0.93,
                    high: 0.98,
                },
            );
        }
        add(
            "in these windows, taken for the long run",
            1,
            Promise::Nothing,
        );
    }
    cells
}

fn window(number: usize) -> Window {
    Window {
        run_id: format!("20260101-000000-{number:08}"),
        started_at: "2026-01-01T00:00:00Z".to_owned(),
        elapsed_ns: 1,
        first_block: u16::try_from(number * BLOCKS).expect("few windows"),
        blocks: u16::try_from(BLOCKS).expect("few blocks"),
    }
}
