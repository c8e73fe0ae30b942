//! SHOW: what a run says, for people and for machines. Formats compute nothing and never touch the network.

pub mod chart;
mod fonts;
pub mod raster;
mod theme;

pub use theme::{Colour, Palette, Theme};
