//! Measuring: one part after the other, in the way that was asked for.

mod part;
mod recording;
mod run;
pub(super) mod stages;
mod windows;
