//! Why a run cannot be stored or read: one line each, with the path.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::bundle::fault::BundleFault;
use super::model::header::SCHEMA_VERSION;

/// Why a run cannot be stored or read. Paths are shown quoted and escaped, so that each message is one line.
#[derive(Debug, Error)]
pub enum ResultsError {
    /// No path at all.
    #[error("the output directory's name is empty")]
    NoPath,
    /// A link, which could lead anywhere.
    #[error("{path:?}: is a symbolic link, which is never followed; name its target instead")]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// Something else than a directory.
    #[error("{path:?}: is not a directory")]
    NotADirectory {
        /// What was named.
        path: PathBuf,
    },
    /// Longer than the file system takes.
    #[error("{path:?}: is too long a name; each part may have 255 bytes")]
    NameTooLong {
        /// What was named.
        path: PathBuf,
    },
    /// Files that the run would mix with or overwrite.
    #[error("{path:?}: already holds {entry:?}; name another directory or overwrite with --force")]
    Occupied {
        /// The directory.
        path: PathBuf,
        /// One of its entries.
        entry: String,
    },
    /// A directory that cannot be made or written.
    #[error("{path:?}: cannot be written: {cause}")]
    NotWritable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file's name outside `[a-z0-9.-]`.
    #[error(
        "{0:?} cannot name a file of a run; allowed: 1 to 128 of a-z, 0-9, dot and hyphen, no dot first"
    )]
    FileName(String),
    /// The system refused to read or write.
    #[error("{path:?}: cannot be {action}: {cause}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was tried, such as `written`.
        action: &'static str,
        /// What the system said.
        cause: io::Error,
    },
    /// A file that was removed while the run that writes it went on.
    #[error("{path:?}: was removed while the run went on, with everything in it")]
    Removed {
        /// The file.
        path: PathBuf,
    },
    /// A device, pipe or directory where a file should be.
    #[error("{path:?}: is not a regular file")]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// A file that holds what a run measured, where another one would be put.
    #[error("{path:?}: is what a run measured, which nothing replaces; name another file")]
    Measured {
        /// The file.
        path: PathBuf,
    },
    /// A directory with the journal of a run and without its file.
    #[error(
        "{path:?}: holds the journal of a run and no run.json: either the run goes on, or it was cut off, and `stsbench recover {}` restores it",
        .path.display()
    )]
    JournalAlone {
        /// The directory.
        path: PathBuf,
    },
    /// A directory without runs.
    #[error("{path:?}: there is no run in it or below it")]
    NoRun {
        /// The directory.
        path: PathBuf,
    },
    /// Two files of one run that are not the same.
    #[error(
        "{path:?}: has the place and the id {run_id} of {other:?} and other content; only one of them can be that run"
    )]
    Contradictory {
        /// The file.
        path: PathBuf,
        /// The id in both.
        run_id: String,
        /// The other file.
        other: PathBuf,
    },
    /// Larger than any run.
    #[error("{path:?}: is larger than {limit_bytes} bytes, the most that is read")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit_bytes: u64,
    },
    /// More files than are looked at.
    #[error("{path:?}: holds more than {limit} files; name a directory with runs only")]
    TooMany {
        /// The directory.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// Nothing in it.
    #[error("{path:?}: is empty")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// JSON that stops in the middle.
    #[error("{path:?}: ends too early; the file was cut off")]
    Truncated {
        /// The file.
        path: PathBuf,
    },
    /// Not JSON.
    #[error("{path:?}: is not JSON: {reason}")]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// JSON of something else.
    #[error("{path:?}: was not written by stsbench: {reason}")]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        reason: String,
    },
    /// Written by a later version.
    #[error(
        "{path:?}: has schema version {version}, this program reads 1 to {SCHEMA_VERSION}; upgrade stsbench"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// A version that never was.
    #[error(
        "{path:?}: has schema version {version}, which was never released; versions begin at 1"
    )]
    NeverReleased {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// Ours, but with values that cannot be.
    #[error("{path:?}: is invalid: {reason}")]
    Impossible {
        /// The file.
        path: PathBuf,
        /// Which value, and why.
        reason: String,
    },
    /// An archive that is no bundle, or one that cannot be believed.
    #[error("{path:?}: is not a readable bundle: {fault}")]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: BundleFault,
    },
    /// What this program could not read again.
    #[error("not written, because it could not be read again: {cause}")]
    NotReadable {
        /// What the reader says.
        cause: Box<ResultsError>,
    },
    /// No journal and no run.
    #[error("{path:?}: holds neither a journal nor a finished run; there is nothing to recover")]
    NothingToRecover {
        /// The directory.
        path: PathBuf,
    },
    /// The run is still being measured.
    #[error("{path:?}: is being written by a run that has not ended")]
    Busy {
        /// The run's directory, or its journal.
        path: PathBuf,
    },
}

impl ResultsError {
    /// The system refused what was tried with `path`, such as `written`.
    pub(crate) fn io(path: &Path, action: &'static str, cause: impl Into<io::Error>) -> Self {
        Self::Io {
            path: path.to_owned(),
            action,
            cause: cause.into(),
        }
    }

    /// The archive at `path` cannot be believed.
    pub(crate) fn bundle(path: &Path, fault: BundleFault) -> Self {
        Self::Bundle {
            path: path.to_owned(),
            fault,
        }
    }

    /// What the reader refused before it was written.
    pub(crate) fn unreadable(cause: Self) -> Self {
        Self::NotReadable {
            cause: Box::new(cause),
        }
    }

    /// The file at `path` is ours and cannot be believed.
    pub(crate) fn impossible(path: &Path, reason: String) -> Self {
        Self::Impossible {
            path: path.to_owned(),
            reason,
        }
    }
}
