//! A run into a store.

use crate::results::{ListedFile, MAX_RUN_BYTES, RUN_FILE, Run, SCHEMA_VERSION, sha256};

use super::error::StoreError;
use super::layout::RunKey;
use super::manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, StoredManifest};
use super::objects::Put;
use super::open::Store;

/// A file of a run as it goes into a store.
#[derive(Debug)]
pub struct StoreFile {
    /// Its name.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What became of a run that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is in the store now.
    Stored,
    /// It was there already, with the same content.
    AlreadyThere,
}

impl Store {
    /// Stores a run: `run.json` first and the manifest last. What is there already is never replaced, so that a task that is
    /// delivered twice, or was cut off, can simply be repeated.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be reached or refuses, and when it holds another run of that id.
    pub fn push(&self, run: &Run, files: &[StoreFile]) -> Result<Pushed, StoreError> {
        let key = RunKey::of(run).map_err(|reason| StoreError::Unnamed {
            store: self.uri.to_string(),
            run_id: run.header.run_id.clone(),
            reason,
        })?;
        let mut listed = Vec::new();
        for file in files {
            let there = self.there(&key.object(file.name), file)?;
            let kept = match &there {
                None => &file.bytes,
                Some(bytes) if bytes == &file.bytes => bytes,
                Some(_) if file.name == RUN_FILE => return Err(self.conflict(&key)),
                // Drawn from the same run by another version of this program.
                Some(bytes) => bytes,
            };
            let listed_file = listed_file(file.name, kept);
            if file.name == RUN_FILE && there.is_some() && self.is_listed(&key, &listed_file)? {
                return Ok(Pushed::AlreadyThere);
            }
            listed.push(listed_file);
        }
        let manifest = StoredManifest {
            schema_version: SCHEMA_VERSION,
            tool: run.header.tool.clone(),
            run_id: key.run_id.clone(),
            vantage: run.header.vantage.name.clone(),
            started_at: run.header.started_at.clone(),
            files: listed,
        };
        match self
            .objects
            .put_new(&key.object(MANIFEST_FILE), &manifest.to_json())?
        {
            Put::Written => Ok(Pushed::Stored),
            Put::Exists => {
                let there = self.seen(&key.object(MANIFEST_FILE), MAX_MANIFEST_BYTES)?;
                let run_file = manifest.run_file();
                match StoredManifest::from_json(&there) {
                    Ok(there) if there.is_of(&key) && there.run_file() == run_file => {
                        Ok(Pushed::AlreadyThere)
                    }
                    _ => Err(self.damaged(
                        &key,
                        "its manifest does not list this run; nothing was replaced",
                    )),
                }
            }
        }
    }

    /// The object's content when it was there; otherwise it is written.
    fn there(&self, object: &str, file: &StoreFile) -> Result<Option<Vec<u8>>, StoreError> {
        match self.objects.put_new(object, &file.bytes)? {
            Put::Written => Ok(None),
            Put::Exists => self.seen(object, MAX_RUN_BYTES).map(Some),
        }
    }

    /// The content of an object that is said to be there: nobody is told that a run is stored whose objects were not seen.
    fn seen(&self, object: &str, limit_bytes: u64) -> Result<Vec<u8>, StoreError> {
        let refused = |reason: &str| StoreError::Refused {
            store: self.uri.to_string(),
            action: "to show",
            key: object.to_owned(),
            reason: reason.to_owned(),
        };
        match self.objects.get(object, limit_bytes)? {
            Some(bytes) if bytes.len() as u64 <= limit_bytes => Ok(bytes),
            Some(_) => Err(refused("it is there, and larger than any")),
            None => Err(refused("it is said to be there, and is not; push again")),
        }
    }

    /// Whether the run is there as a whole. Who may not list a bucket is refused what is missing, too: the manifest is then
    /// written, which tells.
    fn is_listed(&self, key: &RunKey, run_file: &ListedFile) -> Result<bool, StoreError> {
        let manifest = key.object(MANIFEST_FILE);
        let bytes = match self.objects.get(&manifest, MAX_MANIFEST_BYTES) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(StoreError::Refused { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let manifest = StoredManifest::from_json(&bytes);
        Ok(manifest.is_ok_and(|it| it.is_of(key) && it.run_file() == Ok(run_file)))
    }

    fn conflict(&self, key: &RunKey) -> StoreError {
        StoreError::Conflict {
            store: self.uri.to_string(),
            run: key.to_string(),
        }
    }

    /// That the run cannot be believed.
    pub(super) fn damaged(&self, key: &RunKey, reason: &str) -> StoreError {
        StoreError::Damaged {
            store: self.uri.to_string(),
            run: key.to_string(),
            reason: reason.to_owned(),
        }
    }
}

fn listed_file(name: &str, bytes: &[u8]) -> ListedFile {
    ListedFile {
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    }
}
