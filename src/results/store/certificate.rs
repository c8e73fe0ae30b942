//! The file of a certificate, in which the self-test keeps it between runs.

use std::path::{Path, PathBuf};

use crate::results::error::ResultsError;
use crate::results::model::certificate::Certificate;

use super::directory::{Directory, Overwrite};
use super::output_file::OutputFile;

/// The certificate's file in the state directory.
pub(crate) const CERTIFICATE_FILE: &str = "certificate.json";

impl Certificate {
    /// Makes the directory at `path` ready for a certificate (private, if it has to be made) and gives the file's path.
    ///
    /// # Errors
    /// [`ResultsError`] when directory or file cannot be written, and when either is a symbolic link.
    pub fn prepare(path: &Path) -> Result<PathBuf, ResultsError> {
        Directory::prepare(path, Overwrite::Force)?;
        let file = path.join(CERTIFICATE_FILE);
        OutputFile::prepare(&file)?;
        Ok(file)
    }

    /// Puts it into the file at `path`, whole or not at all, private, in place of any file that was there.
    ///
    /// # Errors
    /// [`ResultsError`] when the file cannot be written or its place is taken by something else.
    pub fn write(&self, path: &Path) -> Result<(), ResultsError> {
        OutputFile::find(path)?.write(&self.to_json())
    }

    /// Proves, by writing, that the file at `path` could be written.
    ///
    /// # Errors
    /// What [`Self::write`] would say.
    pub fn prove_writable(path: &Path) -> Result<(), ResultsError> {
        OutputFile::prepare(path).map(drop)
    }
}
