//! The files of a report beside `run.json`: tables, charts and the pages for a browser and in Markdown.

use crate::report::chart::{RunShown, raster};
use crate::report::{self, ChartLink, Report, chart};
use crate::results::{Directory, ResultsError};

use super::console::diagnostics::warn;

/// Writes tables and charts beside the run.
///
/// # Errors
/// [`ResultsError`] for the first file that cannot be written. A chart that cannot be drawn is a warning: the numbers
/// are there without it.
pub(crate) fn write_report(directory: &Directory, report: &Report<'_>) -> Result<(), ResultsError> {
    directory.write("summary.csv", report::summary_csv(report).as_bytes())?;
    directory.write("comparison.csv", report::comparison_csv(report).as_bytes())?;
    directory.write("summary.json", report::summary_json(report).as_bytes())?;
    directory.write(
        "report.html",
        report::html_page(std::slice::from_ref(report)).as_bytes(),
    )?;
    let links = write_charts(&directory.subdirectory("charts")?, report)?;
    directory.write("report.md", report::markdown(report, &links).as_bytes())
}

fn write_charts(
    directory: &Directory,
    report: &Report<'_>,
) -> Result<Vec<ChartLink>, ResultsError> {
    let mut links: Vec<ChartLink> = Vec::new();
    let shown = RunShown {
        run: report.run,
        summary: report.summary,
    };
    for picture in chart::draw(shown, &chart::of_one_run()[..4]) {
        let file = &picture.stem;
        directory.write(&format!("{file}.svg"), picture.svg.as_bytes())?;
        match raster::png(&picture.svg, raster::SCALE) {
            Ok(png) => directory.write(&format!("{file}.png"), &png)?,
            Err(error) => warn(&format!("chart {file} has no PNG: {error}")),
        }
        let stem = file
            .trim_end_matches(picture.theme.as_str())
            .trim_end_matches('-');
        if links.iter().all(|link| link.stem != stem) {
            let description = format!("{} ({})", picture.kind.question, picture.operation);
            links.push(ChartLink {
                stem: stem.to_owned(),
                description,
            });
        }
    }
    Ok(links)
}
