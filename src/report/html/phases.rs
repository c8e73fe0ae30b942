//! Where the time of a call goes: the median of each phase, as numbers and as shares of their sum.

use crate::judge::Row;
use crate::report::chart::phase_medians;
use crate::report::view::report::Report;
use crate::report::words::numbers::{NOTHING, duration, phase};
use crate::sample::Phase;

use super::curves::notable;
use super::endpoints::role;
use super::plot::short;

/// The phases of a group.
pub(crate) struct PhaseTable {
    /// Those that happened.
    pub(crate) phases: Vec<PhaseName>,
    pub(crate) lines: Vec<PhaseLine>,
}

/// A phase with its number, from 1, by which it is coloured.
pub(crate) struct PhaseName {
    pub(crate) name: &'static str,
    pub(crate) number: usize,
}

/// One endpoint.
pub(crate) struct PhaseLine {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    /// In order of time.
    pub(crate) bars: Vec<Bar>,
    /// One for each of the table's phases.
    pub(crate) cells: Vec<String>,
    pub(crate) sum: String,
}

/// The share of a phase, in per cent of the width.
pub(crate) struct Bar {
    pub(crate) number: usize,
    pub(crate) at: String,
    pub(crate) width: String,
}

/// The phases of the notable rows; `None` where none has any. `summary.csv` has those of all.
pub(crate) fn phases(report: &Report<'_>, rows: &[&Row]) -> Option<PhaseTable> {
    let mut shown = notable(report, rows);
    shown.sort_unstable();
    let rows: Vec<&Row> = shown.into_iter().map(|number| rows[number]).collect();
    let medians: Vec<PhaseMedians> = rows.iter().map(|row| medians(report, row)).collect();
    let happened = |number: usize| medians.iter().any(|of_row| of_row[number].is_some());
    let numbers: Vec<usize> = (0..Phase::ALL.len()).filter(|&n| happened(n)).collect();
    let lines: Vec<PhaseLine> = rows
        .iter()
        .zip(&medians)
        .filter(|(_, medians)| medians.iter().any(Option::is_some))
        .map(|(row, medians)| line(report, row, medians, &numbers))
        .collect();
    (!lines.is_empty()).then(|| PhaseTable {
        phases: numbers
            .iter()
            .map(|&number| PhaseName {
                name: Phase::ALL[number].as_str(),
                number: number + 1,
            })
            .collect(),
        lines,
    })
}

/// The median of each phase in the order of [`Phase::ALL`], ns.
type PhaseMedians = [Option<f64>; Phase::ALL.len()];

fn medians(report: &Report<'_>, row: &Row) -> PhaseMedians {
    let mut series = report.run.measured.series.iter();
    let series = series.find(|series| series.target == row.target);
    series.map_or([None; Phase::ALL.len()], phase_medians)
}

fn line(report: &Report<'_>, row: &Row, medians: &PhaseMedians, numbers: &[usize]) -> PhaseLine {
    let median = |number: usize| medians[number];
    let sum: f64 = numbers.iter().filter_map(|&number| median(number)).sum();
    let mut at = 0.0;
    let mut bars = Vec::new();
    for &number in numbers {
        let Some(time) = median(number).filter(|_| sum > 0.0) else {
            continue;
        };
        let share = time / sum;
        bars.push(Bar {
            number: number + 1,
            at: short(at * 100.0),
            width: short(share * 100.0),
        });
        at += share;
    }
    PhaseLine {
        name: row.endpoint.clone(),
        class: role(report, row),
        bars,
        cells: numbers
            .iter()
            .map(|&number| median(number).map_or_else(|| NOTHING.to_owned(), phase))
            .collect(),
        sum: duration(sum),
    }
}
