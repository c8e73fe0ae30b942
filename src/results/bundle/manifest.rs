//! What a bundle lists of itself: names, sizes and digests. They show that a file was damaged and are no signature: whoever
//! changes a file can list its new digest.

use serde::{Deserialize, Serialize};

use crate::results::model::header::{SCHEMA_VERSION, Tool};
use crate::results::store::run::RUN_FILE;

use super::contents::{MANIFEST, is_of_bundle};
use super::fault::BundleFault;
use super::limits::MAX_ENTRIES;

/// The contents of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// `SCHEMA_VERSION` of the writer.
    pub(crate) schema_version: u32,
    /// What wrote the bundle.
    pub(crate) tool: Tool,
    /// The files, by name.
    pub(crate) files: Vec<ListedFile>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ListedFile {
    /// Its name in the bundle.
    pub(crate) name: String,
    /// How large it is.
    pub(crate) bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub(crate) sha256: String,
}

impl Manifest {
    /// The manifest as the bytes of its file.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest has only text keys");
        bytes.push(b'\n');
        bytes
    }

    /// The manifest in these bytes.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, BundleFault> {
        let wrong = |reason: String| Err(BundleFault::Manifest(BundleFault::shown(&reason)));
        let manifest: Self = match serde_json::from_slice(bytes) {
            Ok(manifest) => manifest,
            Err(error) if error.is_data() => {
                return wrong("it does not have the fields of one".to_owned());
            }
            Err(error) => return wrong(format!("it is not JSON: {error}")),
        };
        let Self {
            schema_version,
            tool,
            files,
            ..
        } = &manifest;
        if tool.name != "stsbench" {
            return wrong("its tool.name is not \"stsbench\"".to_owned());
        }
        if !(1..=SCHEMA_VERSION).contains(schema_version) {
            return wrong(format!(
                "schema version {schema_version}, this program reads 1 to {SCHEMA_VERSION}"
            ));
        }
        if files.len() > MAX_ENTRIES {
            return wrong(format!("{} files", files.len()));
        }
        let strange = files
            .iter()
            .find(|file| !is_of_bundle(&file.name) || file.name == MANIFEST);
        if let Some(file) = strange {
            return Err(BundleFault::Name(BundleFault::shown(&file.name)));
        }
        let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|two| two[0] == two[1]) {
            return wrong("it lists a file twice".to_owned());
        }
        if !names.contains(&RUN_FILE) {
            return Err(BundleFault::Missing(RUN_FILE.to_owned()));
        }
        Ok(manifest)
    }
}
