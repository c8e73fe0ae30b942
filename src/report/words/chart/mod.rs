//! What pictures say, in each of their languages.

mod fill;
pub(crate) mod kinds;
mod spoken;

pub(crate) use fill::fill;
pub(crate) use spoken::connection;
