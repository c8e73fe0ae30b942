//! What is drawn on: a sheet of SVG in a theme, its letters, and how it becomes pixels.

pub(crate) mod canvas;
mod colours;
pub(crate) mod fonts;
mod painting;
pub mod raster;
mod shapes;
pub(crate) mod theme;
