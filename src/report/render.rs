//! Runs in any format, one or several.

use super::document::{Document, DocumentError};
use super::exchange::github_summary::github_summary;
use super::exchange::{
    bencher, github_action_benchmark, hgrm, hlog, hyperfine, junit, openmetrics, otava,
};
use super::format::Format;
use super::formats::csv::summary_csv;
use super::formats::json::summary::summary_json;
use super::formats::markdown::markdown;
use super::formats::page::Style;
use super::formats::terminal::terminal;
use super::view::report::Report;

/// The runs in that format; `style` and `width` are for a terminal.
///
/// # Errors
/// `DocumentError`.
pub fn render(
    format: Format,
    reports: &[Report<'_>],
    style: Style,
    width: usize,
) -> Result<Document, DocumentError> {
    let in_turn = |write: &dyn Fn(&Report<'_>) -> String| {
        Ok(reports.iter().map(write).collect::<String>().into())
    };
    // These formats do not name the run, so two runs could not be distinguished.
    let alone = || match reports {
        [report] => Ok(report),
        reports => Err(DocumentError::Runs {
            format,
            runs: reports.len(),
        }),
    };
    match format {
        Format::Terminal => in_turn(&|report| terminal(report, style, width)),
        Format::Markdown => in_turn(&|report| markdown(report, &[])),
        Format::Csv => in_turn(&|report| summary_csv(report)),
        Format::Json => in_turn(&|report| summary_json(report)),
        Format::GithubSummary => {
            in_turn(&|report| github_summary(report, MAX_SUMMARY_BYTES / reports.len()))
        }
        Format::Hgrm => in_turn(&|report| hgrm::hgrm(report)),
        Format::Junit => Ok(junit::junit(reports).into()),
        Format::Otava => otava::otava(reports),
        Format::GithubActionBenchmark => {
            alone().map(github_action_benchmark::github_action_benchmark)
        }
        Format::Bencher => alone().map(bencher::bencher),
        Format::Hyperfine => alone().map(hyperfine::hyperfine),
        Format::Openmetrics => alone().map(openmetrics::openmetrics),
        Format::Hlog => Ok(hlog::hlog(alone()?)?.into()),
    }
}

/// GitHub's limit for the summary of one step; it shows nothing of a larger one.
pub(crate) const MAX_SUMMARY_BYTES: usize = 1024 * 1024;
