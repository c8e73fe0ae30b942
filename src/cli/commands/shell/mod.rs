//! What a shell and its user need to know of this program: completions, manual pages, configuration.

pub(crate) mod config;
mod masked;
mod pages;

pub(crate) use pages::{CompletionsOptions, ManOptions, completions, manual};
