//! Do repeated calls take the same time? A small panel for each endpoint and kind of connection, each on its own scale.

mod clock;
mod kind;
mod panel;

pub(super) use kind::KIND;
pub(crate) use kind::{lanes, shown};
