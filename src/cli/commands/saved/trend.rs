//! `stsbench trend`: runs of one vantage over time.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::ValueEnum;

use crate::report::trend::{
    ShownTrend, TrendDetail, trend_csv, trend_json, trend_markdown, trend_terminal,
};
use crate::report::{Style, trend_page};

use crate::cli::command_error::CommandError;
use crate::cli::console::charset::displayable;
use crate::cli::console::stdout::{print, style, table_width};
use crate::cli::exit_code::Exit;
use crate::cli::options::output::When;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions};
use crate::cli::options::values::NonEmptyPath;

use crate::cli::stores::Sources;

use super::history::trend_of;

/// `stsbench trend`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrendOptions {
    /// Saved runs of one vantage point, each a run.json, the directory that holds it, or a bundle, or a directory with runs
    /// below it, or a store (a directory or s3://BUCKET/PREFIX); at least two runs. The latest 92 count
    #[arg(required = true, value_name = "STORE|DIR|RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// What is printed on stdout [default: terminal]
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = TrendFormat::Terminal, hide_default_value = true)]
    format: TrendFormat,
    /// Every operation, kind of connection, endpoint and mark; the screen shows only the most important
    #[arg(long, visible_alias = "all")]
    full: bool,
    /// Colour on stdout; auto honours NO_COLOR
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    color: When,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    access: StoreAccessOptions,
}

/// How a trend is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TrendFormat {
    /// For people.
    Terminal,
    /// For a pull request.
    Markdown,
    /// One row for each target of each run.
    Csv,
    /// For programs.
    Json,
    /// One page for a browser.
    Html,
}

const EXAMPLES: &str = "\
Two runs are described; from eleven on each is judged against those before it, as compare
--history does. The exit code is 0 in either case: a job that is to fail uses compare --history.

Examples:
  stsbench trend reports
  stsbench trend s3://my-bench/sts --vantage frankfurt --since 180d
  stsbench trend reports --format csv > trend.csv
  stsbench trend reports --format html > trend.html
  stsbench trend monday/run.json tuesday/run.json --full";

/// Prints the runs over time.
pub(crate) fn trend(options: &TrendOptions) -> Result<Exit, CommandError> {
    if options.full && options.format != TrendFormat::Terminal {
        let error = anyhow!("--full is about --format terminal; the other formats have everything");
        return Err(CommandError::usage(error));
    }
    let is_for_people = options.format == TrendFormat::Terminal;
    options.color.check_color(is_for_people)?;
    let (trend, left_out) = trend_of(Sources {
        paths: &options.runs,
        access: &options.access,
        selection: &options.selection,
    })?;
    let detail = if options.full || options.format != TrendFormat::Terminal {
        TrendDetail::Full
    } else {
        TrendDetail::Screen
    };
    let shown = || ShownTrend::new(&trend, &left_out, detail);
    let text = match options.format {
        TrendFormat::Terminal => {
            let style: Style = style(options.color);
            let width = table_width();
            displayable(trend_terminal(&shown(), detail, style, width))
        }
        TrendFormat::Markdown => trend_markdown(&shown()),
        TrendFormat::Csv => trend_csv(&trend),
        TrendFormat::Json => trend_json(&trend, &left_out),
        TrendFormat::Html => trend_page(&trend, &left_out),
    };
    print(text.as_bytes())
}
