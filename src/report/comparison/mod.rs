//! A run compared with another, or with those before it, in every format.

mod between;
mod compared;
#[cfg(test)]
mod comparison_tests;
mod csv;
mod format;
mod history;
mod json;
mod junit;
mod markdown;
mod sheet;
mod terminal;

pub(crate) use compared::Compared;
pub(crate) use csv::compared_csv;
pub(crate) use format::{ComparisonFormat, compared_in};
pub(crate) use history::{accepted_level, named_baseline};
pub(crate) use json::compared_json;
pub(crate) use markdown::compared_markdown;
pub(crate) use sheet::Highlight;
pub(crate) use terminal::compared_terminal;
