//! What every chart is drawn with: a canvas, axes, the frame around, panels, labels and colours.

pub(crate) mod axis;
pub(crate) mod canvas;
mod colours;
pub(crate) mod dots;
mod fonts;
pub(crate) mod frame;
pub(crate) mod labels;
pub(crate) mod marks;
pub(crate) mod panel;
pub(crate) mod panes;
pub mod raster;
pub(crate) mod rows;
pub(crate) mod signed;
mod shapes;
pub(crate) mod theme;
pub(crate) mod whisker;
