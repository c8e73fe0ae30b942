//! Charts as Vega-Lite documents: the data of a picture with a grammar that other programs draw from, so that its reader
//! can change it (A. Satyanarayan et al., IEEE Transactions on Visualization and Computer Graphics 23 (2017) 341–350).

mod comparisons;
mod curves;
mod document;
mod intervals;
mod over_time;
mod places;
mod rows;
mod world;

use crate::judge::Trend;
use crate::matrix::Matrix;
use crate::report::words::chart::kinds::matrix::words as matrix_words;

use super::kind::{ChartError, ChartKind, RunShown, RunsShown};
use super::kinds::matrix::badge;
use super::spec::ChartSpec;
use super::view::View;
use document::{Plot, document};

/// How a kind of chart becomes a document; the view is of the last run.
type Plotted = for<'a> fn(&View<'a>, &[RunShown<'_>]) -> Result<Plot<'a>, ChartError>;

/// The kinds of one run and of two, by their names.
const KINDS: [(&str, Plotted); 9] = [
    ("endpoints", |view, _| Ok(rows::endpoints(view))),
    ("percentiles", |view, _| Ok(curves::percentiles(view))),
    ("phases", |view, _| Ok(rows::phases(view))),
    ("timeline", |view, _| Ok(curves::timeline(view))),
    ("ecdf", |view, _| curves::ecdf(view)),
    ("difference", |view, runs| {
        comparisons::difference(view, runs[0])
    }),
    ("savings", |view, runs| comparisons::savings(view, runs[0])),
    ("windows", |view, _| over_time::windows(view)),
    ("compare", |view, runs| {
        comparisons::compare(view, runs[0], runs[1])
    }),
];

/// The same of places side by side; the text says what was simulated.
type PlottedPlaces = fn(&Matrix, &ChartSpec, Option<&str>) -> Result<String, ChartError>;

/// The kinds of places, by their names.
const OF_PLACES: [(&str, PlottedPlaces); 2] = [("matrix", places::matrix), ("world", world::world)];

impl ChartKind {
    /// The chart that was asked for as a Vega-Lite document, version 5: the same data as in the picture.
    ///
    /// # Errors
    /// [`ChartError`] when it does not go with the runs or the options, or when there is nothing to draw.
    pub fn vega_lite(self, runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
        self.require(runs, spec)?;
        let plotted = KINDS.iter().find(|(name, _)| *name == self.name);
        let ((_, plotted), &last) = plotted.zip(runs.last()).ok_or(ChartError::Runs {
            kind: self,
            runs: runs.len(),
        })?;
        let view = View::of(self.name, last, spec)?;
        let plot = plotted(&view, runs)?;
        if plot.rows.is_empty() {
            return Err(ChartError::NoData {
                kind: self.name,
                operation: view.operation,
            });
        }
        Ok(document(&plot))
    }
}

/// Runs over time as a Vega-Lite document.
///
/// # Errors
/// [`ChartError`] when it does not go with the kind or the options, or when there is nothing to draw.
pub(crate) fn over_time_as_vega_lite(
    kind: ChartKind,
    trend: &Trend,
    spec: &ChartSpec,
) -> Result<String, ChartError> {
    kind.require_of(RunsShown::OverTime, trend.runs.len(), spec)?;
    Ok(document(&over_time::trend(trend, spec)?))
}

/// Places side by side as a Vega-Lite document.
///
/// # Errors
/// [`ChartError`] when it does not go with the kind or the options, or when there is nothing to draw.
pub(crate) fn side_by_side_as_vega_lite(
    kind: ChartKind,
    matrix: &Matrix,
    spec: &ChartSpec,
) -> Result<String, ChartError> {
    kind.require_of(RunsShown::Places, matrix.rows.len(), spec)?;
    let badge = badge(matrix, matrix_words(spec.wording.language));
    let plotted = OF_PLACES.iter().find(|(name, _)| *name == kind.name);
    let (_, plotted) = plotted.ok_or_else(|| kind.not_of(matrix.rows.len()))?;
    plotted(matrix, spec, badge.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_document() {
        let names = |is: fn(RunsShown) -> bool| -> Vec<&str> {
            let kinds = ChartKind::all().filter(|kind| is(kind.runs));
            kinds.map(|kind| kind.name).collect()
        };
        assert_eq!(
            names(|runs| matches!(runs, RunsShown::One | RunsShown::Two)),
            KINDS.map(|(name, _)| name)
        );
        assert_eq!(
            names(|runs| runs == RunsShown::Places),
            OF_PLACES.map(|(name, _)| name)
        );
        assert_eq!(names(|runs| runs == RunsShown::OverTime), ["trend"]);
    }
}
