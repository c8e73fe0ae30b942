//! A run as one flat JSON object.

mod row;
mod series;
pub(crate) mod wrong_field;
