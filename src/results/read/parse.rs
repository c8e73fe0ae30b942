//! The bytes of one of our files as a value: its origin is read before the rest.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::results::error::ResultsError;
use crate::results::json::wrong_field::{one_line, wrong_field};
use crate::results::model::header::SCHEMA_VERSION;

/// A value of ours that is a file of its own: its origin is read before the rest.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], path: &Path) -> Result<T, ResultsError> {
    if bytes.trim_ascii().is_empty() {
        return Err(ResultsError::Empty {
            path: path.to_owned(),
        });
    }
    if is_nested_deeper_than(bytes, MAX_DEPTH) {
        return Err(ResultsError::impossible(
            path,
            format!("nesting deeper than {MAX_DEPTH} levels"),
        ));
    }
    origin(bytes, path)?.require_readable(path)?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| ResultsError::impossible(path, wrong_field(&error)))
}

/// Who wrote a file, and in which form: enough to say whether the rest can be understood.
#[derive(Deserialize)]
struct Origin {
    schema_version: Option<Value>,
    tool: Option<Value>,
}

fn origin(bytes: &[u8], path: &Path) -> Result<Origin, ResultsError> {
    let owned = || path.to_owned();
    // The parser does not report a number that was cut off as an early end.
    let open_ended = bytes.trim_ascii().starts_with(b"{") && !bytes.trim_ascii().ends_with(b"}");
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Eof => ResultsError::Truncated { path: owned() },
        Category::Syntax if open_ended && !error.to_string().starts_with("trailing") => {
            ResultsError::Truncated { path: owned() }
        }
        Category::Data => ResultsError::NotOurs {
            path: owned(),
            reason: "it is not a JSON object".to_owned(),
        },
        Category::Io | Category::Syntax => ResultsError::NotJson {
            path: owned(),
            reason: one_line(&error),
        },
    })
}

impl Origin {
    /// Refuses what another program wrote, and every version that this one does not read.
    fn require_readable(&self, path: &Path) -> Result<(), ResultsError> {
        let owned = || path.to_owned();
        let not_ours = |reason: &str| ResultsError::NotOurs {
            path: owned(),
            reason: reason.to_owned(),
        };
        let tool = self.tool.as_ref().and_then(|tool| tool.get("name"));
        if tool.and_then(Value::as_str) != Some("stsbench") {
            return Err(not_ours("its tool.name is not \"stsbench\""));
        }
        let Some(version) = &self.schema_version else {
            return Err(not_ours("it has no schema_version"));
        };
        match version.as_u64() {
            None => Err(not_ours("its schema_version is no whole number from 1 on")),
            Some(0) => Err(ResultsError::NeverReleased {
                path: owned(),
                version: 0,
            }),
            Some(version) if version > u64::from(SCHEMA_VERSION) => Err(ResultsError::TooNew {
                path: owned(),
                version,
            }),
            Some(_) => Ok(()),
        }
    }
}

pub(super) fn is_nested_deeper_than(bytes: &[u8], limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut bytes = bytes.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_text(&mut bytes),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

/// Most of a large file is text: histograms.
fn skip_text(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

/// A run nests 7 levels; this leaves room for growth and none for attacks on the stack.
const MAX_DEPTH: usize = 16;
