//! Copies of what was read from a bucket. Objects never change, so a copy is good forever; it can be removed at any time.

use std::path::{Path, PathBuf};

use crate::results::{Directory, Overwrite, ResultsError, sha256};

use super::store_uri::StoreUri;

/// Where copies of one store's objects are.
#[derive(Debug)]
pub(super) struct Cache {
    path: PathBuf,
}

impl Cache {
    /// Below `path`, apart from the copies of other stores; `server` is empty when it is AWS's.
    pub(super) fn new(path: &Path, uri: &StoreUri, server: &str) -> Self {
        let name = sha256(format!("{server} {uri}").as_bytes());
        Self {
            path: path.join("store").join(&name[..16]),
        }
    }

    /// Where the copy of an object is, made or not.
    pub(super) fn path(&self, key: &str) -> PathBuf {
        self.path.join(name(key))
    }

    /// The copy of an object; one that cannot be read is none.
    pub(super) fn get(&self, key: &str, limit_bytes: u64) -> Option<Vec<u8>> {
        let directory = Directory::open(&self.path).ok()?;
        directory.read(&name(key), limit_bytes).ok()
    }

    /// Keeps a copy.
    pub(super) fn put(&self, key: &str, bytes: &[u8]) -> Result<(), ResultsError> {
        Directory::prepare(&self.path, Overwrite::Force)?.write(&name(key), bytes)
    }
}

fn name(key: &str) -> String {
    format!("{}.json", sha256(key.as_bytes()))
}
