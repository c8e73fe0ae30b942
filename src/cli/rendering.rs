//! Reports in the format that was asked for, printed or as text for a file.

use crate::report::{self, Format, Report, Style};
#[cfg(feature = "simulate")]
use crate::results::Certificate;

use super::command_error::{CommandError, OrExit as _};
use super::console::diagnostics::warn;
use super::console::stdout::{READABLE_COLUMNS, print, style, width};
use super::exit_code::Exit;
use super::options::output::OutputOptions;
#[cfg(feature = "simulate")]
use super::options::output::When;

/// Prints the reports in the format that was asked for.
pub(crate) fn show(reports: &[Report<'_>], options: &OutputOptions) -> Result<Exit, CommandError> {
    let format = options.format.unwrap_or(Format::Terminal);
    let made = document(format, reports, style(options.color), width())?;
    print(made.as_bytes())
}

/// The reports in any format, as a file holds them.
pub(crate) fn in_file(format: Format, reports: &[Report<'_>]) -> Result<String, CommandError> {
    document(format, reports, Style::Plain, READABLE_COLUMNS)
}

/// What cannot be in it is a warning.
fn document(
    format: Format,
    reports: &[Report<'_>],
    style: Style,
    width: usize,
) -> Result<String, CommandError> {
    let made = report::render(format, reports, style, width).or_exit(Exit::Usage)?;
    made.remarks
        .iter()
        .for_each(|remark| warn(&format!("{format}: {remark}")));
    Ok(made.text)
}

/// Prints a certificate for people.
#[cfg(feature = "simulate")]
pub(crate) fn show_certificate(certificate: &Certificate) -> Result<Exit, CommandError> {
    print(report::certificate(certificate, style(When::Auto), width()).as_bytes())
}
