//! Promises held against the program itself: files with invented times of known laws, judged by `report`, `compare` and `merge`
//! as processes. What is counted is what these print, so that reading, grouping, checks, words and exit codes are part of it.

mod crowds;
mod cut_off;
pub mod encoder;
mod failures;
mod gates;
mod histories;
mod memory;
mod more_rounds;
mod pairs;
pub mod process;
mod shapes;
mod steady;
mod tally;
mod windows;

use std::path::Path;

use super::simulations::Experiment;
use super::simulations::cell::Cell;

/// Every experiment, in the order of the report.
pub const EXPERIMENTS: [Experiment; 16] = [
    Experiment {
        id: "shapes",
        replications: 400,
        run: pairs::shapes,
    },
    Experiment {
        id: "long-shapes",
        replications: 300,
        run: pairs::long_shapes,
    },
    Experiment {
        id: "few",
        replications: 300,
        run: pairs::few_rounds,
    },
    Experiment {
        id: "power",
        replications: 500,
        run: pairs::power,
    },
    Experiment {
        id: "more-rounds",
        replications: 300,
        run: more_rounds::enough,
    },
    Experiment {
        id: "failing",
        replications: 200,
        run: failures::survivors,
    },
    Experiment {
        id: "more-failures",
        replications: 200,
        run: failures::more_often,
    },
    Experiment {
        id: "histories",
        replications: 60,
        run: histories::lasting,
    },
    Experiment {
        id: "memory",
        replications: 100,
        run: memory::coverage,
    },
    Experiment {
        id: "long-memory",
        replications: 60,
        run: memory::long,
    },
    Experiment {
        id: "crowds",
        replications: 150,
        run: crowds::false_winners,
    },
    Experiment {
        id: "cut-off",
        replications: 300,
        run: cut_off::interrupted,
    },
    Experiment {
        id: "turns",
        replications: 30,
        run: windows::in_turns,
    },
    Experiment {
        id: "gates",
        replications: 250,
        run: gates::limits,
    },
    Experiment {
        id: "tail-gates",
        replications: 250,
        run: gates::tails,
    },
    Experiment {
        id: "steady",
        replications: 1_000,
        run: steady::refusals,
    },
];

/// What another executable makes of the runs of `shapes` and `power`: an earlier one, say.
pub fn beside(program: &Path, replications: u64) -> Vec<Cell> {
    pairs::beside(&process::Program(program.to_owned()), replications)
}
