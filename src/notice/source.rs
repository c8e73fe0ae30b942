//! What is wrong with a file or a variable that gives credentials.

use std::path::PathBuf;

use serde::Serialize;

/// Something wrong with a file or a variable of credentials that does not end the search for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "kebab-case")]
pub enum SourceFault {
    /// A file with a secret is readable by other users.
    ExposedFile(PathBuf),
    /// A line of AWS's shared files cannot be read.
    UnreadLine {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
    },
    /// A line of AWS's shared files gives a section or a setting again.
    RepeatedLine {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
    },
    /// One of AWS's shared files is there and cannot be read.
    UnreadableFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Variables of a key whose id is not set.
    LoneVariables(Vec<&'static str>),
    /// Older places of keys, which are never read.
    OlderPlaces(Vec<&'static str>),
    /// `AWS_CREDENTIAL_EXPIRATION` is no time that can be read.
    UnreadExpiry,
}
