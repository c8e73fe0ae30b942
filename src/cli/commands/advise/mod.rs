//! `stsbench advise`: what to do about the global endpoint in this environment.

mod command;
#[cfg(test)]
mod proposals_tests;

pub(crate) use command::{AdviseOptions, advise};
