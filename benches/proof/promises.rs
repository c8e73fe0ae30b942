//! What docs/method/proof.md promises, declared once: its table, the report's table and the limits of the cells are held against this.

use serde::Serialize;

use super::simulations::cell::{Cell, Promise};

/// One promise.
pub struct Declared {
    /// As in docs/method/proof.md and in the report.
    pub id: &'static str,
    /// What is promised.
    pub promise: &'static str,
    /// Of which runs.
    pub of: &'static str,
    /// The limits of its cells, each of which the promise names.
    pub limits: &'static [Promise],
    /// Which cells are its: those of an experiment whose id has this in it.
    covers: &'static [(&'static str, &'static str)],
}

/// What came of one.
#[derive(Debug, Serialize)]
pub struct Outcome {
    pub id: &'static str,
    pub promise: &'static str,
    pub of: &'static str,
    /// Ids of its cells.
    pub cells: Vec<String>,
    /// The lowest and the highest share among them.
    pub lowest: Option<f64>,
    pub highest: Option<f64>,
    /// The ids of those that break it.
    pub broken: Vec<String>,
    /// The ids of those of which so few replications decide nothing.
    pub undecided: Vec<String>,
    /// Whether all keep it; absent where none was tried, or where none breaks it and some are undecided.
    pub kept: Option<bool>,
}

const fn within(low: f64, high: f64) -> Promise {
    Promise::Within { low, high }
}

/// Every promise. A cell belongs to the first that covers it.
pub const PROMISES: &[Declared] = &[
    Declared {
        id: "P1",
        promise: "the 95 % intervals of p50 and p90 hold the truth in 95 to 97 %",
        of: "runs of 1,600 and 6,400 calls, on average over the laws",
        limits: &[within(0.95, 0.97)],
        covers: &[("T1", "mean of all")],
    },
    Declared {
        id: "P2",
        promise: "a 95 % interval of p50 or p90 holds the truth in 93 to 98 % (at least 92 % under a slow drift)",
        of: "runs of 1,600 calls and more (6,400)",
        limits: &[within(0.93, 0.98), Promise::AtLeast(0.92)],
        covers: &[("T1", "coverage")],
    },
    Declared {
        id: "P3",
        promise: "a 95 % interval of p99 holds the truth in at least 93 % (at least 92 % where spikes come in bursts)",
        of: "runs of 6,400 calls (20,000)",
        limits: &[Promise::AtLeast(0.93), Promise::AtLeast(0.92)],
        covers: &[("T2", "coverage")],
    },
    Declared {
        id: "P4",
        promise: "a percentile on fewer than 30 independent answers beyond it, as many as are typical of the run, is marked in 100 %",
        of: "reports with one",
        limits: &[Promise::AtLeast(1.0)],
        covers: &[("T2", "marked")],
    },
    Declared {
        id: "P5",
        promise: "a 95 % interval of p50 or p90 holds the truth in at least 93 %",
        of: "16 independent calls and more",
        limits: &[Promise::AtLeast(0.93)],
        covers: &[("short", "")],
    },
    Declared {
        id: "P6",
        promise: "the interval of a ratio of 1.1 holds it in at least 93 %, by p50 in no more than 98 % (at least 92 % where connections stay at one of two servers)",
        of: "2,000 rounds, and any number of independent calls from 96 rounds on",
        limits: &[
            within(0.93, 0.98),
            Promise::AtLeast(0.93),
            Promise::AtLeast(0.92),
        ],
        covers: &[("T3", "")],
    },
    Declared {
        id: "P7",
        promise: "equal endpoints are called *faster* in at most 1 % by p50, 2.5 % by tails; the whole interval of their ratio lies above 1 in at most 2.5 %",
        of: "the same runs",
        limits: &[Promise::NotAbove(0.01), Promise::NotAbove(0.025)],
        covers: &[("T4", "equal")],
    },
    Declared {
        id: "P8",
        promise: "endpoints called in turns under a common drift differ at 5 % in at most 5 %; of endpoints called one after the other the comparison is refused in 100 %",
        of: "runs of 1,000 rounds",
        limits: &[Promise::NotAbove(0.05), Promise::AtLeast(1.0)],
        covers: &[("T4", "order"), ("T9", "order")],
    },
    Declared {
        id: "P9",
        promise: "the interval \"in general\" of merged windows holds the ratio in the long run in 93 to 98 %",
        of: "five and eight windows of 192 rounds",
        limits: &[within(0.93, 0.98)],
        covers: &[("general", "")],
    },
    Declared {
        id: "P10",
        promise: "endpoints of equal medians and unequal shapes: p50 and p90 of each, their ratio and their difference hold the truth in at least 93 %",
        of: "96 rounds and more of independent calls: spreads of 5 and 35 %, mixtures, skew, heavy tails, spikes",
        limits: &[Promise::NotBelow(0.93)],
        covers: &[("shapes", "holds the truth")],
    },
    Declared {
        id: "P11",
        promise: "of these the one is called *faster* in at most 1 % by p50 (in at most 2.5 % beside an exponential part, below 800 rounds), 2.5 % by p90",
        of: "the same runs, and times in whole milliseconds",
        limits: &[Promise::NotAbove(0.01), Promise::NotAbove(0.025)],
        covers: &[("shapes", "called faster")],
    },
    Declared {
        id: "P12",
        promise: "ratio and difference disagree about whether there is a difference in at most 2 %",
        of: "the same runs",
        limits: &[Promise::NotAbove(0.02)],
        covers: &[("shapes", "contradict")],
    },
    Declared {
        id: "P13",
        promise: "an endpoint that leaves calls unanswered is called *faster* for it in at most 1 % by p50, in at most 2.5 % by tails and in the headline; a gate is proven wrongly in at most 2.5 %; a report with a gate ends with 0 in at most 0 % where most calls failed",
        of: "800 rounds, 0.1 to 60 % of the calls of one of two equal endpoints unanswered, the slowest or any",
        limits: &[
            Promise::NotAbove(0.01),
            Promise::NotAbove(0.025),
            Promise::NotAbove(0.0),
        ],
        covers: &[("failing", "")],
    },
    Declared {
        id: "P14",
        promise: "calls that resemble their neighbours: intervals of p50, p90 and ratios hold the truth in at least 93 %",
        of: "twelve endpoints, correlation 0.3 from 192 rounds on, 0.7 and regimes of ten calls from 800 on, regimes of 50 and 100 calls and correlation 0.98 from 5,000 on",
        limits: &[Promise::NotBelow(0.93)],
        covers: &[("memory", "holds the truth")],
    },
    Declared {
        id: "P15",
        promise: "of equal endpoints the headline names a faster one in at most 2.5 %, and any row of the table says *faster* or *slower* by p50 in at most 5 %",
        of: "2 to 36 endpoints of independent calls from 96 rounds on, of correlation 0.7 from 800 on",
        limits: &[Promise::NotAbove(0.025), Promise::NotAbove(0.05)],
        covers: &[("crowds", "headline"), ("crowds", "any row")],
    },
    Declared {
        id: "P16",
        promise: "any rank interval of a ranking is wrong in at most 5 %",
        of: "2 to 36 endpoints, with and without ties, 33 rounds and more of independent calls, 48 and more of correlated ones",
        limits: &[Promise::NotAbove(0.05)],
        covers: &[("T7", "any rank wrong"), ("crowds", "any rank wrong")],
    },
    Declared {
        id: "P17",
        promise: "a ranking tells at least 93.8 % of the true differences",
        of: "36 endpoints in 12 groups from 20 to 240 ms, 800 rounds",
        limits: &[Promise::AtLeast(0.938)],
        covers: &[("T7", "differences told")],
    },
    Declared {
        id: "P18",
        promise: "an interrupted run knows an endpoint that is twenty times as fast in at least 99 %, and calls equal ones *faster* in at most 1 %",
        of: "48 rounds of 192 and more (24)",
        limits: &[Promise::NotBelow(0.99), Promise::NotAbove(0.01)],
        covers: &[("cut-off", "")],
    },
    Declared {
        id: "P19",
        promise: "equal builds measured in turns, while everything becomes slower by up to 3 % a window, are called different in at most 2.5 %",
        of: "eight windows of each, A B A B and A B B A",
        limits: &[Promise::NotAbove(0.025)],
        covers: &[("turns", "called different")],
    },
    Declared {
        id: "P20",
        promise: "a gate whose limit is the truth is proven for any of eight endpoints in at most 2.5 %",
        of: "p50 and p90, 192 rounds; a ratio of p90s, correlation 0.7 and regimes of ten calls 800",
        limits: &[Promise::NotAbove(0.025)],
        covers: &[("gates", "wrongly proven")],
    },
    Declared {
        id: "P21",
        promise: "an unchanged fleet of 36 is red in less than 1 % of scheduled runs",
        of: "thirty earlier runs",
        limits: &[Promise::Proven(0.01)],
        covers: &[("T5", "history")],
    },
    Declared {
        id: "P22",
        promise: "a steady run is refused by a check in less than 1 %",
        of: "two endpoints, heavy tails and whole milliseconds included, runs longer than sixteen times what lasts in them",
        limits: &[Promise::Proven(0.01)],
        covers: &[("T5", "checks"), ("steady", "any check refuses")],
    },
    Declared {
        id: "P23",
        promise: "a difference of 5 % is found in at least 59 % of runs; with 1,000 rounds in at least 94.7 %",
        of: "independent calls of σ 0.15 under a common drift, 200 rounds",
        limits: &[Promise::AtLeast(0.59), Promise::AtLeast(0.947)],
        covers: &[("T6", "difference found")],
    },
    Declared {
        id: "P24",
        promise: "with 192 rounds a difference of 10 % is found in at least 74 % of runs; with 800 rounds one of 5 % in at least 84 %",
        of: "independent calls of σ 0.2",
        limits: &[Promise::NotBelow(0.74), Promise::NotBelow(0.84)],
        covers: &[("power", "difference found")],
    },
    Declared {
        id: "P25",
        promise: "an endpoint that stays slower is red after two runs in at least 36 % (10 % slower), 85 % (15 %), 93 % (20 %), 95 % (30 %), after three in at least 49, 90, 94 and 95 %",
        of: "thirty earlier runs",
        limits: &[
            Promise::AtLeast(0.36),
            Promise::AtLeast(0.49),
            Promise::AtLeast(0.85),
            Promise::AtLeast(0.90),
            Promise::AtLeast(0.93),
            Promise::AtLeast(0.94),
            Promise::AtLeast(0.95),
        ],
        covers: &[("T6", "history")],
    },
    Declared {
        id: "P26",
        promise: "a run that chose its own length holds what it says in at least 93 %",
        of: "pilots of 1,000 (p50) and 2,000 calls (p99)",
        limits: &[Promise::AtLeast(0.93)],
        covers: &[("T8", "")],
    },
    Declared {
        id: "P27",
        promise: "through real sockets intervals hold the ratio in 91 to 99 %, equal endpoints are called *faster* in at most 1 %, their interval lies above 1 in at most 2.5 %",
        of: "192 rounds to a fleet of known delays, each pair by itself (`--simultaneous off`)",
        limits: &[
            within(0.91, 0.99),
            Promise::NotAbove(0.01),
            Promise::NotAbove(0.025),
        ],
        covers: &[("T12", "")],
    },
    Declared {
        id: "P28",
        promise: "of an unchanged fleet of 36 a report says in less than 2.5 % of scheduled runs that any endpoint creeps, and in as many that the vantage changed",
        of: "30, 60 and 92 runs that are read; the vantage without incidents of its own",
        limits: &[Promise::Proven(0.025)],
        covers: &[("notices", "notices")],
    },
    Declared {
        id: "P29",
        promise: "an endpoint that fails as often as before is said to fail more often in at most 1 %, by `compare` and by its history; one of which 10 % of the calls fail now is found in at least 95 % (by `compare`, where 1 % failed before, in at least 70 %)",
        of: "eight endpoints of 192 rounds, 0 to 10 % of the calls failed before; two runs made at the same time, and the latest two of fourteen",
        limits: &[
            Promise::NotAbove(0.01),
            Promise::NotBelow(0.95),
            Promise::NotBelow(0.7),
        ],
        covers: &[("more-failures", "")],
    },
    Declared {
        id: "P30",
        promise: "of endpoints that do not change, and of such as all change together, by 30 % or by 10 ms, `compare --history` calls any slower in at most 1 %; one that became 20 % slower is red in at least 80 %, in the second run and in the twelfth, and no longer in more than 5 % after `baseline accept`",
        of: "twelve endpoints of 15 to 250 ms, thirty earlier runs",
        limits: &[
            Promise::NotAbove(0.01),
            Promise::NotBelow(0.8),
            Promise::NotAbove(0.05),
        ],
        covers: &[("histories", "")],
    },
    Declared {
        id: "P31",
        promise: "endpoints of equal medians and unequal shapes: p50 of each, their ratio and their difference hold the truth in at least 93 %, and the one is called *faster* in at most 2.5 %",
        of: "33, 64 and 95 rounds of independent calls, the shapes of P10",
        limits: &[Promise::NotBelow(0.93), Promise::NotAbove(0.025)],
        covers: &[
            ("few", "n=33: p50"),
            ("few", "n=64: p50"),
            ("few", "n=95: p50"),
        ],
    },
    Declared {
        id: "P32",
        promise: "p50 of an endpoint holds the truth in at least 93 %, and of two endpoints of one shape the one is called *faster* in at most 1 %",
        of: "16 and 24 rounds of independent calls",
        limits: &[Promise::NotBelow(0.93), Promise::NotAbove(0.01)],
        covers: &[("few", "n=16: p50"), ("few", "n=24: p50")],
    },
    Declared {
        id: "P33",
        promise: "where *about* so many more rounds are said to decide, a run that is as much longer decides in at least 80 % (in at least 70 % where the truth is half the margin)",
        of: "two endpoints, 33 to 192 rounds, that differ by 0 to 5 %; independent calls, and of correlation 0.7",
        limits: &[Promise::NotBelow(0.8), Promise::NotBelow(0.7)],
        covers: &[("more-rounds", "decided after about")],
    },
];

/// The promise that a cell belongs to.
fn of_cell(cell: &Cell) -> Option<&'static Declared> {
    let covers = |declared: &&Declared| {
        declared
            .covers
            .iter()
            .any(|(experiment, part)| cell.experiment == *experiment && cell.id.contains(part))
    };
    PROMISES.iter().find(covers)
}

/// Whether something is promised of a cell.
pub fn is_promised(cell: &Cell) -> bool {
    !matches!(cell.promise, Promise::Nothing | Promise::KnownLimit)
}

/// Cells of which something is promised that docs/method/proof.md does not say.
pub fn undeclared(cells: &[Cell]) -> Vec<&str> {
    let declared = |cell: &Cell| of_cell(cell).is_some_and(|of| of.limits.contains(&cell.promise));
    let cells = cells.iter().filter(|cell| is_promised(cell));
    cells
        .filter(|cell| !declared(cell))
        .map(|cell| cell.id.as_str())
        .collect()
}

/// What came of every promise, by these cells.
pub fn outcomes(cells: &[Cell]) -> Vec<Outcome> {
    PROMISES
        .iter()
        .map(|declared| outcome(declared, cells))
        .collect()
}

fn outcome(declared: &Declared, cells: &[Cell]) -> Outcome {
    let own: Vec<&Cell> = cells
        .iter()
        .filter(|cell| is_promised(cell))
        .filter(|cell| of_cell(cell).is_some_and(|of| of.id == declared.id))
        .collect();
    let shares = || own.iter().filter_map(|cell| cell.value);
    let those = |pass: Option<bool>| -> Vec<String> {
        let tried = own.iter().filter(|cell| cell.value.is_some());
        let those = tried.filter(|cell| cell.pass == pass);
        those.map(|cell| cell.id.clone()).collect()
    };
    let (broken, undecided) = (those(Some(false)), those(None));
    let kept = match (broken.is_empty(), undecided.is_empty()) {
        (false, _) => Some(false),
        (true, true) if own.iter().any(|cell| cell.pass.is_some()) => Some(true),
        _ => None,
    };
    Outcome {
        id: declared.id,
        promise: declared.promise,
        of: declared.of,
        cells: own.iter().map(|cell| cell.id.clone()).collect(),
        lowest: shares().reduce(f64::min),
        highest: shares().reduce(f64::max),
        kept,
        broken,
        undecided,
    }
}
