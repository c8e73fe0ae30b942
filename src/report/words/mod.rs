//! Sentences, and the numbers in them.

pub(crate) mod certificate;
#[cfg(test)]
pub(crate) mod certificate_tests;
pub(crate) mod names;
pub(crate) mod notices;
pub(crate) mod numbers;
pub(crate) mod simulation;
pub(crate) mod verdicts;
