//! What runs say against themselves: seldom of steady ones, often of those that changed; and the mark of thin percentiles.

use stsbench::judge::{CheckVerdict, Row, Summary};
use stsbench::plan::Level;
use stsbench::report::{Column, Content, Report};
use stsbench::results::Run;

use super::cell::{Cell, Promise, Tried};
use super::laws::{Law, S0, S1, S2, S3, S4};
use super::noise::replicate;
use super::runs;

/// The service becomes slower by so much in the middle of the run.
const STEP: f64 = 1.1;

/// T5: runs of steady services that a check refuses; beside them runs of others.
pub fn refusals(replications: u64) -> Vec<Cell> {
    let steady = [(S0, 192), (S0, 1_600), (S1, 192), (S1, 1_600), (S2, 1_600)];
    let steady = steady
        .into_iter()
        .map(|(law, n)| (law, n, 1.0, Promise::Proven(0.01)));
    // The first lasts for ten times as long as its calls resemble each other, and the check asks for sixteen.
    let others = [(S2, 192, 1.0), (S0, 1_600, STEP), (S4, 1_600, 1.0)]
        .map(|(law, n, step)| (law, n, step, Promise::Nothing));
    let mut cells = Vec::new();
    for (law, n, step, promise) in steady.chain(others) {
        let seed = 5_000 + n as u64;
        let plan = runs::plan("global,eu-west-1", n);
        let seen: Vec<[bool; 3]> = replicate(replications, seed, |noise| {
            let mut sources = [law.source(1.0, noise), law.source(1.0, noise)];
            let mut calls = 0;
            let run = runs::run(&plan, noise, |target, noise| {
                calls += 1;
                let later = calls > plan.targets.len() * n / 2;
                sources[target].next(if later { step.ln() } else { 0.0 }, noise)
            });
            doubts(&runs::judged(&run))
        });
        let name = if step > 1.0 {
            format!("{} and a step of 10 %", law.name)
        } else {
            law.name.to_owned()
        };
        let mut add = |what: &str, at: usize, promise| {
            let id = format!("checks {name} n={n}: {what}");
            let tried = Tried {
                experiment: "T5",
                id,
                law: name.clone(),
                n: n as u64,
                p: None,
                seed,
            };
            let happened = seen.iter().filter(|seen| seen[at]).count() as u64;
            cells.push(Cell::new(tried, happened, replications, promise));
        };
        add("any refuses", 0, promise);
        add("stationarity warns", 1, Promise::Nothing);
        add("independence warns", 2, Promise::Nothing);
    }
    cells
}

/// Whether any check refuses anything, and whether these two warn or refuse.
fn doubts(summary: &Summary) -> [bool; 3] {
    let at_least = |name: &str| {
        summary
            .checks
            .iter()
            .any(|check| check.name == name && check.verdict >= CheckVerdict::Warn)
    };
    let refused = summary
        .checks
        .iter()
        .any(|check| check.verdict == CheckVerdict::Invalid);
    [refused, at_least("stationarity"), at_least("independence")]
}

/// T2: whether p99 on fewer than thirty independent answers beyond it is marked in the report's table.
pub fn marks(replications: u64) -> Cell {
    let (n, seed, p) = (1_600, 2_000, 0.99);
    let law: Law = S3;
    let plan = runs::plan("global,eu-west-1", n);
    let seen: Vec<Option<bool>> = replicate(replications, seed, |noise| {
        let mut sources = [law.source(1.0, noise), law.source(1.0, noise)];
        let run = runs::run(&plan, noise, |target, noise| {
            sources[target].next(0.0, noise)
        });
        let summary = runs::judged(&run);
        let found = summary.rows[0]
            .service_time
            .estimate(Level::P99)
            .filter(|found| found.support * (1.0 - p) < 30.0);
        found.map(|_| is_marked(&run, &summary, &summary.rows[0], Level::P99))
    });
    let thin: Vec<bool> = seen.into_iter().flatten().collect();
    let marked = thin.iter().filter(|marked| **marked).count() as u64;
    let id = "p99 on fewer than 30 answers: marked".to_owned();
    let tried = Tried {
        experiment: "T2",
        id,
        law: law.name.to_owned(),
        n: n as u64,
        p: Some(p),
        seed,
    };
    Cell::new(tried, marked, thin.len() as u64, Promise::AtLeast(1.0))
}

fn is_marked(run: &Run, summary: &Summary, row: &Row, level: Level) -> bool {
    let report = Report::new(run, summary);
    let table = report.tables.first().expect("one kind of call has a table");
    let column = table
        .columns
        .iter()
        .position(|column| *column == Column::ServiceTime(level))
        .expect("p99 has a column");
    let line = table
        .lines
        .iter()
        .find(|line| line.endpoint == row.endpoint)
        .expect("every endpoint has a line");
    // A cross, of what a check refuses, says more than the mark.
    match &line.content {
        Content::Cells(cells) => {
            cells[column - 1].starts_with('≈') || cells[column - 1].starts_with('✗')
        }
        Content::NoData(_) => false,
    }
}
