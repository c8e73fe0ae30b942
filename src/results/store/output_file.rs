//! A file at a path that the user chose, outside the run's directory.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::results::error::ResultsError;

use super::directory::Directory;
use super::measured::{MEASURED, begins_as_run};

/// A file that the user named, to be written later into a directory that is kept open until then.
#[derive(Debug)]
pub(crate) struct OutputFile {
    directory: Directory,
    name: String,
}

impl OutputFile {
    /// The place at `path`, proved to be writable by writing beside it.
    ///
    /// # Errors
    /// [`ResultsError`] when the directory is missing, not writable or claimed by a run that has not ended, when something else
    /// than a file bears the name, and when the file holds what a run measured.
    pub(crate) fn prepare(path: &Path) -> Result<Self, ResultsError> {
        let place = Self::find(path)?;
        place.directory.refuse_claimed()?;
        place.directory.refuse_all_but_a_file(&place.name)?;
        let is_measured = place.is_taken()?
            && (MEASURED.contains(&place.name.as_str())
                || begins_as_run(path).map_err(|cause| ResultsError::Io {
                    path: path.to_owned(),
                    action: "read",
                    cause,
                })?);
        if is_measured {
            return Err(ResultsError::Measured {
                path: path.to_owned(),
            });
        }
        place.directory.prove_writable()?;
        Ok(place)
    }

    /// Writes the whole file (mode 0600): after this call either the new bytes are on disk, or what was there before.
    ///
    /// # Errors
    /// [`ResultsError`] when the system refuses, such as on a full disk.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), ResultsError> {
        self.directory.replace(&self.name, bytes)
    }

    /// The same with what `write` puts into the file.
    ///
    /// # Errors
    /// [`ResultsError`] when `write` fails or the system refuses.
    pub(crate) fn write_by(
        &self,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<(), ResultsError> {
        self.directory.replace_by(&self.name, write)
    }

    /// Whether anything bears the name.
    ///
    /// # Errors
    /// [`ResultsError`] when the system does not tell.
    pub(crate) fn is_taken(&self) -> Result<bool, ResultsError> {
        self.directory.holds(&self.name)
    }

    pub(super) fn find(path: &Path) -> Result<Self, ResultsError> {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name
            .ok_or_else(|| ResultsError::NotAFile {
                path: path.to_owned(),
            })?
            .to_owned();
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        Ok(Self {
            directory: Directory::open(parent)?,
            name,
        })
    }
}
