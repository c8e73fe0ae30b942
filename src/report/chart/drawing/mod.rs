//! What every chart is drawn with: a canvas, axes, the frame around, panels, labels and colours.

pub(crate) mod axis;
pub(crate) mod canvas;
mod colours;
mod fonts;
pub(crate) mod frame;
pub(crate) mod labels;
pub(crate) mod panel;
pub mod raster;
pub(crate) mod theme;
