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
use super::formats::overview::overview;
use super::formats::page::Style;
use super::formats::terminal::terminal;
use super::html;
use super::message::{badge, of_report, pr_comment, slack};
use super::view::overview::selection::ScreenSelection;
use super::view::report::Report;

/// How a run looks on a terminal. The other formats do not depend on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    /// Whether lines may be coloured.
    pub style: Style,
    /// The columns of the terminal; `None` without a terminal.
    pub width: Option<usize>,
    /// How much is shown.
    pub detail: Detail,
    /// Where the files of the run are, when they have just been written.
    pub files: Option<String>,
}

/// How much of a run is shown on a terminal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Detail {
    /// One screen: the decision, the endpoints side by side, what to know and to do.
    Screen(ScreenSelection),
    /// Everything: each table, interval, rank, check and fact.
    Full,
}

impl Look {
    /// One screen without colour, for a file.
    pub(crate) fn plain() -> Self {
        Self {
            style: Style::Plain,
            width: None,
            detail: Detail::Screen(ScreenSelection::default()),
            files: None,
        }
    }
}

/// The runs in that format.
///
/// # Errors
/// `DocumentError`.
pub(crate) fn render(
    format: Format,
    reports: &[Report<'_>],
    look: &Look,
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
        Format::Terminal => Ok(on_terminal(reports, look).into()),
        Format::Markdown => in_turn(&|report| markdown(report, &[])),
        Format::Html => Ok(html::page(reports).into()),
        Format::Csv => in_turn(&|report| summary_csv(report)),
        Format::Json => in_turn(&|report| summary_json(report)),
        Format::GithubSummary => {
            in_turn(&|report| github_summary(report, MAX_SUMMARY_BYTES / reports.len()))
        }
        Format::Slack => alone().map(|report| slack(&of_report(report)).into()),
        Format::PrComment => in_turn(&|report| pr_comment(&of_report(report))),
        Format::Badge => alone().map(|report| badge(&of_report(report)).into()),
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

/// The runs in turn, screens with an empty line between them.
fn on_terminal(reports: &[Report<'_>], look: &Look) -> String {
    let texts: Vec<String> = match &look.detail {
        Detail::Full => reports
            .iter()
            .map(|report| terminal(report, look.style, look.width))
            .collect(),
        Detail::Screen(selection) => {
            // Who names columns gets them all where no terminal limits them.
            let screen = (!selection.is_asked()).then_some(COLUMNS_OF_A_SCREEN);
            let width = look.width.or(screen);
            reports
                .iter()
                .map(|report| overview(report, selection, look.style, width, look.files.as_deref()))
                .collect()
        }
    };
    match look.detail {
        Detail::Full => texts.concat(),
        Detail::Screen(_) => texts.join("\n"),
    }
}

/// Columns of a screen where there is no terminal.
const COLUMNS_OF_A_SCREEN: usize = 80;

/// GitHub's limit for the summary of one step; it shows nothing of a larger one.
pub(crate) const MAX_SUMMARY_BYTES: usize = 1024 * 1024;
