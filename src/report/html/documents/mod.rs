//! Pages about several runs: a comparison, runs over time, places side by side. Each has its pictures, its tables, which the
//! script sorts, and its files.

mod comparison;
mod document;
#[cfg(test)]
mod documents_tests;
mod matrix;
mod trend;

pub(crate) use comparison::comparison_page;
pub(crate) use matrix::matrix_page;
pub(crate) use trend::trend_page;
