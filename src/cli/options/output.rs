//! What is left behind and shown, as typed.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, ValueEnum};

use super::export::{Export, export};
use super::look::LookOptions;
use super::pictures::report_charts::{REPORT_CHARTS, ReportCharts, report_charts};
use super::values::{NonEmptyPath, format};
use crate::cli::command_error::CommandError;
use crate::cli::exit_code::Exit;
use crate::report::Format;

/// What is left behind and shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// Directory for the files; without it a run goes to reports/RUN-ID, and a report drawn again to stdout alone
    #[arg(long, short, value_name = "DIR", value_parser = NonEmptyPath)]
    pub(crate) out: Option<PathBuf>,
    /// Accepts a directory that is not empty and replaces its files of the same names
    #[arg(long)]
    pub(crate) force: bool,
    /// Charts in the directory.
    #[arg(
        long,
        value_name = "LIST",
        value_parser = report_charts,
        help = REPORT_CHARTS
    )]
    pub(crate) charts: Option<ReportCharts>,
    /// What is printed on stdout.
    #[arg(
        long,
        short,
        value_name = "FORMAT",
        value_parser = format,
        help = std::format!("What is printed on stdout: {} [default: terminal]", Format::names())
    )]
    pub(crate) format: Option<Format>,
    /// Also writes a file in a format of --format, for hgrm a directory; repeatable
    #[arg(long, value_name = "FORMAT=PATH", value_parser = export)]
    pub(crate) export: Vec<Export>,
    #[command(flatten)]
    pub(crate) look: LookOptions,
    /// Progress on stderr: a live table on a terminal, plain lines elsewhere
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) progress: When,
    /// Colour on stdout; auto honours NO_COLOR
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) color: When,
    /// Says nothing but results, warnings and errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl OutputOptions {
    /// Refuses `--progress` where nothing is measured.
    pub(crate) fn refuse_progress(&self) -> Result<(), CommandError> {
        if self.progress == When::Auto {
            return Ok(());
        }
        let error = anyhow!("--progress has no effect: nothing is measured");
        Err(CommandError::new(Exit::Usage, error))
    }

    /// Nothing asked for but the report on stdout.
    pub(crate) fn plain(color: When) -> Self {
        Self {
            out: None,
            force: false,
            charts: None,
            format: None,
            export: Vec::new(),
            look: LookOptions::default(),
            progress: When::Never,
            color,
            quiet: false,
        }
    }
}

/// How a list is printed that is not a run's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Table,
    /// One array.
    Json,
    /// One line for each entry.
    Csv,
}

/// When something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// When it suits the stream.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
