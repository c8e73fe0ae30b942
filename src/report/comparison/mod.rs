//! A run against another, or against those before it, for people and for programs.

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
