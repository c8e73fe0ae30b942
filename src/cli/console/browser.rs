//! Shows a file to the user in the system's browser.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;

/// The program that opens a file as its owner set it up.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

/// Opens the file, and does not wait for who looks at it.
pub(crate) fn open(path: &Path) -> anyhow::Result<()> {
    let path = path
        .canonicalize()
        .with_context(|| format!("--open: {}", path.display()))?;
    let ended = Command::new(OPENER)
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("--open: {OPENER} cannot be started"))?;
    anyhow::ensure!(
        ended.success(),
        "--open: {OPENER} could not show {}",
        path.display()
    );
    Ok(())
}
