//! The pictures of a report.

use crate::judge::{Summary, Trend};
use crate::matrix::Matrix;
use sts_model::Operation;

use super::drawing::theme::Theme;
use super::kind::{ChartError, ChartKind, Draw, RunShown, RunsShown, fitted};
use super::selection::foremost;
use super::spec::{ChartOption, ChartSpec};

/// A finished picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of its files without theme and ending: `endpoints`, or `endpoints-assume-role` where it is about another operation
    /// than the report's headline.
    pub stem: String,
    /// Which chart it is.
    pub kind: ChartKind,
    /// What it is about.
    pub operation: Operation,
    /// On which background it is to be seen.
    pub theme: Theme,
    /// The picture.
    pub svg: String,
}

/// Of which operations a report has pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationsShown {
    /// Of that of its headline.
    Foremost,
    /// Of every one that the run called.
    All,
}

/// The pictures of a report, and why others are none of it.
#[derive(Debug, Default)]
pub struct Pictures {
    /// Those that were drawn.
    pub drawn: Vec<Picture>,
    /// Why the others were not, each reason once.
    pub missing: Vec<ChartError>,
}

/// Those charts of the run, on light and on dark; an operation without a successful call has no picture.
pub fn draw(shown: RunShown<'_>, kinds: &[ChartKind], operations: OperationsShown) -> Pictures {
    let mut pictures = Pictures::default();
    for operation in of(shown.summary, operations) {
        for &kind in kinds {
            for theme in [Theme::Light, Theme::Dark] {
                let spec = ChartSpec::from(theme).about(operation);
                let svg = match kind.svg(&[shown], &spec) {
                    Ok(svg) => svg,
                    // The tables show how the calls ended.
                    Err(missing) => {
                        if !pictures.missing.contains(&missing) {
                            pictures.missing.push(missing);
                        }
                        continue;
                    }
                };
                let stem = if operation == foremost(shown.summary) {
                    kind.to_string()
                } else {
                    format!("{kind}-{operation}")
                };
                pictures.drawn.push(Picture {
                    stem,
                    kind,
                    operation,
                    theme,
                    svg,
                });
            }
        }
    }
    pictures
}

fn of(summary: &Summary, operations: OperationsShown) -> Vec<Operation> {
    let foremost = foremost(summary);
    let others = Operation::ALL.into_iter().filter(|&operation| {
        operation != foremost && summary.rows.iter().any(|row| row.operation == operation)
    });
    match operations {
        OperationsShown::Foremost => vec![foremost],
        OperationsShown::All => [foremost].into_iter().chain(others).collect(),
    }
}

/// The picture of runs over time that was asked for, as SVG.
///
/// # Errors
/// [`ChartError`] when it does not go with the kind, or when there is nothing to draw.
pub(crate) fn over_time(
    kind: ChartKind,
    trend: &Trend,
    spec: &ChartSpec,
) -> Result<String, ChartError> {
    kind.require_of(RunsShown::OverTime, trend.runs.len(), spec)?;
    match kind.draw {
        Draw::OverTime(draw) => fitted(spec, |spec| draw(trend, spec)),
        Draw::Runs(_) | Draw::Places(_) => Err(kind.not_of(trend.runs.len())),
    }
}

/// The picture of places side by side that was asked for, as SVG. Which operation and kind of connection it shows is the
/// matrix's.
///
/// # Errors
/// [`ChartError`] when it does not go with the kind, or when there is nothing to draw.
pub(crate) fn side_by_side(
    kind: ChartKind,
    matrix: &Matrix,
    spec: &ChartSpec,
) -> Result<String, ChartError> {
    kind.require_of(RunsShown::Places, matrix.rows.len(), spec)?;
    match kind.draw {
        Draw::Places(draw) => fitted(spec, |spec| draw(matrix, spec)),
        Draw::Runs(_) | Draw::OverTime(_) => Err(kind.not_of(matrix.rows.len())),
    }
}

/// The kinds that are of one run and one operation, which a report can have.
pub fn of_one_run() -> Vec<ChartKind> {
    let is_of_operation = |kind: &ChartKind| kind.options.contains(&ChartOption::Operation);
    ChartKind::all()
        .filter(|kind| kind.runs == RunsShown::One && is_of_operation(kind))
        .collect()
}
