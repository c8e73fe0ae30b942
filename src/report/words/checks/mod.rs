//! The sentences of the checks: what was seen, how much, against which limit, and what to do.

mod answers;
mod connections;
#[cfg(test)]
mod examples_tests;
mod instrument;
mod load;
mod machine;
mod precision;
mod reference;
mod remedy;
mod sentence;
#[cfg(test)]
mod sentence_tests;
mod service;

pub(crate) use reference::reference;
pub use sentence::write_texts;
pub(crate) use sentence::{FORBIDDEN, invalid, sentence};
