//! Where a run's files go: a directory that the user names, one of its own below `reports/`, or none that stays.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::results::{Directory, Overwrite, ResultsError};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::exit_code::Exit;
use crate::cli::exports::Exports;
use crate::cli::options::output::{OutputOptions, REPORTS, is_stdout};

/// A run's directory, as long as the run lasts.
#[derive(Debug)]
pub(crate) struct OutputDir {
    path: PathBuf,
    cleanup: Cleanup,
    exports: Exports,
}

/// What becomes of the directory in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cleanup {
    /// It was there before.
    Never,
    /// It was made for this run and goes when the run never began.
    WhenEmpty,
    /// Only what is printed is wanted; until then the files are kept, so that a crash loses nothing.
    Always,
}

impl OutputDir {
    /// Makes the directory and proves that it can be written to, and the places of `--export`, before anything is sent.
    pub(crate) fn prepare(
        options: &OutputOptions,
        run_id: &str,
    ) -> Result<(Self, Directory), CommandError> {
        refuse_without_files(options)?;
        let exports = Exports::prepare(options)?;
        let mut output_dir = match &options.out {
            Some(path) if is_stdout(path) => {
                let path = std::env::temp_dir().join(format!("stsbench-{run_id}"));
                Self {
                    path,
                    cleanup: Cleanup::Always,
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
        let overwrite = Overwrite::forced(options.force);
        let directory = Directory::claim(&output_dir.path, overwrite).map_err(|error| {
            if matches!(error, ResultsError::Busy { .. }) {
                // It is another run's, however empty it still may be.
                output_dir.cleanup = Cleanup::Never;
            }
            refused(error)
        })?;
        Ok((output_dir, directory))
    }

    /// Refuses what [`OutputDir::prepare`] would, with nothing made.
    pub(crate) fn examine(options: &OutputOptions) -> Result<(), CommandError> {
        refuse_without_files(options)?;
        Exports::prepare(options)?;
        let Some(path) = options.out.as_deref().filter(|path| !is_stdout(path)) else {
            return Ok(());
        };
        let overwrite = Overwrite::forced(options.force);
        Directory::examine(path, overwrite).map_err(refused)
    }

    /// The directory that is there afterwards, if any.
    pub(crate) fn kept_at(&self) -> Option<&Path> {
        (self.cleanup != Cleanup::Always).then_some(self.path.as_path())
    }

    /// The directory, where it was made for this run and goes when that never began.
    pub(crate) fn made(&self) -> Option<&Path> {
        (self.cleanup != Cleanup::Never).then_some(self.path.as_path())
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The directory is there afterwards, whatever was meant to become of it.
    pub(crate) fn stays(&mut self) {
        self.cleanup = Cleanup::Never;
    }

    /// The files of `--export`.
    pub(crate) fn exports(&self) -> &Exports {
        &self.exports
    }

    fn kept(path: PathBuf, exports: Exports) -> Self {
        let cleanup = if path.exists() {
            Cleanup::Never
        } else {
            Cleanup::WhenEmpty
        };
        Self {
            path,
            cleanup,
            exports,
        }
    }
}

impl Drop for OutputDir {
    fn drop(&mut self) {
        // Nothing depends on the removal, so a failure of it is ignored.
        match self.cleanup {
            Cleanup::Never => {}
            // The system refuses to remove a directory with anything in it.
            Cleanup::WhenEmpty => drop(std::fs::remove_dir(&self.path)),
            Cleanup::Always => drop(std::fs::remove_dir_all(&self.path)),
        }
    }
}

/// What is wrong with the directory of `--out`.
fn refused(error: ResultsError) -> CommandError {
    let exit = if matches!(error, ResultsError::NameTooLong { .. }) {
        Exit::Usage
    } else {
        Exit::NotWritten
    };
    CommandError::new(exit, anyhow::Error::new(error).context("--out"))
}

/// Refuses what is about the files of a directory where `--out -` leaves none.
fn refuse_without_files(options: &OutputOptions) -> Result<(), CommandError> {
    if !options.out.as_deref().is_some_and(is_stdout) {
        return Ok(());
    }
    let option = if options.charts.is_some() {
        "--charts"
    } else if options.force && options.export.is_empty() {
        "--force"
    } else {
        return Ok(());
    };
    let error = anyhow!("{option} is about the files in --out DIR, and --out - leaves none");
    Err(CommandError::usage(error))
}
