//! Pictures of runs: one file for each kind of chart in `kinds`. A chart reads the run and its summary and computes no
//! statistic of its own; the same run gives the same bytes.

mod catalogue;
#[cfg(test)]
mod chart_tests;
mod chosen;
mod letters;
mod draw;
mod drawing;
mod fold;
#[cfg(test)]
mod honesty_tests;
mod kind;
mod kinds;
#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod language_tests;
#[cfg(test)]
mod places_tests;
#[cfg(test)]
mod scene_tests;
mod saving;
mod selection;
mod spec;
#[cfg(test)]
mod spec_tests;
mod title;
#[cfg(test)]
mod truth_tests;
mod vega_lite;
mod view;
#[cfg(test)]
mod widths_tests;

pub use draw::{OperationsShown, draw, of_one_run};
pub(crate) use draw::{Picture, over_time, side_by_side};
pub(crate) use drawing::canvas::TextMode;
pub use drawing::raster;
pub(crate) use drawing::theme::{Appearance, Background, Theme};
pub use kind::RunShown;
pub(crate) use kind::{ChartError, ChartKind, RunsShown};
pub(crate) use kinds::phases::medians_of as phase_medians;
pub(crate) use letters::undrawable;
pub(crate) use spec::{ChartLook, ChartSelection, ChartSpec, ChartWording, EndpointPattern};
pub(crate) use vega_lite::{over_time_as_vega_lite, side_by_side_as_vega_lite};
