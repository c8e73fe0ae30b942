//! What a format makes of runs, and why it may fail.

use thiserror::Error;

use super::format::Format;
use crate::results::ResultsError;

/// What a format made of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// The file's contents.
    pub text: String,
    /// What the file leaves out and why, one sentence each.
    pub remarks: Vec<String>,
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self {
            text,
            remarks: Vec::new(),
        }
    }
}

/// Why a format cannot hold these runs.
#[derive(Debug, Error)]
pub(crate) enum DocumentError {
    /// Several runs in a format that holds one.
    #[error("format {format} holds one run, not {runs}; stsbench merge can make one of them")]
    Runs {
        /// The format.
        format: Format,
        /// How many there are.
        runs: usize,
    },
    /// A run without a valid start time.
    #[error("run {run_id:?}: started_at {started_at:?} is not an RFC 3339 date")]
    Start {
        /// The run.
        run_id: String,
        /// The invalid value.
        started_at: String,
    },
    /// Runs of different vantage points in a format that needs one.
    #[error(
        "format otava sets a place against itself over time; these runs are of {0:?} and of {1:?}"
    )]
    Places(String, String),
    /// A run that cannot be written as an HdrHistogram log.
    #[error(transparent)]
    Results(#[from] ResultsError),
}
