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

pub use json::json;
pub use markdown::markdown;
pub(crate) use sentence::sentence;
pub use sheet::AdviceSheet;
pub use terminal::terminal;
