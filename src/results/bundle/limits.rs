//! The most that a bundle can have. It may come from anybody.

use crate::results::model::limits::MAX_RUN_BYTES;

use super::contents::BUNDLE_SAMPLES;

/// Files, the manifest and the directory of the pictures included: a run of every operation with every picture has some 170.
pub(crate) const MAX_ENTRIES: usize = 512;
/// Bytes of the archive's directory: each entry has 46 and its name, and some programs add times and owners.
pub(crate) const MAX_DIRECTORY_BYTES: u64 = 128 * 1024;
/// Bytes of the archive.
pub(crate) const MAX_ARCHIVE_BYTES: u64 = 1 << 30;
/// Bytes of the samples.
pub(crate) const MAX_SAMPLES_BYTES: u64 = 2 << 30;
/// Bytes of the manifest.
pub(crate) const MAX_MANIFEST_BYTES: u64 = 1 << 20;
/// A file that is larger than this may be so many times as large as its part of the archive. Rows of samples come to 20 times.
pub(crate) const MAX_RATIO: u64 = 200;
/// Files up to this may be packed as well as they can be.
pub(crate) const RATIO_FROM_BYTES: u64 = 1 << 20;

/// Bytes of the file of that name.
pub(crate) fn max_bytes(name: &str) -> u64 {
    if name == BUNDLE_SAMPLES {
        MAX_SAMPLES_BYTES
    } else {
        MAX_RUN_BYTES
    }
}
