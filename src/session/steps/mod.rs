//! The steps on which a plan is settled, each a value of its own type.

pub(super) mod allowed;
pub(super) mod announced;
pub(super) mod asked;
mod planned;
#[cfg(test)]
mod steps_tests;
