//! The search for credentials, place after place.

mod chain;
mod environment;
pub(super) mod files;
pub(super) mod process;
mod profile;

pub use chain::{Search, find};
pub use files::{exposed_files, is_exposed};
pub use process::ProcessFailure;
