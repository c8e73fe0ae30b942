//! What a stored run lists of itself. A run without a manifest is not there: it was cut off while it was written.

use serde::{Deserialize, Serialize};

use crate::results::{ListedFile, RUN_FILE, SCHEMA_VERSION, Tool, is_file_name};

use super::layout::{RunKey, partition_value};

/// The file of a stored run that is written last.
pub(super) const MANIFEST_FILE: &str = "manifest.json";
/// As large as it can be.
pub(super) const MAX_MANIFEST_BYTES: u64 = 64 * 1024;

/// The contents of a stored run's `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredManifest {
    /// `SCHEMA_VERSION` of the writer.
    pub(super) schema_version: u32,
    /// What wrote it.
    pub(super) tool: Tool,
    /// The run's id.
    pub(super) run_id: String,
    /// The name of the vantage, as the run has it.
    pub(super) vantage: String,
    /// When the run began, RFC 3339.
    pub(super) started_at: String,
    /// The other objects.
    pub(super) files: Vec<ListedFile>,
}

impl StoredManifest {
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest has only text keys");
        bytes.push(b'\n');
        bytes
    }

    /// Of bytes that anybody may have written.
    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("its manifest is none: {error}"))?;
        if manifest.tool.name != "stsbench" {
            return Err("its manifest was not written by stsbench".to_owned());
        }
        if !(1..=SCHEMA_VERSION).contains(&manifest.schema_version) {
            return Err(format!(
                "its manifest has schema version {}, this program reads 1 to {SCHEMA_VERSION}",
                manifest.schema_version
            ));
        }
        let names: Vec<&str> = manifest.files.iter().map(|it| it.name.as_str()).collect();
        if names.len() > MOST_FILES || !names.iter().all(|name| is_file_name(name)) {
            return Err("its manifest lists what no run has".to_owned());
        }
        Ok(manifest)
    }

    /// Whether it is of the run of that name.
    pub(super) fn is_of(&self, key: &RunKey) -> bool {
        self.run_id == key.run_id && partition_value(&self.vantage) == key.vantage
    }

    /// The run's own file.
    pub(super) fn run_file(&self) -> Result<&ListedFile, String> {
        let found = self.files.iter().find(|file| file.name == RUN_FILE);
        found.ok_or_else(|| format!("its manifest lists no {RUN_FILE}"))
    }
}

const MOST_FILES: usize = 64;
