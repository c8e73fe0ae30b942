//! Runs in any format: which part of this room writes it, and what several runs make.

use thiserror::Error;

use crate::results::ResultsError;

use super::format::Format;
use super::github_summary::github_summary;
use super::report::Report;
use super::terminal::Style;
use super::{bencher, github_action_benchmark, hgrm, hlog, hyperfine, junit, openmetrics, otava};
use super::{markdown, summary_csv, summary_json, terminal};

/// What a format made of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file.
    pub text: String,
    /// What is not in it, and why: a sentence each, for people.
    pub remarks: Vec<String>,
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self {
            text,
            remarks: Vec::new(),
        }
    }
}

/// Why a format cannot hold these runs.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// Several runs for a format of one.
    #[error("format {format} holds one run, not {runs}; stsbench merge can make one of them")]
    Runs {
        /// The format.
        format: Format,
        /// How many there are.
        runs: usize,
    },
    /// A run that does not say when it was.
    #[error("run {run_id:?}: started_at {started_at:?} is no RFC 3339 date")]
    Start {
        /// The run.
        run_id: String,
        /// What stands there.
        started_at: String,
    },
    /// Runs that are not one series.
    #[error(
        "format otava sets a place against itself over time; these runs are of {0:?} and of {1:?}"
    )]
    Places(String, String),
    /// A run that HdrHistogram's log cannot hold.
    #[error(transparent)]
    Results(#[from] ResultsError),
}

/// The runs in that format; `style` and `width` are for a terminal.
///
/// # Errors
/// [`DocumentError`].
pub fn document(
    format: Format,
    reports: &[Report<'_>],
    style: Style,
    width: usize,
) -> Result<Document, DocumentError> {
    let in_turn = |write: &dyn Fn(&Report<'_>) -> String| {
        Ok(reports.iter().map(write).collect::<String>().into())
    };
    // What these write names no run, so that a second one would stand for the first.
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

/// What GitHub takes of one step; a larger summary is not shown at all.
const MAX_SUMMARY_BYTES: usize = 1024 * 1024;

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
