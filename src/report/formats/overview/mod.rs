//! A run on one screen of a terminal: at most 24 lines of 80 columns.

mod fitting;
mod grid;
mod layout;
#[cfg(test)]
mod layout_tests;
mod tail;

pub(crate) use layout::overview;
