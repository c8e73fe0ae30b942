//! Charts as Vega-Lite documents: the data of a picture with a grammar that other programs draw from, so that its reader
//! can change it (A. Satyanarayan et al., IEEE Transactions on Visualization and Computer Graphics 23 (2017) 341–350).

mod comparisons;
mod curves;
mod document;
mod rows;

use super::kind::{ChartError, ChartKind, RunShown};
use super::spec::ChartSpec;
use super::view::View;
use document::{Plot, document};

/// How a kind of chart becomes a document.
type Plotted = fn(&View<'_>, RunShown<'_>) -> Plot;

/// The kinds that have one, by their names.
const KINDS: [(&str, Plotted); 7] = [
    ("endpoints", rows::endpoints),
    ("percentiles", curves::percentiles),
    ("phases", rows::phases),
    ("timeline", curves::timeline),
    ("ecdf", curves::ecdf),
    ("difference", comparisons::difference),
    ("savings", comparisons::savings),
];

impl ChartKind {
    /// The chart that was asked for as a Vega-Lite document, version 5: the same data as in the picture.
    ///
    /// # Errors
    /// [`ChartError`] when the kind has no such document, when it does not go with the runs or the options, or when there is
    /// nothing to draw.
    pub fn vega_lite(self, runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
        let plotted = KINDS.iter().find(|(name, _)| *name == self.name);
        let Some((_, plotted)) = plotted else {
            return Err(ChartError::NoVegaLite {
                kind: self,
                allowed: KINDS.map(|(name, _)| name).join(", "),
            });
        };
        self.require(runs, spec)?;
        let view = View::of(self.name, runs[0], spec)?;
        let plot = plotted(&view, runs[0]);
        if plot.rows.is_empty() {
            return Err(ChartError::NoData {
                kind: self.name,
                operation: view.operation,
            });
        }
        Ok(document(&view, plot))
    }
}
