//! The value of a parameter, and where a secret one comes from.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A parameter's value: as given, and, once admitted, as a call keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a text, a whole number or a list of texts")]
pub enum ParameterValue {
    /// A number.
    Integer(i64),
    /// A text; for a list as typed, its items between commas.
    Text(String),
    /// Several texts; tags as `key=value`.
    List(Vec<String>),
    /// Where a secret comes from.
    Secret(SecretSource),
}

impl fmt::Debug for ParameterValue {
    /// Says only what kind of value it is: a secret may have been typed where it does not belong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "(text of {} bytes)", text.len()),
            Self::List(items) => write!(f, "(list of {})", items.len()),
            Self::Secret(source) => write!(f, "{source}"),
        }
    }
}

/// Where a secret parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SecretSource {
    /// A file's whole text, without the white space around it.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The emulator's announcement, by operation and parameter.
    Emulator(String),
}

impl SecretSource {
    /// Reads `file:PATH`, `env:NAME`, or what a simulated run has stored.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("file", path) if !path.is_empty() => Some(Self::File(PathBuf::from(path))),
            ("env", name) if !name.is_empty() => Some(Self::Environment(name.to_owned())),
            ("fleet", name) if !name.is_empty() => Some(Self::Emulator(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Emulator(name) => write!(f, "fleet:{name}"),
        }
    }
}

impl From<SecretSource> for String {
    fn from(source: SecretSource) -> Self {
        source.to_string()
    }
}

impl TryFrom<String> for SecretSource {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected file:PATH or env:NAME")
    }
}
