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
        let key = RunKey::of(run).ok_or_else(|| StoreError::Damaged {
            store: self.uri.to_string(),
            run_id: run.header.run_id.clone(),
            reason: "it has no date".to_owned(),
        })?;
        let mut listed = Vec::new();
        for file in files {
            let object = key.object(file.name);
            let there = self.there(&object, file)?;
            let kept = match &there {
                None => &file.bytes,
                Some(bytes) if bytes == &file.bytes => bytes,
                Some(_) if file.name == RUN_FILE => return Err(self.conflict(&key)),
                // Drawn from the same run by another version of this program.
                Some(bytes) => bytes,
            };
            if file.name == RUN_FILE && there.is_some() && self.has_manifest(&key)? {
                return Ok(Pushed::AlreadyThere);
            }
            listed.push(listed_file(file.name, kept));
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
            Put::Exists => Ok(Pushed::AlreadyThere),
        }
    }

    /// The object's content when it was there; otherwise it is written.
    fn there(&self, object: &str, file: &StoreFile) -> Result<Option<Vec<u8>>, StoreError> {
        match self.objects.put_new(object, &file.bytes)? {
            Put::Written => Ok(None),
            Put::Exists => {
                let bytes = self.objects.get(object, MAX_RUN_BYTES)?;
                Ok(Some(bytes.unwrap_or_default()))
            }
        }
    }

    fn has_manifest(&self, key: &RunKey) -> Result<bool, StoreError> {
        let object = key.object(MANIFEST_FILE);
        Ok(self.objects.get(&object, MAX_MANIFEST_BYTES)?.is_some())
    }

    fn conflict(&self, key: &RunKey) -> StoreError {
        StoreError::Conflict {
            store: self.uri.to_string(),
            run_id: key.run_id.clone(),
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
