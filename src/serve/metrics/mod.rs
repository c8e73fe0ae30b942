//! The metrics of `stsbench serve`: declared in a catalogue, counted by subject, written by prometheus-client.

pub(crate) mod catalogue;
mod judged;
mod labels;
mod parts;
pub(crate) mod registry;
mod targets;
mod windows;
