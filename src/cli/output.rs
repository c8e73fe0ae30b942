//! Results on stdout.

use std::io::{ErrorKind, Write as _};

use super::exit::{Exit, Refusal};

/// Prints `bytes`; a reader that has gone away, as `head` does, is no error.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, Refusal> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Exit::Success),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Success),
        Err(error) => Err(Refusal::new(Exit::NotWritten, anyhow::Error::new(error).context("cannot write to stdout"))),
    }
}
