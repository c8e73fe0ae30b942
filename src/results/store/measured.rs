//! What a run measured and cannot be made again from anything else.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::journal;
use super::run::RUN_FILE;
use super::samples;

/// Its files: no other is written in their place by name.
pub(super) const MEASURED: [&str; 3] = [RUN_FILE, samples::FILE_NAME, journal::FILE_NAME];

/// Whether the file, whatever its name, begins as a run's file does in every version.
pub(super) fn begins_as_run(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(path)?
        .take(MOST_OF_BEGINNING)
        .read_to_end(&mut beginning)?;
    beginning.retain(|byte| !byte.is_ascii_whitespace());
    let version = beginning.strip_prefix(b"{\"schema_version\":");
    let Some(version) = version else {
        return Ok(false);
    };
    let digits = version
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    Ok(version[digits..].starts_with(RUN_ID))
}

const MOST_OF_BEGINNING: u64 = 256;
const RUN_ID: &[u8] = b",\"run_id\":";
