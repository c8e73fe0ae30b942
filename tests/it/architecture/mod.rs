//! The shape of the workspace: data flows downhill, no file depends on itself, each third-party crate has its owners, and
//! what must not be in the source is not there.

mod circles;
mod faces;
mod forbidden;
mod layers;
mod map;
mod names;
mod owners;
mod sentences;
mod sizes;
mod source;
