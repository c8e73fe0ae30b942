//! The names of the text formats.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A text format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Tables for a terminal; see `terminal()`.
    Terminal,
    /// GitHub-flavoured Markdown; see `markdown()`.
    Markdown,
    /// One row per target; see `summary_csv`.
    Csv,
    /// The summary for programs; see [`super::summary_json`].
    Json,
    /// One page for a browser, with everything that it shows inside.
    Html,
    /// Markdown for `$GITHUB_STEP_SUMMARY`: the verdict first, never above the size that GitHub takes.
    GithubSummary,
    /// The body of a call to a Slack webhook.
    Slack,
    /// A comment on a pull request; empty when there is nothing to say.
    PrComment,
    /// JSON for a badge by shields.io's endpoint.
    Badge,
    /// JUnit XML: gates, or else comparisons, and checks as test cases.
    Junit,
    /// JSON for github-action-benchmark's `customSmallerIsBetter`.
    GithubActionBenchmark,
    /// Bencher Metric Format.
    Bencher,
    /// JSON as hyperfine exports it.
    Hyperfine,
    /// One row per run for Apache Otava, which looks for changes in the course of time.
    Otava,
    /// A file for the textfile collector of Prometheus' node exporter.
    Openmetrics,
    /// HdrHistogram's percentile distribution.
    Hgrm,
    /// HdrHistogram's interval log.
    Hlog,
}

/// An unknown format name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("format {given:?} is unknown; allowed: {known}", known = Format::names())]
pub struct FormatError {
    given: String,
}

impl Format {
    /// Every format, in the order of the help text.
    pub const ALL: [Self; 17] = [
        Self::Terminal,
        Self::Markdown,
        Self::Csv,
        Self::Json,
        Self::Html,
        Self::GithubSummary,
        Self::Slack,
        Self::PrComment,
        Self::Badge,
        Self::Junit,
        Self::GithubActionBenchmark,
        Self::Bencher,
        Self::Hyperfine,
        Self::Otava,
        Self::Openmetrics,
        Self::Hgrm,
        Self::Hlog,
    ];

    /// Every name, in the order of the help text.
    pub fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Html => "html",
            Self::GithubSummary => "github-summary",
            Self::Slack => "slack",
            Self::PrComment => "pr-comment",
            Self::Badge => "badge",
            Self::Junit => "junit",
            Self::GithubActionBenchmark => "github-action-benchmark",
            Self::Bencher => "bencher",
            Self::Hyperfine => "hyperfine",
            Self::Otava => "otava",
            Self::Openmetrics => "openmetrics",
            Self::Hgrm => "hgrm",
            Self::Hlog => "hlog",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| FormatError {
            given: text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name_and_no_other_is() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        let error = "html5".parse::<Format>().expect_err("unknown").to_string();
        assert!(
            Format::ALL
                .iter()
                .all(|format| error.contains(format.as_str())),
            "{error}"
        );
    }

    #[test]
    fn the_reference_says_what_every_format_is_for() {
        let reference = include_str!("../../docs/reference/formats.md");
        let table = reference
            .split_once("| format | for |")
            .and_then(|(_, rest)| rest.split_once("\n\n"))
            .expect("a table of formats")
            .0;
        let named = |row: &str| row.split(" | ").next().unwrap_or_default().to_owned();
        let rows: String = table.lines().map(named).collect();
        let found: Vec<&str> = rows.split('`').skip(1).step_by(2).collect();
        assert_eq!(found, Format::ALL.map(Format::as_str));
    }
}
