//! The search for credentials, place after place.

mod chain;
mod environment;
pub(super) mod files;
mod ini;
mod network;
pub(super) mod process;
mod profile;
mod profiles;
mod roles;
mod variables;
mod words;

pub(crate) use chain::Search;
pub use chain::find;
pub(crate) use files::{exposed_files, is_exposed, unread_lines};
