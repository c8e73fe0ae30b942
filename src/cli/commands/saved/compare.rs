//! `stsbench compare`: a run against another, or against those before it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::builder::NonEmptyStringValueParser;
use time::OffsetDateTime;

use crate::judge;
use crate::load::Epoch;
use crate::report::{self, Compared, ComparisonFormat};
use crate::results::{AcceptedLevel, Baselines, Directory, OutputFile, Overwrite, Run};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::charset::displayable;
use crate::cli::console::stdout::{print, style, width};
use crate::cli::ending::Ending;
use crate::cli::exit_code::Exit;
use crate::cli::exit_line;
use crate::cli::exports::refuse_clashes;
use crate::cli::options::judging;
use crate::cli::options::names::InconclusiveName;
use crate::cli::options::output::{REPORTS, When};
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions};
use crate::cli::options::values::{self, NonEmptyPath};
use crate::cli::stores::{Sources, is_store, refuse_without_bucket};

use super::baseline::saved;
use super::history::{history, read, refusal, trend_until};

/// `stsbench compare`.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "stsbench compare [OPTIONS] BASELINE CANDIDATE\n       stsbench compare [OPTIONS] --baseline NAME CANDIDATE\n       stsbench compare [OPTIONS] --history DIR CANDIDATE",
    after_help = EXAMPLES
)]
pub(crate) struct CompareOptions {
    /// Saved runs, each a run.json, the directory that holds it, or a bundle: BASELINE and CANDIDATE, which were measured at
    /// the same time or in turn (A B B A), or the CANDIDATE alone with --baseline or --history
    #[arg(required = true, value_name = "RUN", num_args = 1..=2, value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// Directory or store of earlier runs: the latest 30 of them are the baseline, at least 10 are needed. With --baseline: where
    /// the run of that name is looked up [default: reports]
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    history: Option<PathBuf>,
    /// The run that `stsbench baseline save` gave this name, as BASELINE
    #[arg(long, value_name = "NAME", value_parser = values::baseline_name)]
    baseline: Option<String>,
    /// Sets the numbers of two runs of one vantage side by side, also of different days, and judges nothing; the exit code is 0
    #[arg(long, conflicts_with = "gate")]
    descriptive: bool,
    /// Condition on the two runs, such as 'p50(candidate) <= 1.05 * p50(baseline)'; repeatable
    #[arg(long, value_name = "CONDITION", value_parser = NonEmptyStringValueParser::new())]
    gate: Vec<String>,
    /// What exit code 7 becomes: fail makes it 1, pass makes it 0
    #[arg(
        long,
        value_name = "fail|pass",
        value_enum,
        conflicts_with = "descriptive"
    )]
    inconclusive: Option<InconclusiveName>,
    /// Directory for compare.html, .md, .csv and .json
    #[arg(long, short, value_name = "DIR", value_parser = NonEmptyPath)]
    out: Option<PathBuf>,
    /// Accepts a directory that is not empty and replaces its files of the same names
    #[arg(long, requires = "out")]
    force: bool,
    /// What is printed on stdout.
    #[arg(
        long,
        short,
        value_name = "FORMAT",
        value_parser = values::comparison_format,
        help = std::format!("What is printed on stdout: {} [default: terminal]", ComparisonFormat::names())
    )]
    format: Option<ComparisonFormat>,
    /// Also writes a file in one of the formats of --format; repeatable
    #[arg(long, value_name = "FORMAT=PATH", value_parser = values::comparison_export)]
    export: Vec<(ComparisonFormat, PathBuf)>,
    /// Colour on stdout; auto honours NO_COLOR
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    color: When,
    #[command(flatten)]
    access: StoreAccessOptions,
}

impl CompareOptions {
    /// Whether a page is among what is written or printed.
    fn has_page(&self) -> bool {
        let is_page = |format: ComparisonFormat| format == ComparisonFormat::Html;
        self.out.is_some()
            || self.format.is_some_and(is_page)
            || self.export.iter().any(|(format, _)| is_page(*format))
    }
}

const EXAMPLES: &str = "\
Examples:
  stsbench run --out old & stsbench run --out new & wait; stsbench compare old new
  stsbench compare yesterday today    (changes relative to the other endpoints, no verdict)
  stsbench compare yesterday today --descriptive    (the numbers of two days, exit code 0)
  stsbench compare old new --gate 'p50(candidate) <= 1.05 * p50(baseline)'
  stsbench compare --baseline before-the-move today --export junit=compare.xml
  stsbench compare --history reports reports/20261122-141500-0badcafe";

/// Prints the comparison, and tells by the exit code what came of it.
pub(crate) fn compare(options: &CompareOptions) -> Result<Exit, CommandError> {
    // Asked once, to see whether a run is dated later than that.
    let now = OffsetDateTime::from(Epoch::start_checked().or_exit(Exit::Usage)?.wall());
    let format = options.format.unwrap_or(ComparisonFormat::Terminal);
    options
        .color
        .check_color(format == ComparisonFormat::Terminal)?;
    if options
        .history
        .as_deref()
        .is_none_or(|path| !is_store(path))
    {
        refuse_without_bucket(&options.access)?;
    }
    match (&options.baseline, &options.history, options.runs.as_slice()) {
        (Some(name), history, [candidate]) => {
            let directory = history.as_deref().unwrap_or(Path::new(REPORTS));
            between(options, &saved(directory, name)?, &read(candidate)?, now)
        }
        (Some(_), ..) => Err(CommandError::usage(anyhow!(
            "--baseline takes the place of BASELINE; name the CANDIDATE alone"
        ))),
        (None, None, [baseline, candidate]) => {
            between(options, &read(baseline)?, &read(candidate)?, now)
        }
        (None, Some(_), [_]) if options.descriptive || !options.gate.is_empty() => {
            Err(CommandError::usage(anyhow!(
                "--history judges one run by those before it, and takes neither --gate nor --descriptive"
            )))
        }
        (None, Some(directory), [candidate]) => against_history(options, directory, candidate, now),
        (None, None, _) => Err(CommandError::usage(anyhow!(
            "compare needs two runs, BASELINE and CANDIDATE, or one and --baseline NAME or --history DIR"
        ))),
        (None, Some(_), _) => Err(CommandError::usage(anyhow!(
            "--history takes the place of BASELINE; name the CANDIDATE alone"
        ))),
    }
}

fn between(
    options: &CompareOptions,
    baseline: &Run,
    candidate: &Run,
    now: OffsetDateTime,
) -> Result<Exit, CommandError> {
    let gates = judging::gates(&options.gate)?;
    let between = if options.descriptive {
        judge::describe(baseline, candidate, now)
    } else {
        judge::between(baseline, candidate, &gates, now)
    };
    let between = between.map_err(|error| refusal(error, &[baseline, candidate]))?;
    show(
        options,
        Compared::Runs {
            baseline,
            candidate,
            between: &between,
        },
    )?;
    let ending = Ending::of_runs(&between);
    let exit = InconclusiveName::settle(options.inconclusive, ending.exit());
    exit_line::tell(&[ending], exit, false);
    Ok(exit)
}

fn against_history(
    options: &CompareOptions,
    directory: &Path,
    candidate: &Path,
    now: OffsetDateTime,
) -> Result<Exit, CommandError> {
    let candidate = read(candidate)?;
    let accepted = accepted(directory)?;
    let selection = SelectionOptions::default();
    let sources = Sources {
        paths: &[directory.to_owned()],
        access: &options.access,
        selection: &selection,
    };
    let (history, left_out) = history(sources, &candidate, &accepted, now)?;
    let trend = if options.has_page() {
        trend_until(sources, &candidate, &accepted)?
    } else {
        None
    };
    show(
        options,
        Compared::History {
            candidate: &candidate,
            history: &history,
            left_out: &left_out,
            trend: trend.as_ref(),
        },
    )?;
    let ending = Ending::of_history(&history);
    let exit = InconclusiveName::settle(options.inconclusive, ending.exit());
    exit_line::tell(&[ending], exit, false);
    Ok(exit)
}

/// The levels that were accepted below the directory; a bucket has none.
fn accepted(directory: &Path) -> Result<Vec<AcceptedLevel>, CommandError> {
    if !directory.is_dir() && is_store(directory) {
        return Ok(Vec::new());
    }
    Ok(Baselines::stored(directory).or_exit(Exit::Usage)?.accepted)
}

/// Writes the files that were asked for, and prints.
fn show(options: &CompareOptions, compared: Compared<'_>) -> Result<Exit, CommandError> {
    let text = |format| report::compared_in(format, compared);
    let paths: Vec<&Path> = options
        .export
        .iter()
        .map(|(_, path)| path.as_path())
        .collect();
    refuse_clashes(&paths, options.out.as_deref(), &FILES.map(|(name, _)| name))?;
    let places = options.export.iter().map(|(format, path)| {
        let place = OutputFile::prepare(path).with_context(|| format!("--export {format}"));
        Ok((*format, place.or_exit(Exit::NotWritten)?))
    });
    let places = places.collect::<Result<Vec<_>, CommandError>>()?;
    if let Some(out) = &options.out {
        let overwrite = Overwrite::forced(options.force);
        let directory = Directory::claim(out, overwrite).or_exit(Exit::NotWritten)?;
        for (name, format) in FILES {
            directory
                .write(name, text(format).as_bytes())
                .or_exit(Exit::NotWritten)?;
        }
    }
    for (format, place) in places {
        place
            .write(text(format).as_bytes())
            .with_context(|| format!("--export {format}"))
            .or_exit(Exit::NotWritten)?;
    }
    let printed = match options.format.unwrap_or(ComparisonFormat::Terminal) {
        ComparisonFormat::Terminal => displayable(report::compared_terminal(
            compared,
            style(options.color),
            width(),
        )),
        format => text(format),
    };
    print(printed.as_bytes())
}

/// What `--out` writes.
const FILES: [(&str, ComparisonFormat); 4] = [
    ("compare.html", ComparisonFormat::Html),
    ("compare.md", ComparisonFormat::Markdown),
    ("compare.csv", ComparisonFormat::Csv),
    ("compare.json", ComparisonFormat::Json),
];
