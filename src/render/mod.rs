//! SHOW: what a run found, for people and for programs. Every format reads one view of the run; none computes a statistic,
//! and the same run gives the same bytes.

pub mod chart;
mod fonts;
pub mod raster;
mod theme;

pub use theme::{Colour, Palette, Theme};
