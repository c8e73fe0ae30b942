//! How slow are the slow calls? Each endpoint's percentiles, with as much room for each further nine.

mod curve;
mod kind;
mod panel;

pub(crate) use curve::curves;
pub(super) use kind::KIND;
