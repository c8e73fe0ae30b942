//! Where a run's files go: a directory that the user names, one of its own below `reports/`, or none that stays.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::results::{Directory, Overwrite, ResultsError};

use super::exit::{Exit, OrExit, Refusal};
use super::exports::Exports;
use super::options::OutputOptions;

/// A run's directory, as long as the run lasts.
#[derive(Debug)]
pub(super) struct Destination {
    path: PathBuf,
    fate: Fate,
    exports: Exports,
}

/// What becomes of the directory in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It was there before.
    Stays,
    /// It was made for this run and goes when the run never began.
    GoesWhenEmpty,
    /// Only what is printed is wanted; until then the files are kept, so that a crash loses nothing.
    Goes,
}

impl Destination {
    /// Makes the directory and proves that it can be written to, and the places of `--export`, before anything is sent.
    pub(super) fn prepare(
        options: &OutputOptions,
        run_id: &str,
    ) -> Result<(Self, Directory), Refusal> {
        let exports = Exports::prepare(options)?;
        let destination = match &options.out {
            Some(path) if STDOUT.iter().any(|name| Path::new(name) == path) => {
                let path = std::env::temp_dir().join(format!("stsbench-{run_id}"));
                Self {
                    path,
                    fate: Fate::Goes,
                    exports,
                }
            }
            Some(path) => Self::kept(path.clone(), exports),
            None => {
                // Only the directory of directories is made on the way; one that the user names must be where it is
                // said to be.
                let cause = "cannot make the directory reports";
                std::fs::create_dir_all(REPORTS)
                    .context(cause)
                    .or_exit(Exit::NotWritten)?;
                Self::kept(PathBuf::from(REPORTS).join(run_id), exports)
            }
        };
        let overwrite = if options.force {
            Overwrite::Force
        } else {
            Overwrite::Refuse
        };
        let directory = Directory::prepare(&destination.path, overwrite).map_err(|error| {
            let exit = if matches!(error, ResultsError::NameTooLong { .. }) {
                Exit::Usage
            } else {
                Exit::NotWritten
            };
            Refusal::new(exit, anyhow::Error::new(error).context("--out"))
        })?;
        Ok((destination, directory))
    }

    /// The directory that is there afterwards, if any.
    pub(super) fn kept_at(&self) -> Option<&Path> {
        (self.fate != Fate::Goes).then_some(self.path.as_path())
    }

    /// The files of `--export`.
    pub(super) fn exports(&self) -> &Exports {
        &self.exports
    }

    fn kept(path: PathBuf, exports: Exports) -> Self {
        let fate = if path.exists() {
            Fate::Stays
        } else {
            Fate::GoesWhenEmpty
        };
        Self {
            path,
            fate,
            exports,
        }
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        // What cannot be removed is in nobody's way.
        match self.fate {
            Fate::Stays => {}
            // The system refuses to remove a directory with anything in it.
            Fate::GoesWhenEmpty => drop(std::fs::remove_dir(&self.path)),
            Fate::Goes => drop(std::fs::remove_dir_all(&self.path)),
        }
    }
}

const REPORTS: &str = "reports";

/// Names that mean: print the report and leave nothing behind.
const STDOUT: [&str; 2] = ["-", "/dev/stdout"];
