//! What a person has laid down about a history, in a file beside its runs: levels of endpoints that are the new normal, and runs that
//! have a name.

use std::collections::BTreeSet;
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

/// That an endpoint's runs from one on are its new normal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AcceptedLevel {
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

/// A run that has a name, to be compared with again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NamedBaseline {
    /// The name: 1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first.
    pub name: String,
    /// The run.
    pub run_id: String,
    /// When that began, RFC 3339.
    pub started_at: String,
    /// Its file: below the directory of the history, or absolute.
    pub path: String,
    /// When it was given the name, RFC 3339.
    pub saved_at: String,
}

impl NamedBaseline {
    /// Most characters of a name.
    pub(crate) const MOST_CHARACTERS: usize = 64;

    /// Whether a baseline may have that name: letters, digits, `.`, `_` and `-`, a letter or digit first.
    pub(crate) fn is_name(name: &str) -> bool {
        (1..=Self::MOST_CHARACTERS).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    }
}

/// Everything that is laid down about the history below one directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Baselines {
    /// In the order in which they were accepted.
    pub(crate) accepted: Vec<AcceptedLevel>,
    /// In the order of their names.
    pub(crate) named: Vec<NamedBaseline>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    schema: String,
    schema_version: u32,
    tool: Tool,
    accepted: Vec<AcceptedLevel>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    named: Vec<NamedBaseline>,
}

impl AcceptedLevel {
    /// Whether it is of that target.
    pub(crate) fn is_of(&self, name: &TargetName) -> bool {
        self.endpoint == name.endpoint
            && self.operation == name.group.operation
            && self.connection == name.group.connection
    }
}

impl Baselines {
    /// Those of the history below the directory at `path`; none where there is no file.
    pub(crate) fn stored(path: &Path) -> Result<Self, ResultsError> {
        let read = Directory::open(path).and_then(|it| it.read(ACCEPTED_FILE, MAX_BYTES));
        let bytes = match read {
            Err(ResultsError::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            read => read?,
        };
        let file = path.join(ACCEPTED_FILE);
        let stored: Stored = parse(&bytes, &file)?;
        let impossible = |reason: &str| Err(ResultsError::impossible(&file, reason.to_owned()));
        if stored.schema != SCHEMA {
            return impossible("its schema is not that of accepted levels");
        }
        let undated = |level: &AcceptedLevel| moment(&level.from_started_at).is_none();
        if stored.accepted.iter().any(undated) {
            return impossible("a from_started_at is no time");
        }
        if !stored
            .named
            .iter()
            .all(|it| NamedBaseline::is_name(&it.name))
        {
            return impossible("a name of a baseline is none");
        }
        let names: BTreeSet<&str> = stored.named.iter().map(|it| it.name.as_str()).collect();
        if names.len() < stored.named.len() {
            return impossible("two runs have one name");
        }
        Ok(Self {
            accepted: stored.accepted,
            named: stored.named,
        })
    }

    /// The baseline of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&NamedBaseline> {
        self.named.iter().find(|baseline| baseline.name == name)
    }

    /// Gives a run a name, which no other has from then on.
    pub(crate) fn name(&mut self, baseline: NamedBaseline) {
        self.named.retain(|other| other.name != baseline.name);
        self.named.push(baseline);
        self.named.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Writes all of them to the directory at `path`, in the name of `tool`, as a whole or not at all.
    pub(crate) fn store(self, tool: Tool, path: &Path) -> Result<(), ResultsError> {
        let stored = Stored {
            schema: SCHEMA.to_owned(),
            schema_version: VERSION,
            tool,
            accepted: self.accepted,
            named: self.named,
        };
        let mut text = serde_json::to_string_pretty(&stored).expect("strings have a JSON form");
        text.push('\n');
        Directory::open(path)?.write(ACCEPTED_FILE, text.as_bytes())
    }
}
