//! Removes from a run what identifies its author or network: place, caller, addresses, names of their own, ids, exact times.
//!
//! [`Redactor`] is the one place where it is decided what stays. Every structure of a run is taken apart by name, so that a new
//! field does not compile before somebody has decided about it. What stays are times that were measured, counts, settings in
//! numbers, and names that AWS has published. Everything else is left out or replaced by a word that means nothing.
//!
//! It must never read a file, and never write a sentence.

mod addresses;
mod conditions;
mod endpoint;
mod gate;
mod header;
mod measured;
mod moment;
mod plan;
mod pseudonyms;
mod redactor;
mod sample;
#[cfg(test)]
mod sweep_tests;

pub(crate) use redactor::Redactor;
