//! `stsbench matrix`: runs of several vantage points side by side.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::anyhow;
use clap::ValueEnum;
use time::OffsetDateTime;

use crate::load::Epoch;
use crate::matrix::Matrix;
use crate::plan::ConnectionMode;
use crate::report::matrix::{
    MatrixDetail, ShownMatrix, matrix_csv, matrix_json, matrix_markdown, matrix_terminal,
};
use crate::report::matrix_page;
use crate::report::words::side_by_side::matrix::notices;
use crate::results::moment;
use sts_model::Operation;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::charset::displayable;
use crate::cli::console::diagnostics::warn;
use crate::cli::console::stdout::{print, style, table_width};
use crate::cli::exit_code::Exit;
use crate::cli::options::output::When;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions};
use crate::cli::options::values::{NonEmptyPath, connection, operation};

use crate::cli::stores::{RunsRead, Sources, keep_latest};

use super::expected::{Expected, Presence};
use super::runs::{OfPlace, Places, places, side_by_side};

/// `stsbench matrix`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MatrixOptions {
    /// Saved runs of several vantage points, each a run.json, the directory that holds it, or a bundle, or a directory with
    /// runs below it, or a store (a directory or s3://BUCKET/PREFIX). The latest run of each vantage point counts
    #[arg(required = true, value_name = "STORE|DIR|RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// Merges all runs of a vantage point instead of taking the latest; they must share one plan
    #[arg(long)]
    merge: bool,
    /// The operation that the cells show [default: the one that most vantage points called]
    #[arg(long, value_name = "NAME", value_parser = operation)]
    operation: Option<Operation>,
    /// The kind of connection that the cells show: cold, warm or resumed [default: the one that most vantage points used]
    #[arg(long, value_name = "KIND", value_parser = connection)]
    connection: Option<ConnectionMode>,
    /// File that lists the vantage points that should be there, one name per line; exit code 3 if one is missing, measured
    /// twice at the same time, moved, or cannot be read
    #[arg(long, value_name = "FILE", value_parser = NonEmptyPath)]
    expect: Option<PathBuf>,
    /// What is printed on stdout [default: terminal]
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value_t = MatrixFormat::Terminal, hide_default_value = true)]
    format: MatrixFormat,
    /// Also the p50 of every endpoint
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

/// How a matrix is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatrixFormat {
    /// For people.
    Terminal,
    /// For a pull request.
    Markdown,
    /// One row for each endpoint of each vantage point.
    Csv,
    /// For programs.
    Json,
    /// One page for a browser.
    Html,
}

const EXAMPLES: &str = "\
Each vantage point has its own decision, its Region's endpoint against the global one, and the
confidence of the runs is for all of them at once. No vantage point is compared with another.

Examples:
  stsbench matrix reports
  stsbench matrix frankfurt/run.json oregon/run.json --full
  stsbench matrix s3://my-bench/sts --since 7d
  stsbench matrix reports --expect vantages.txt --format csv > matrix.csv
  stsbench matrix reports --format html > matrix.html
  stsbench chart reports --kind matrix --out matrix.png";

/// Prints the vantage points side by side.
pub(crate) fn matrix(options: &MatrixOptions) -> Result<Exit, CommandError> {
    if options.full && options.format != MatrixFormat::Terminal {
        let error = anyhow!("--full is about --format terminal; the other formats have everything");
        return Err(CommandError::usage(error));
    }
    if options.selection.limit.is_some() && !options.merge {
        let error = anyhow!(
            "--limit is about --merge: of each vantage point the latest run is shown, or all that are merged"
        );
        return Err(CommandError::usage(error));
    }
    let is_for_people = options.format == MatrixFormat::Terminal;
    options.color.check_color(is_for_people)?;
    let expected = options.expect.as_deref().map(Expected::read).transpose()?;
    let sources = Sources {
        paths: &options.runs,
        access: &options.access,
        selection: &options.selection,
    };
    let all = places(sources, reach(options))?;
    tell_of_the_future(&all)?;
    let mut places = all.clone();
    for runs in places.values_mut() {
        keep_latest(runs, options.selection.limit);
    }
    let of_place = if options.merge {
        OfPlace::Merged
    } else {
        OfPlace::Latest
    };
    let matrix = side_by_side(
        sources,
        &mut places,
        of_place,
        (options.operation, options.connection),
    )?;
    let presence = expected.map(|expected| expected.against(&all, &places));
    let mut remarks = notices(&matrix);
    if options.format == MatrixFormat::Csv {
        // It has no line for them.
        remarks.iter().for_each(|notice| warn(notice));
    }
    remarks.extend(presence.iter().flat_map(Presence::lines));
    print(text(options, &matrix, &remarks).as_bytes())?;
    match presence {
        Some(presence) if !presence.is_complete() => {
            presence.lines().iter().for_each(|line| warn(line));
            Ok(Exit::Invalid)
        }
        _ => Ok(Exit::Success),
    }
}

/// How many runs of each vantage point are read of a store.
fn reach(options: &MatrixOptions) -> RunsRead {
    match (options.merge, options.expect.is_some()) {
        (false, false) => RunsRead::Latest(1),
        // Two that were measured at the same time are no less two where fewer are shown.
        (false, true) => RunsRead::LatestAndBeside(1),
        (true, true) if options.selection.limit.is_some() => RunsRead::LatestAndBeside(1),
        (true, _) => RunsRead::All,
    }
}

/// Says which places have a latest run that is dated in the future: a wrong clock lets it stand before all others.
fn tell_of_the_future(places: &Places) -> Result<(), CommandError> {
    let now = OffsetDateTime::from(Epoch::start_checked().or_exit(Exit::Usage)?.wall());
    for latest in places.values().filter_map(|runs| runs.last()) {
        if moment(&latest.started_at).is_some_and(|began| began > now + LARGEST_SKEW) {
            warn(&format!(
                "{}: the run {} is dated in the future ({}): the clock there is wrong, or the one here; it counts as the latest",
                latest.vantage, latest.run_id, latest.started_at
            ));
        }
    }
    Ok(())
}

/// Clocks that differ by no more are not told of.
const LARGEST_SKEW: Duration = Duration::from_mins(15);

fn text(options: &MatrixOptions, matrix: &Matrix, remarks: &[String]) -> String {
    let shown = || ShownMatrix::new(matrix, remarks);
    match options.format {
        MatrixFormat::Terminal => {
            let detail = if options.full {
                MatrixDetail::Full
            } else {
                MatrixDetail::Decisions
            };
            let width = table_width();
            displayable(matrix_terminal(
                &shown(),
                detail,
                style(options.color),
                width,
            ))
        }
        MatrixFormat::Markdown => matrix_markdown(&shown()),
        MatrixFormat::Csv => matrix_csv(matrix),
        MatrixFormat::Json => matrix_json(matrix, remarks),
        MatrixFormat::Html => matrix_page(matrix, remarks),
    }
}
