//! Who calls: credentials from every place, against servers of our own.

pub mod chain;
mod confirmation;
pub mod files;
pub mod network;
mod not_enabled;
mod roles;
mod variables;
