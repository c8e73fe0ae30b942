//! Standard output: results, and how the terminal behind it shows them.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use crate::report::Style;

use crate::cli::command_error::CommandError;
use crate::cli::exit_code::Exit;
use crate::cli::options::output::When;

/// Prints `bytes`; a reader that has gone away, as `head` does, is no error.
pub(crate) fn print(bytes: &[u8]) -> Result<Exit, CommandError> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Exit::Success),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Success),
        Err(error) => Err(CommandError::new(
            Exit::NotWritten,
            anyhow::Error::new(error).context("cannot write to stdout"),
        )),
    }
}

/// Whether stdout takes colour: a terminal does that is not dumb, unless `NO_COLOR` is set.
pub(crate) fn style(color: When) -> Style {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match color {
        When::Always => Style::Colour,
        When::Auto if std::io::stdout().is_terminal() && !plain => Style::Colour,
        When::Auto | When::Never => Style::Plain,
    }
}

/// Columns of the terminal; a width that is good to read where there is none.
pub(crate) fn width() -> usize {
    columns().unwrap_or(READABLE_COLUMNS)
}

/// Columns that a table has to fit into; where there is no terminal, those of any.
pub(crate) fn table_width() -> usize {
    columns().unwrap_or(TABLE_COLUMNS)
}

/// Columns of the terminal; `None` where stdout is none, or does not tell.
pub(crate) fn columns() -> Option<usize> {
    let size = std::io::stdout()
        .is_terminal()
        .then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok());
    size.flatten()
        .map(|size| usize::from(size.ws_col))
        .filter(|&columns| columns > 0)
}

/// Columns of a text where there is no terminal.
const READABLE_COLUMNS: usize = 110;
/// Columns of a table where there is no terminal.
const TABLE_COLUMNS: usize = 80;
