//! A store that can be read and written.

use std::path::PathBuf;

use super::access::S3Access;
use super::cache::Cache;
use super::directory::DirectoryObjects;
use super::error::StoreError;
use super::objects::Objects;
#[cfg(feature = "s3")]
use super::s3::S3Objects;
use super::store_uri::StoreUri;

/// An open store.
#[derive(Debug)]
pub struct Store {
    pub(super) uri: StoreUri,
    pub(super) objects: Box<dyn Objects>,
    pub(super) cache: Option<Cache>,
}

impl Store {
    /// The store at `uri`. Nothing is sent yet. Runs of a bucket that are read are kept below `cache`.
    ///
    /// # Errors
    /// [`StoreError`] when the directory is missing, when the server's address is malformed or not allowed, and in a program
    /// without the feature `s3` for a bucket.
    pub fn open(
        uri: StoreUri,
        access: &S3Access,
        cache: Option<PathBuf>,
    ) -> Result<Self, StoreError> {
        let server = access.endpoint.clone().unwrap_or_default();
        let objects: Box<dyn Objects> = match &uri {
            StoreUri::Directory(path) => Box::new(DirectoryObjects::open(path)?),
            #[cfg(feature = "s3")]
            StoreUri::S3 { bucket, prefix } => Box::new(S3Objects::new(bucket, prefix, access)?),
            #[cfg(not(feature = "s3"))]
            StoreUri::S3 { .. } => {
                return Err(StoreError::WithoutS3);
            }
        };
        let cache = cache.map(|path| Cache::new(&path, &uri, &server));
        Ok(Self {
            uri,
            objects,
            cache,
        })
    }

    /// Where it is.
    pub fn uri(&self) -> &StoreUri {
        &self.uri
    }
}
