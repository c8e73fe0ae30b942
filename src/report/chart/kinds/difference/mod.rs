//! How much time does a Regional endpoint save, on slow calls too? The paired differences of a run by percentile, with the
//! intervals that belong to them.

mod curve;
mod drawing;
mod kind;

pub(crate) use curve::curves;
pub(super) use kind::KIND;
pub(crate) use kind::{title, uncompared, what};
