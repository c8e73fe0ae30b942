//! What a run measured and cannot be made again from anything else.

use super::journal;
use super::run::RUN_FILE;
use super::samples;

/// Its files: no other is written in their place by name.
pub(super) const MEASURED: [&str; 3] = [RUN_FILE, samples::FILE_NAME, journal::FILE_NAME];
