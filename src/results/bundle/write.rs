//! A bundle on its way to disk: the same files give the same bytes.

use std::io::{self, Seek, Write};

use aws_lc_rs::digest::{Context, SHA256};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use crate::results::model::digest::hexadecimal;
use crate::results::model::header::{SCHEMA_VERSION, Tool};

use super::contents::MANIFEST;
use super::manifest::{ListedFile, Manifest};

/// A bundle that is being written.
pub(crate) struct BundleWriter<W: Write + Seek> {
    archive: ZipWriter<W>,
    files: Vec<ListedFile>,
}

impl<W: Write + Seek> BundleWriter<W> {
    /// An empty one.
    pub(crate) fn new(file: W) -> Self {
        Self {
            archive: ZipWriter::new(file),
            files: Vec::new(),
        }
    }

    /// Adds a file.
    ///
    /// # Errors
    /// What the system says, such as of a full disk.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.add_file(name, options(), |file| file.write_all(bytes))
    }

    /// Adds a file that can be large, with what `write` puts into it: compressed three times as fast, and an eighth larger.
    ///
    /// # Errors
    /// What `write` or the system says.
    pub(crate) fn add_large(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.add_file(name, options().compression_level(Some(FAST)), write)
    }

    fn add_file(
        &mut self,
        name: &str,
        options: SimpleFileOptions,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.archive.start_file(name, options)?;
        let mut file = Summed {
            to: &mut self.archive,
            sum: Context::new(&SHA256),
            bytes: 0,
        };
        write(&mut file)?;
        let Summed { sum, bytes, .. } = file;
        self.files.push(ListedFile {
            name: name.to_owned(),
            bytes,
            sha256: hexadecimal(sum),
        });
        Ok(())
    }

    /// Adds the manifest and ends the archive. `tool` is what writes.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn finish(mut self, tool: Tool) -> io::Result<()> {
        self.files.sort();
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            tool,
            files: self.files,
        };
        self.archive.start_file(MANIFEST, options())?;
        self.archive.write_all(&manifest.to_json())?;
        self.archive.finish()?;
        Ok(())
    }
}

/// The level of deflate that is the fastest.
const FAST: i64 = 1;

/// The same for every file: nothing of the machine or of the time gets into the archive.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

/// Counts and digests what goes through it.
struct Summed<'a, W: Write> {
    to: &'a mut W,
    sum: Context,
    bytes: u64,
}

impl<W: Write> Write for Summed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
