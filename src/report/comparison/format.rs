//! The formats of a comparison, by name.

use std::fmt;

use crate::report::html::comparison_page;
use crate::report::message::{badge, of_comparison, pr_comment, slack};

use super::compared::Compared;
use super::csv::compared_csv;
use super::json::compared_json;
use super::junit::compared_junit;
use super::markdown::{compared_markdown, compared_summary};
use super::terminal::compared_terminal;
use crate::report::formats::page::Style;

/// How a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ComparisonFormat {
    /// For people.
    Terminal,
    /// For a document.
    Markdown,
    /// One row per target.
    Csv,
    /// For programs.
    Json,
    /// Markdown for `$GITHUB_STEP_SUMMARY`: gates first.
    GithubSummary,
    /// JUnit XML.
    Junit,
    /// The body of a call to a Slack webhook.
    Slack,
    /// A comment on a pull request; empty when nothing changed.
    PrComment,
    /// JSON for a badge by shields.io's endpoint.
    Badge,
    /// One page for a browser.
    Html,
}

impl ComparisonFormat {
    /// Every format, in the order of the help text.
    pub(crate) const ALL: [Self; 10] = [
        Self::Terminal,
        Self::Markdown,
        Self::Csv,
        Self::Json,
        Self::GithubSummary,
        Self::Junit,
        Self::Slack,
        Self::PrComment,
        Self::Badge,
        Self::Html,
    ];

    /// The name on the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::GithubSummary => "github-summary",
            Self::Junit => "junit",
            Self::Slack => "slack",
            Self::PrComment => "pr-comment",
            Self::Badge => "badge",
            Self::Html => "html",
        }
    }

    /// The format of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Every name, in the order of the help text.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for ComparisonFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The comparison in that format, as a file holds it.
pub(crate) fn compared_in(format: ComparisonFormat, compared: Compared<'_>) -> String {
    let message = || of_comparison(compared);
    match format {
        ComparisonFormat::Terminal => compared_terminal(compared, Style::Plain, COLUMNS),
        ComparisonFormat::Markdown => compared_markdown(compared),
        ComparisonFormat::Csv => compared_csv(compared),
        ComparisonFormat::Json => compared_json(compared),
        ComparisonFormat::GithubSummary => compared_summary(compared, &message().found()),
        ComparisonFormat::Junit => compared_junit(compared),
        ComparisonFormat::Slack => slack(&message()),
        ComparisonFormat::PrComment => pr_comment(&message()),
        ComparisonFormat::Badge => badge(&message()),
        ComparisonFormat::Html => comparison_page(compared),
    }
}

/// Columns of a file.
const COLUMNS: usize = 110;
