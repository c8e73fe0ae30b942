//! What is left behind and shown, as typed.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::{Args, ValueEnum};

use super::export::{Export, export};
use super::look::LookOptions;
use super::pictures::report_charts::{REPORT_CHARTS, ReportCharts, report_charts};
use super::values::{NonEmptyPath, format};
use crate::cli::command_error::CommandError;
use crate::report::Format;

/// What is left behind and shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// Directory for the files; without it a run goes to reports/RUN-ID, and a redrawn report only to stdout
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
        Err(CommandError::usage(error))
    }

    /// Refuses `--color always` where what is printed has no colour.
    pub(crate) fn check_color(&self) -> Result<(), CommandError> {
        self.color
            .check_color(self.format.unwrap_or(Format::Terminal) == Format::Terminal)
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

/// Whether the name of a directory means: print the report and leave nothing behind.
pub(crate) fn is_stdout(path: &Path) -> bool {
    STDOUT.iter().any(|name| Path::new(name) == path)
}

/// The directory of the runs that are given none.
pub(crate) const REPORTS: &str = "reports";

const STDOUT: [&str; 2] = ["-", "/dev/stdout"];

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

impl When {
    /// Refuses `--color always` where the format that is printed has no colour. `never` comes true there.
    pub(crate) fn check_color(self, is_for_people: bool) -> Result<(), CommandError> {
        if self != Self::Always || is_for_people {
            return Ok(());
        }
        let error =
            anyhow!("--color always is about --format terminal, and no other format has colour");
        Err(CommandError::usage(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_refused_only_where_it_cannot_be() {
        for (format, color, is_taken) in [
            (None, When::Always, true),
            (Some(Format::Terminal), When::Always, true),
            (Some(Format::Json), When::Always, false),
            (Some(Format::Json), When::Never, true),
            (Some(Format::Json), When::Auto, true),
        ] {
            let output = OutputOptions {
                format,
                ..OutputOptions::plain(color)
            };
            assert_eq!(
                output.check_color().is_ok(),
                is_taken,
                "{format:?} {color:?}"
            );
        }
    }
}
