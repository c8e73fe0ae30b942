//! Results: the report's files, and the one format that goes to stdout.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use crate::judge::Summary;
use crate::report::{self, ChartLink, Format, Report, Style, chart, raster};
use crate::results::{Certificate, Directory, ResultsError, Run};

use super::diagnostics::warn;
use super::exit::{Exit, OrExit as _, Refusal};
use super::options::{OutputOptions, When};

/// Prints `bytes`; a reader that has gone away, as `head` does, is no error.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, Refusal> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(Exit::Success),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Exit::Success),
        Err(error) => Err(Refusal::new(
            Exit::NotWritten,
            anyhow::Error::new(error).context("cannot write to stdout"),
        )),
    }
}

/// Prints the report in the format that was asked for.
pub(super) fn show(run: &Run, summary: &Summary, options: &OutputOptions) -> Result<Exit, Refusal> {
    show_all(&[Report::new(run, summary)], options)
}

/// Prints several reports in the format that was asked for.
pub(super) fn show_all(reports: &[Report<'_>], options: &OutputOptions) -> Result<Exit, Refusal> {
    let format = options.format.unwrap_or(Format::Terminal);
    let made = document(format, reports, style(options.color), width())?;
    print(made.as_bytes())
}

/// The reports in any format, as a file holds them.
pub(super) fn in_file(format: Format, reports: &[Report<'_>]) -> Result<String, Refusal> {
    document(format, reports, Style::Plain, READABLE_COLUMNS)
}

/// What cannot be in it is a warning.
fn document(
    format: Format,
    reports: &[Report<'_>],
    style: Style,
    width: usize,
) -> Result<String, Refusal> {
    let made = report::document(format, reports, style, width).or_exit(Exit::Usage)?;
    made.remarks
        .iter()
        .for_each(|remark| warn(&format!("{format}: {remark}")));
    Ok(made.text)
}

/// Prints a certificate for people.
pub(super) fn show_certificate(certificate: &Certificate) -> Result<Exit, Refusal> {
    print(report::certificate(certificate, style(When::Auto), width()).as_bytes())
}

/// Writes tables and charts beside the run.
///
/// # Errors
/// [`ResultsError`] for the first file that cannot be written. A chart that cannot be drawn is a warning: the numbers
/// are there without it.
pub(super) fn write_report(
    directory: &Directory,
    run: &Run,
    summary: &Summary,
) -> Result<(), ResultsError> {
    let report = Report::new(run, summary);
    directory.write("summary.csv", report::summary_csv(&report).as_bytes())?;
    directory.write("comparison.csv", report::comparison_csv(&report).as_bytes())?;
    directory.write("summary.json", report::summary_json(&report).as_bytes())?;
    let links = write_charts(&directory.subdirectory("charts")?, run, summary)?;
    directory.write("report.md", report::markdown(&report, &links).as_bytes())
}

fn write_charts(
    directory: &Directory,
    run: &Run,
    summary: &Summary,
) -> Result<Vec<ChartLink>, ResultsError> {
    let mut links: Vec<ChartLink> = Vec::new();
    for picture in chart::draw(run, summary) {
        let file = &picture.stem;
        directory.write(&format!("{file}.svg"), picture.svg.as_bytes())?;
        match raster::png(&picture.svg) {
            Ok(png) => directory.write(&format!("{file}.png"), &png)?,
            Err(error) => warn(&format!("chart {file} has no PNG: {error}")),
        }
        let stem = file
            .trim_end_matches(picture.theme.as_str())
            .trim_end_matches('-');
        if links.iter().all(|link| link.stem != stem) {
            let description = format!("{} ({})", picture.chart.question(), picture.operation);
            links.push(ChartLink {
                stem: stem.to_owned(),
                description,
            });
        }
    }
    Ok(links)
}

/// Whether stdout takes colour.
pub(super) fn style(color: When) -> Style {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color {
        When::Always => Style::Colour,
        When::Auto if std::io::stdout().is_terminal() && !plain => Style::Colour,
        When::Auto | When::Never => Style::Plain,
    }
}

/// Columns of the terminal; a width that is good to read where there is none.
pub(super) fn width() -> usize {
    let columns = std::io::stdout()
        .is_terminal()
        .then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok());
    columns
        .flatten()
        .map(|size| usize::from(size.ws_col))
        .filter(|&columns| columns > 0)
        .unwrap_or(READABLE_COLUMNS)
}

const READABLE_COLUMNS: usize = 110;
