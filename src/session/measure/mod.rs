//! Measuring: one part after the other, in the way that was asked for.

#[cfg(test)]
mod interruption_tests;
pub(super) mod observation;
mod part;
mod recording;
mod run;
pub(super) mod stages;
#[cfg(test)]
mod stages_tests;
mod windows;
#[cfg(test)]
mod windows_tests;
