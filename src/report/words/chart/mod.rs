//! What pictures say, in each of their languages.

mod english;
mod fill;
mod fixed;
mod french;
mod german;
pub(crate) mod kinds;
mod spanish;
pub(crate) mod language;
pub(crate) mod time_unit;
mod spoken;

pub(crate) use fill::fill;
pub(crate) use fixed::ChartWords;
pub(crate) use spoken::{connection, versus, words};
