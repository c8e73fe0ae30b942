//! Which runs a store holds, and a run of it as a file on this machine.

use std::path::PathBuf;

use time::OffsetDateTime;

use crate::results::{MAX_RUN_BYTES, sha256};

use super::error::StoreError;
use super::layout::{RUNS, RunKey, partition_value};
use super::manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, StoredManifest};
use super::objects::Listed;
use super::open::Store;

/// Which runs are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSelection {
    /// Runs that began then or later.
    pub since: Option<OffsetDateTime>,
    /// Names of vantage points; all when it is empty.
    pub vantages: Vec<String>,
}

/// What a store lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The wanted runs, the oldest first.
    pub runs: Vec<RunKey>,
    /// How many objects are no manifests, or have names that the layout does not give.
    pub strange: usize,
    /// Which parts of the store cannot be listed, and why.
    pub unreadable: Vec<String>,
}

impl Listing {
    /// Of directories of one run under several days only the one under the day of its id counts: nobody hides a run by
    /// another one of its name.
    fn leave_out_second_directories(&mut self) {
        let order = |key: &RunKey| {
            (
                key.vantage.clone(),
                key.run_id.clone(),
                !key.is_of_its_day(),
            )
        };
        self.runs.sort_by_cached_key(order);
        self.runs.dedup_by(|second, first| {
            let is_second = first.is_same_run(second);
            if is_second {
                let reason = "the run has a directory under another day, which counts";
                self.unreadable.push(format!("{second}: {reason}"));
            }
            is_second
        });
    }
}

impl Store {
    /// The runs that are wanted, by their names alone.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be listed, or holds more than a million objects.
    pub fn list(&self, wanted: &RunSelection) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        let vantages: Vec<String> = wanted
            .vantages
            .iter()
            .map(|it| partition_value(it))
            .collect();
        let since = wanted.since.map(|it| it.to_offset(time::UtcOffset::UTC));
        self.objects
            .manifests(since.map(OffsetDateTime::date), &mut |listed| {
                let key = match listed {
                    Listed::Manifest(name) => run_key(name),
                    Listed::Strange => None,
                    Listed::Unreadable(error) => {
                        listing.unreadable.push(error.to_string());
                        return;
                    }
                };
                let Some(key) = key else {
                    listing.strange += 1;
                    return;
                };
                let is_named = vantages.is_empty() || vantages.contains(&key.vantage);
                if is_named && since.is_none_or(|since| key.moment() >= since) {
                    listing.runs.push(key);
                }
            })?;
        listing.leave_out_second_directories();
        listing
            .runs
            .sort_by_cached_key(|key| (key.moment(), key.clone()));
        Ok(listing)
    }

    /// Where the run's `run.json` is on this machine, after its content was compared with the manifest's digest. Of a bucket
    /// it is fetched once. The copy of a manifest is one that fitted its run when it was fetched; where it does not fit, the
    /// store is asked again, because what was damaged may have been put right.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for a run that cannot be believed; otherwise the store cannot be read.
    pub fn fetch(&self, key: &RunKey) -> Result<PathBuf, StoreError> {
        let object = key.object(MANIFEST_FILE);
        let copy = match &self.cache {
            _ if self.objects.local_path(&object).is_some() => None,
            Some(cache) => cache.get(&object, MAX_MANIFEST_BYTES),
            None => return Err(StoreError::NoCache),
        };
        if let Some(path) = copy.and_then(|copy| self.fitting(key, &copy).ok()) {
            return Ok(path);
        }
        let damaged = |reason: String| self.damaged(key, &reason);
        let manifest = self
            .objects
            .get(&object, MAX_MANIFEST_BYTES)
            .map_err(|error| of_one_run(error, damaged))?
            .ok_or_else(|| damaged("its manifest is gone".to_owned()))?;
        let path = self.fitting(key, &manifest)?;
        if self.objects.local_path(&object).is_none()
            && let Some(cache) = &self.cache
        {
            cache.put(&object, &manifest).map_err(StoreError::Cache)?;
        }
        Ok(path)
    }

    /// Where the `run.json` is that these bytes of a manifest list.
    fn fitting(&self, key: &RunKey, manifest: &[u8]) -> Result<PathBuf, StoreError> {
        let damaged = |reason: String| self.damaged(key, &reason);
        let manifest = StoredManifest::from_json(manifest).map_err(damaged)?;
        if !manifest.is_of(key) {
            return Err(damaged("its manifest is of another run".to_owned()));
        }
        let listed = manifest.run_file().map_err(damaged)?;
        let object = key.object(&listed.name);
        if listed.bytes > MAX_RUN_BYTES {
            return Err(damaged(format!("its {} is larger than any", listed.name)));
        }
        let is_listed =
            |bytes: &[u8]| bytes.len() as u64 == listed.bytes && sha256(bytes) == listed.sha256;
        let bytes = self
            .object(&object, listed.bytes, is_listed)
            .map_err(|error| of_one_run(error, damaged))?;
        match bytes {
            None => Err(damaged(format!("its {} is missing", listed.name))),
            Some(bytes) if !is_listed(&bytes) => Err(damaged(format!(
                "its {} is not the one that the manifest lists",
                listed.name
            ))),
            Some(_) => {
                let local = self.objects.local_path(&object);
                local
                    .or_else(|| self.cache.as_ref().map(|cache| cache.path(&object)))
                    .ok_or(StoreError::NoCache)
            }
        }
    }

    /// An object's bytes: those of the copy, when it is good.
    fn object(
        &self,
        key: &str,
        limit_bytes: u64,
        is_good: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        if self.objects.local_path(key).is_some() {
            return self.objects.get(key, limit_bytes);
        }
        let cache = self.cache.as_ref().ok_or(StoreError::NoCache)?;
        if let Some(copy) = cache.get(key, limit_bytes).filter(|copy| is_good(copy)) {
            return Ok(Some(copy));
        }
        let bytes = self.objects.get(key, limit_bytes)?;
        if let Some(bytes) = bytes.as_ref().filter(|bytes| is_good(bytes)) {
            cache.put(key, bytes).map_err(StoreError::Cache)?;
        }
        Ok(bytes)
    }
}

/// What is refused of one run costs no other.
fn of_one_run(error: StoreError, damaged: impl Fn(String) -> StoreError) -> StoreError {
    match error {
        StoreError::Refused { key, reason, .. } => {
            damaged(format!("{key:?} cannot be read: {reason}"))
        }
        other => other,
    }
}

/// The run whose manifest bears the name.
fn run_key(name: &str) -> Option<RunKey> {
    let directory = name.strip_prefix(RUNS)?.strip_suffix(MANIFEST_FILE)?;
    RunKey::parse(directory)
}
