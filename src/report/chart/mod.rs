//! Pictures of a run: one file for each chart, one picture for each operation and theme. A chart reads the run and its
//! summary and computes no statistic of its own; the same run gives the same bytes.

#[cfg(test)]
mod chart_tests;
mod draw;
mod drawing;
mod dumbbell;
mod kind;
mod percentiles;
mod phases;
#[cfg(test)]
mod scene_tests;
mod timeline;
mod view;

pub use draw::{Picture, draw};
pub use drawing::raster::{self, RasterError};
pub use drawing::theme::{Colour, Palette, Theme};
pub use kind::{Chart, ChartError};
