//! The files of a report beside `run.json`: tables, charts and the pages for a browser and in Markdown.

use crate::report::chart::{self, RunShown, Theme, raster};
use crate::report::{self, ChartLink, Report};
use crate::results::{Directory, ResultsError};

use super::console::diagnostics::warn;
use super::options::pictures::report_charts::ReportCharts;

/// The files of a report, without its charts.
pub(crate) const NAMES: [&str; 5] = [
    "summary.csv",
    "comparison.csv",
    "summary.json",
    PAGE,
    "report.md",
];

/// The page for a browser.
pub(crate) const PAGE: &str = "report.html";

/// Writes tables and charts beside the run.
///
/// # Errors
/// [`ResultsError`] for the first file that cannot be written. A chart that cannot be drawn is a warning: the numbers
/// are there without it.
pub(crate) fn write_report(
    directory: &Directory,
    report: &Report<'_>,
    charts: Option<&ReportCharts>,
) -> Result<(), ResultsError> {
    each_file(report, charts, |name, bytes| match name.split_once('/') {
        Some((below, name)) => directory.subdirectory(below)?.write(name, bytes),
        None => directory.write(name, bytes),
    })
}

/// Gives every file of the report to `write`, with its name; that of a chart begins with `charts/`.
///
/// # Errors
/// The first error of `write`. A chart that cannot be drawn is a warning.
pub(crate) fn each_file<E>(
    report: &Report<'_>,
    charts: Option<&ReportCharts>,
    mut write: impl FnMut(&str, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let [summary_csv, comparison_csv, summary_json, page, markdown] = NAMES;
    write(summary_csv, report::summary_csv(report).as_bytes())?;
    write(comparison_csv, report::comparison_csv(report).as_bytes())?;
    write(summary_json, report::summary_json(report).as_bytes())?;
    write(
        page,
        report::html_page(std::slice::from_ref(report)).as_bytes(),
    )?;
    let usual = ReportCharts::default();
    let links = each_chart(report, charts.unwrap_or(&usual), &mut write)?;
    write(markdown, report::markdown(report, &links).as_bytes())
}

fn each_chart<E>(
    report: &Report<'_>,
    charts: &ReportCharts,
    write: &mut impl FnMut(&str, &[u8]) -> Result<(), E>,
) -> Result<Vec<ChartLink>, E> {
    let mut links: Vec<ChartLink> = Vec::new();
    let shown = RunShown {
        run: report.run,
        summary: report.summary,
    };
    let pictures = chart::draw(shown, &charts.kinds, charts.operations);
    for missing in pictures.missing.iter().filter(|_| charts.are_named) {
        warn(&missing.to_string());
    }
    for picture in pictures.drawn {
        let file = format!("{}-{}.png", picture.stem, picture.theme.as_str());
        match raster::png(&picture.svg, raster::SCALE) {
            Ok(png) => write(&format!("charts/{file}"), &png)?,
            Err(error) => warn(&format!("chart {file} cannot be drawn: {error}")),
        }
        if picture.theme == Theme::Light {
            links.push(ChartLink {
                description: format!("{} ({})", picture.kind.question, picture.operation),
                stem: picture.stem,
            });
        }
    }
    Ok(links)
}
