//! Places side by side in every format of text.

mod csv;
mod json;
mod markdown;
#[cfg(test)]
mod matrix_tests;
mod shown;
mod terminal;

pub(crate) use csv::matrix_csv;
pub(crate) use json::matrix_json;
pub(crate) use markdown::matrix_markdown;
pub(crate) use shown::{ShownMatrix, ShownRow};
pub(crate) use terminal::{MatrixDetail, matrix_terminal};
