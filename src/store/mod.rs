//! A place that keeps the runs of many machines: a directory, or a bucket of S3. Each run is a few objects that are written
//! once and never replaced, its manifest last, so that no writer waits for another and nothing is seen by half.

mod access;
mod cache;
mod directory;
mod error;
mod layout;
mod listing;
mod manifest;
mod objects;
mod open;
mod push;
#[cfg(feature = "s3")]
mod s3;
mod store_uri;
#[cfg(test)]
mod store_tests;

pub use access::{Patience, S3Access, S3Caller};
pub use error::StoreError;
pub use layout::RunKey;
pub use listing::{Listing, RunSelection};
pub use open::Store;
pub use push::{Pushed, StoreFile};
pub use store_uri::StoreUri;
