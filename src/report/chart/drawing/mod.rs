//! What every chart is drawn with: a canvas, axes, the frame around, panels, labels and colours.

pub(crate) mod axis;
pub(crate) mod earth;
pub(crate) mod frame;
pub(crate) mod labels;
pub(crate) mod marks;
pub(crate) mod panel;
pub(crate) mod plots;
pub(crate) mod sheet;

pub use sheet::raster;
pub(crate) use sheet::{canvas, fonts, theme};
