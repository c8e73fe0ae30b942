//! Levels of endpoints that a person has accepted as the new usual, in a file beside the runs.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::plan::{ConnectionMode, TargetName};
use sts_model::Operation;

use super::error::ResultsError;
use super::model::header::Tool;
use super::model::window::moment;
use super::read::parse::parse;
use super::store::directory::Directory;

/// The file's name in the directory of a history; it is no run.
pub(crate) const ACCEPTED_FILE: &str = "baseline.json";

/// Most bytes of it: thousands of levels.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

const SCHEMA: &str = "stsbench-baseline";
const VERSION: u32 = 1;

/// That an endpoint's runs from one on are its new usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedLevel {
    /// The endpoint's name.
    pub endpoint: String,
    /// What is called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The first run of the new level.
    pub from_run: String,
    /// When that began, RFC 3339.
    pub from_started_at: String,
    /// When it was accepted, RFC 3339.
    pub accepted_at: String,
    /// Why, in the words of the person who accepted it.
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    schema: String,
    schema_version: u32,
    tool: Tool,
    accepted: Vec<AcceptedLevel>,
}

impl AcceptedLevel {
    /// Whether it is of that target.
    pub(crate) fn is_of(&self, name: &TargetName) -> bool {
        self.endpoint == name.endpoint
            && self.operation == name.group.operation
            && self.connection == name.group.connection
    }

    /// Those of the history below the directory at `path`, in the order in which they were accepted.
    pub(crate) fn stored(path: &Path) -> Result<Vec<Self>, ResultsError> {
        let read = Directory::open(path).and_then(|it| it.read(ACCEPTED_FILE, MAX_BYTES));
        let bytes = match read {
            Err(ResultsError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                return Ok(Vec::new());
            }
            read => read?,
        };
        let file = path.join(ACCEPTED_FILE);
        let stored: Stored = parse(&bytes, &file)?;
        let impossible = |reason: &str| Err(ResultsError::impossible(&file, reason.to_owned()));
        if stored.schema != SCHEMA {
            return impossible("its schema is not that of accepted levels");
        }
        let undated = |level: &Self| moment(&level.from_started_at).is_none();
        if stored.accepted.iter().any(undated) {
            return impossible("a from_started_at is no time");
        }
        Ok(stored.accepted)
    }

    /// Writes all of them to the directory at `path`, in the name of `tool`, as a whole or not at all.
    pub(crate) fn store(all: Vec<Self>, tool: Tool, path: &Path) -> Result<(), ResultsError> {
        let stored = Stored {
            schema: SCHEMA.to_owned(),
            schema_version: VERSION,
            tool,
            accepted: all,
        };
        let mut text = serde_json::to_string_pretty(&stored).expect("strings have a JSON form");
        text.push('\n');
        Directory::open(path)?.write(ACCEPTED_FILE, text.as_bytes())
    }
}
