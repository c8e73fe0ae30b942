//! What to do about the global endpoint, in every format of `stsbench advise`.

mod groups;
mod json;
mod lines;
mod markdown;
mod sentence;
mod sheet;
mod terminal;
#[cfg(test)]
mod advice_tests;

pub(crate) use json::json;
pub(crate) use markdown::markdown;
pub(crate) use sentence::sentence;
pub(crate) use sheet::AdviceSheet;
pub(crate) use terminal::terminal;
