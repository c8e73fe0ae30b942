//! What a store can do with its objects, wherever they are.

use std::fmt::Debug;
use std::path::PathBuf;

use time::Date;

use super::error::StoreError;

/// What became of an object that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// It is there now.
    Written,
    /// One of the name was there, and stays as it is.
    Exists,
}

/// What a list of manifests has.
#[derive(Debug)]
pub(super) enum Listed<'a> {
    /// An object of that name, which may be a manifest.
    Manifest(&'a str),
    /// Something where an object could be that is none.
    Strange,
    /// A part of the store that cannot be listed.
    Unreadable(StoreError),
}

/// Objects by name. None is ever replaced.
pub(super) trait Objects: Debug {
    /// Writes an object of a name that is free. After an error it is there as a whole or not at all.
    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Put, StoreError>;

    /// An object's bytes, cut off one byte beyond the limit, so that one that is too large is never the one that is meant;
    /// `None` where there is none of the name.
    fn get(&self, key: &str, limit_bytes: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// Gives each object below `v1/runs/` that may be a manifest of that day or a later one, in order, and what stands in its
    /// place.
    fn manifests(
        &self,
        since: Option<Date>,
        each: &mut dyn FnMut(Listed<'_>),
    ) -> Result<(), StoreError>;

    /// Where the object is on this machine.
    fn local_path(&self, key: &str) -> Option<PathBuf>;
}

/// More objects than this are not listed: 250,000 runs of four objects.
pub(super) const MOST_OBJECTS: usize = 1_000_000;

/// More pages of objects than this are not listed; a page has a thousand at S3.
#[cfg(feature = "s3")]
pub(super) const MOST_PAGES: usize = 2_000;
