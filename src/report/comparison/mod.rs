//! A run compared with another, or with those before it, in every format.

mod between;
mod compared;
#[cfg(test)]
mod comparison_tests;
mod csv;
mod history;
mod json;
mod markdown;
mod sheet;
mod terminal;

pub use compared::Compared;
pub use csv::compared_csv;
pub use json::compared_json;
pub use markdown::compared_markdown;
pub use terminal::compared_terminal;
