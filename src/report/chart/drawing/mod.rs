//! What every chart is drawn with: a canvas, axes, the frame around, panels, labels and colours.

pub(crate) mod axis;
pub(crate) mod dots;
pub(crate) mod frame;
pub(crate) mod labels;
pub(crate) mod marks;
pub(crate) mod panel;
pub(crate) mod panes;
pub(crate) mod rows;
pub(crate) mod sheet;
pub(crate) mod signed;
pub(crate) mod whisker;

pub use sheet::raster;
pub(crate) use sheet::{canvas, fonts, theme};
