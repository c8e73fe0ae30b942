//! Sentences, and the numbers in them.

pub(crate) mod advice;
pub(crate) mod certificate;
#[cfg(test)]
pub(crate) mod certificate_tests;
pub(crate) mod chart;
pub mod checks;
pub(crate) mod doctor;
pub(crate) mod gates;
pub(crate) mod headline;
pub(crate) mod judging;
pub(crate) mod legend;
pub(crate) mod names;
pub(crate) mod numbers;
pub(crate) mod overview;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod sharing;
pub(crate) mod side_by_side;
pub(crate) mod simulation;
pub(crate) mod session;
mod targets;
pub(crate) mod verdicts;

pub(crate) use chart::language;
