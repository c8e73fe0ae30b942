//! Small text files that the user names: plans, fleets, certificates. A page, not a book; never a device or a pipe.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// The text of the file at `path`, without a byte order mark.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    let metadata = path
        .metadata()
        .with_context(|| format!("cannot read {}", path.display()))?;
    if !metadata.is_file() {
        bail!("cannot read {}: it is not a regular file", path.display());
    }
    let mut bytes = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    opened.with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > MAX_BYTES {
        bail!(
            "cannot read {}: it is larger than {MAX_BYTES} bytes",
            path.display()
        );
    }
    let Ok(text) = String::from_utf8(bytes) else {
        bail!("cannot read {}: it is not UTF-8", path.display())
    };
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// Also keeps a file that grows from being read forever.
const MAX_BYTES: u64 = 1 << 20;
