//! Reports in the format that was asked for, printed or as text for a file.

use std::path::Path;

use crate::report::{self, Format, Look, Report};
#[cfg(feature = "simulate")]
use crate::results::Certificate;

use super::command_error::{CommandError, OrExit as _};
use super::console::charset::displayable;
use super::console::diagnostics::warn;
#[cfg(feature = "simulate")]
use super::console::stdout::width;
use super::console::stdout::{columns, print, style};
use super::exit_code::Exit;
use super::options::look::LookOptions;
use super::options::output::OutputOptions;
#[cfg(feature = "simulate")]
use super::options::output::When;
use super::options::pictures::report_charts::ReportCharts;

/// Prints the reports in the format that was asked for. `files` is where the files of the one run are, where they have just
/// been written.
pub(crate) fn show(
    reports: &[Report<'_>],
    options: &OutputOptions,
    files: Option<String>,
) -> Result<Exit, CommandError> {
    let format = options.format.unwrap_or(Format::Terminal);
    let look = Look {
        style: style(options.color),
        width: columns(),
        detail: options.look.detail(),
        files,
    };
    let made = document(format, reports, &look)?;
    let shown = match format {
        Format::Terminal => displayable(made),
        _ => made,
    };
    print(shown.as_bytes())
}

/// What the screen says of the directory that holds a run and its report.
pub(crate) fn files_line(directory: &Path, charts: Option<&ReportCharts>) -> String {
    let has_charts = charts.is_none_or(|charts| !charts.kinds.is_empty());
    format!(
        "{}: report.html, report.md, run.json{}",
        directory.display(),
        if has_charts { ", charts" } else { "" }
    )
}

/// The reports in any format, as a file holds them.
pub(crate) fn in_file(
    format: Format,
    reports: &[Report<'_>],
    look: &LookOptions,
) -> Result<String, CommandError> {
    let look = Look {
        detail: look.detail(),
        ..Look::plain()
    };
    document(format, reports, &look)
}

/// What cannot be in it is a warning.
fn document(format: Format, reports: &[Report<'_>], look: &Look) -> Result<String, CommandError> {
    let made = report::render(format, reports, look).or_exit(Exit::Usage)?;
    made.remarks
        .iter()
        .for_each(|remark| warn(&format!("{format}: {remark}")));
    Ok(made.text)
}

/// Prints a certificate for people.
#[cfg(feature = "simulate")]
pub(crate) fn show_certificate(certificate: &Certificate) -> Result<Exit, CommandError> {
    let page = report::certificate(certificate, style(When::Auto), width());
    print(displayable(page).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_are_named_among_the_files_only_where_there_are_any() {
        let line = |charts: Option<&str>| {
            let charts = charts.map(|text| text.parse::<ReportCharts>().expect("is a list"));
            files_line(Path::new("reports/x"), charts.as_ref())
        };
        assert_eq!(
            line(None),
            "reports/x: report.html, report.md, run.json, charts"
        );
        assert_eq!(line(Some("all")), line(None));
        assert_eq!(
            line(Some("none")),
            "reports/x: report.html, report.md, run.json"
        );
    }
}
