//! The promises of docs/method/proof.md held against laws whose truth is known: how often an interval holds it, how often nothing is called
//! something, how often something is found.
//!
//! Every number comes from the program's public functions, and those about comparisons and ranks from whole synthetic runs, so
//! that what is proven is what users get. The same seeds give the same numbers, on any number of threads.

pub mod cell;
mod coverage;
mod doubts;
mod general;
#[path = "../../header/mod.rs"]
mod header;
mod history;
pub mod laws;
pub mod noise;
mod pairs;
mod ranking;
mod runs;
mod sequential;
mod stopping;

use cell::Cell;

/// Simulations that belong together.
pub struct Experiment {
    /// `T1` to `T8`, as in docs/method/proof.md.
    pub id: &'static str,
    /// Replications of the published report.
    pub replications: u64,
    /// What makes its numbers.
    pub run: fn(u64) -> Vec<Cell>,
}

impl Experiment {
    /// Its numbers from so many replications.
    pub fn cells(&self, replications: u64) -> Vec<Cell> {
        (self.run)(replications)
    }
}

/// Every experiment, in the order of the report.
pub const EXPERIMENTS: [Experiment; 13] = [
    Experiment {
        id: "T1",
        replications: 2_000,
        run: coverage::ordinary,
    },
    Experiment {
        id: "T2",
        replications: 2_000,
        run: coverage::tails,
    },
    Experiment {
        id: "T3",
        replications: 1_000,
        run: pairs::coverage,
    },
    Experiment {
        id: "T4",
        replications: 1_000,
        run: pairs::false_verdicts,
    },
    Experiment {
        id: "order",
        replications: 2_000,
        run: sequential::orders,
    },
    Experiment {
        id: "general",
        replications: 2_000,
        run: general::claims,
    },
    Experiment {
        id: "T5",
        replications: 20_000,
        run: history::false_alarms,
    },
    Experiment {
        id: "notices",
        replications: 2_000,
        run: history::notices,
    },
    Experiment {
        id: "checks",
        replications: 1_000,
        run: doubts::refusals,
    },
    Experiment {
        id: "T6",
        replications: 1_000,
        run: power,
    },
    Experiment {
        id: "T7",
        replications: 300,
        run: ranking::ranks,
    },
    Experiment {
        id: "T8",
        replications: 1_000,
        run: stopping::two_stages,
    },
    Experiment {
        id: "limits",
        replications: 2_000,
        run: coverage::limits,
    },
];

/// T6: how often a difference is found.
fn power(replications: u64) -> Vec<Cell> {
    [pairs::power(replications), history::power(replications)].concat()
}
