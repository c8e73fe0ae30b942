//! A report in a format that may not hold all of it.

use thiserror::Error;

use super::format::Format;
use crate::results::ResultsError;

/// What a format made of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file.
    pub text: String,
    /// What is not in it, and why: a sentence each, for people.
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
pub enum DocumentError {
    /// Several runs for a format of one.
    #[error("format {format} holds one run, not {runs}; stsbench merge can make one of them")]
    Runs {
        /// The format.
        format: Format,
        /// How many there are.
        runs: usize,
    },
    /// A run that does not say when it was.
    #[error("run {run_id:?}: started_at {started_at:?} is no RFC 3339 date")]
    Start {
        /// The run.
        run_id: String,
        /// What stands there.
        started_at: String,
    },
    /// Runs that are not one series.
    #[error(
        "format otava sets a place against itself over time; these runs are of {0:?} and of {1:?}"
    )]
    Places(String, String),
    /// A run that HdrHistogram's log cannot hold.
    #[error(transparent)]
    Results(#[from] ResultsError),
}
