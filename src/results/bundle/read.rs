//! A bundle that may come from anybody: every size is bounded before it is believed, every file is compared with the manifest,
//! and nothing is written.

use std::fs::File;
use std::io::{self, Read, Seek as _, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use zip::CompressionMethod;
use zip::read::{ArchiveOffset, Config, ZipArchive};
use zip::result::ZipError;

use crate::results::error::ResultsError;
use crate::results::model::digest::hexadecimal;
use crate::results::store::directory::open_path;
use crate::results::store::run::RUN_FILE;

use super::archive_end::ArchiveEnd;
use super::contents::{MANIFEST, is_directory, is_of_bundle};
use super::fault::BundleFault;
use super::limits::{
    MAX_ARCHIVE_BYTES, MAX_MANIFEST_BYTES, MAX_RATIO, RATIO_FROM_BYTES, max_bytes,
};
use super::manifest::{ListedFile, Manifest};

/// A bundle whose files are those that its manifest lists.
pub(crate) struct Bundle {
    path: PathBuf,
    archive: ZipArchive<File>,
    manifest: Manifest,
}

/// Whether the file at `path` begins as a ZIP archive does.
pub(crate) fn is_archive(path: &Path) -> Result<bool, ResultsError> {
    let mut file = open_path(path)?;
    begins_as_archive(&mut file).map_err(|cause| ResultsError::io(path, "read", cause))
}

/// The same of an open file, which is at its beginning afterwards.
pub(crate) fn begins_as_archive(file: &mut File) -> io::Result<bool> {
    let mut start = Vec::new();
    Read::by_ref(file).take(4).read_to_end(&mut start)?;
    file.rewind()?;
    Ok(start == ENTRY || start == END)
}

impl Bundle {
    /// The bundle at `path`.
    ///
    /// # Errors
    /// [`ResultsError`], one line with the path.
    pub(crate) fn read(path: &Path) -> Result<Self, ResultsError> {
        Self::of(open_path(path)?, path)
    }

    /// The bundle in an open file.
    ///
    /// # Errors
    /// As [`Bundle::read`].
    pub(crate) fn of(mut file: File, path: &Path) -> Result<Self, ResultsError> {
        let failed = |cause| ResultsError::io(path, "read", cause);
        let refused = |fault| ResultsError::bundle(path, fault);
        if !begins_as_archive(&mut file).map_err(failed)? {
            return Err(refused(BundleFault::NotZip));
        }
        if file.metadata().map_err(failed)?.len() > MAX_ARCHIVE_BYTES {
            return Err(ResultsError::TooLarge {
                path: path.to_owned(),
                limit_bytes: MAX_ARCHIVE_BYTES,
            });
        }
        let mut archive = listed(file).map_err(refused)?;
        let manifest = manifest(&mut archive).map_err(refused)?;
        let mut bundle = Self {
            path: path.to_owned(),
            archive,
            manifest,
        };
        bundle.check_files().map_err(refused)?;
        Ok(bundle)
    }

    /// How many files its manifest lists.
    pub(crate) fn files(&self) -> usize {
        self.manifest.files.len()
    }

    /// Whether it has a file of that name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.manifest.files.iter().any(|file| file.name == name)
    }

    /// The bytes of a file of it, no more than such a file has.
    ///
    /// # Errors
    /// The system's, and what of the archive has changed since it was looked at.
    pub(crate) fn open(&mut self, name: &str) -> io::Result<impl Read + '_> {
        let limit = max_bytes(name);
        Ok(self.archive.by_name(name)?.take(limit))
    }

    /// The bytes of its `run.json`.
    ///
    /// # Errors
    /// As [`Bundle::open`].
    pub(crate) fn run(&mut self) -> Result<Vec<u8>, ResultsError> {
        let path = self.path.clone();
        let mut bytes = Vec::new();
        self.open(RUN_FILE)
            .and_then(|mut file| file.read_to_end(&mut bytes))
            .map_err(|cause| ResultsError::io(&path, "read", cause))?;
        Ok(bytes)
    }

    /// Compares every file with what the manifest lists, and the other way round.
    fn check_files(&mut self) -> Result<(), BundleFault> {
        for number in 0..self.archive.len() {
            let name = name_of(&mut self.archive, number)?;
            if name == MANIFEST || is_directory(&name) {
                continue;
            }
            let Some(listed) = self.manifest.files.iter().find(|file| file.name == name) else {
                return Err(BundleFault::Unlisted(BundleFault::shown(&name)));
            };
            check_file(&mut self.archive, number, listed)?;
        }
        let missing = self
            .manifest
            .files
            .iter()
            .find(|file| self.archive.index_for_name(&file.name).is_none());
        match missing {
            Some(file) => Err(BundleFault::Missing(BundleFault::shown(&file.name))),
            None => Ok(()),
        }
    }
}

/// The archive, with entries that can be those of a bundle. Nothing of it is unpacked yet.
fn listed(mut file: File) -> Result<ZipArchive<File>, BundleFault> {
    let config = Config {
        archive_offset: ArchiveOffset::Known(0),
    };
    // The number of entries is looked at before room is made for them.
    let entries = ArchiveEnd::read(&mut file)?.entries()?;
    let mut archive = ZipArchive::with_config(config, file).map_err(|error| damaged(&error))?;
    if archive.has_duplicate_names() || archive.len() != entries {
        return Err(BundleFault::Twice);
    }
    for number in 0..archive.len() {
        check_entry(&mut archive, number)?;
    }
    archive
        .validate_header_consistency()
        .map_err(|error| BundleFault::Inconsistent(shown(&error)))?;
    Ok(archive)
}

/// What the archive says of an entry.
fn check_entry(archive: &mut ZipArchive<File>, number: usize) -> Result<(), BundleFault> {
    let name = name_of(archive, number)?;
    let entry = archive
        .by_index_raw(number)
        .map_err(|error| damaged(&error))?;
    if is_directory(&name) {
        return match entry.size() {
            0 => Ok(()),
            _ => Err(BundleFault::NoFile(name)),
        };
    }
    if !is_of_bundle(&name) {
        return Err(BundleFault::Name(BundleFault::shown(&name)));
    }
    // Programs that know no kinds of files say nothing of them.
    let kind = entry.unix_mode().unwrap_or_default() & KINDS;
    if entry.is_dir() || !matches!(kind, 0 | REGULAR) {
        return Err(BundleFault::NoFile(name));
    }
    if entry.encrypted() {
        return Err(BundleFault::Encrypted(name));
    }
    if !matches!(
        entry.compression(),
        CompressionMethod::Stored | CompressionMethod::Deflated
    ) {
        return Err(BundleFault::Method(name));
    }
    let (size, packed) = (entry.size(), entry.compressed_size());
    let limit_bytes = max_bytes(&name);
    if size > limit_bytes {
        return Err(BundleFault::Size { name, limit_bytes });
    }
    if is_bomb(size, packed) {
        return Err(BundleFault::Ratio {
            name,
            limit: MAX_RATIO,
        });
    }
    Ok(())
}

fn is_bomb(size: u64, packed: u64) -> bool {
    size > RATIO_FROM_BYTES && size > packed.saturating_mul(MAX_RATIO)
}

fn name_of(archive: &mut ZipArchive<File>, number: usize) -> Result<String, BundleFault> {
    let entry = archive
        .by_index_raw(number)
        .map_err(|error| damaged(&error))?;
    let raw = entry.name_raw();
    match std::str::from_utf8(raw) {
        Ok(name) => Ok(name.to_owned()),
        Err(_) => Err(BundleFault::Name(BundleFault::shown(
            &String::from_utf8_lossy(raw),
        ))),
    }
}

fn manifest(archive: &mut ZipArchive<File>) -> Result<Manifest, BundleFault> {
    let Some(number) = archive.index_for_name(MANIFEST) else {
        return Err(BundleFault::Missing(MANIFEST.to_owned()));
    };
    let mut bytes = Vec::new();
    let read = archive
        .by_index(number)
        .map_err(|error| damaged(&error))?
        .take(MAX_MANIFEST_BYTES + 1)
        .read_to_end(&mut bytes);
    match read {
        Err(error) => Err(BundleFault::Damaged(BundleFault::shown(&error.to_string()))),
        Ok(read) if read as u64 > MAX_MANIFEST_BYTES => Err(BundleFault::Size {
            name: MANIFEST.to_owned(),
            limit_bytes: MAX_MANIFEST_BYTES,
        }),
        Ok(_) => Manifest::from_json(&bytes),
    }
}

/// Unpacks a file into its digest, and no further than its listed size.
fn check_file(
    archive: &mut ZipArchive<File>,
    number: usize,
    listed: &ListedFile,
) -> Result<(), BundleFault> {
    let changed = || BundleFault::Changed(listed.name.clone());
    let limit_bytes = max_bytes(&listed.name);
    if listed.bytes > limit_bytes {
        return Err(BundleFault::Size {
            name: listed.name.clone(),
            limit_bytes,
        });
    }
    let entry = archive.by_index(number).map_err(|error| damaged(&error))?;
    if entry.size() != listed.bytes {
        return Err(changed());
    }
    let mut sum = Summing(Context::new(&SHA256));
    let read = io::copy(&mut entry.take(listed.bytes + 1), &mut sum);
    match read {
        // The archive's own check value, or a stream that breaks off.
        Err(_) => Err(changed()),
        Ok(read) if read != listed.bytes || hexadecimal(sum.0) != listed.sha256 => Err(changed()),
        Ok(_) => Ok(()),
    }
}

struct Summing(Context);

impl Write for Summing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn damaged(error: &ZipError) -> BundleFault {
    BundleFault::Damaged(shown(error))
}

/// What the reader of archives says, as a part of one line.
fn shown(error: &ZipError) -> String {
    let text = error.to_string();
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    BundleFault::shown(&plain)
}

/// The bits of a mode that say of which kind a file is, and those of a regular one.
const KINDS: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
/// With what the head of an entry begins, and the end of an archive, which of an empty one is all.
const ENTRY: [u8; 4] = *b"PK\x03\x04";
const END: [u8; 4] = *b"PK\x05\x06";
