//! Runs over time in every format of text.

mod csv;
mod json;
mod markdown;
mod shown;
mod terminal;
#[cfg(test)]
pub(crate) mod trend_tests;

pub(crate) use csv::trend_csv;
pub(crate) use json::trend_json;
pub(crate) use markdown::trend_markdown;
pub(crate) use shown::{ShownTrend, TrendDetail, TrendRow};
pub(crate) use terminal::{sparkline, trend_terminal};
