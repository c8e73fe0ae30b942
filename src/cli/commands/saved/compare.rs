//! `stsbench compare`: a run against another, or against those before it.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use time::OffsetDateTime;

use crate::judge;
use crate::load::Epoch;
use crate::report::{self, Compared};
use crate::results::AcceptedLevel;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::stdout::{print, style, width};
use crate::cli::exit_code;
use crate::cli::exit_code::Exit;
use crate::cli::options::judging;
use crate::cli::options::names::InconclusiveName;
use crate::cli::options::output::When;
use crate::cli::options::values::NonEmptyPath;

use super::history::{history, read, refusal};

/// `stsbench compare`.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "stsbench compare [OPTIONS] BASELINE CANDIDATE\n       stsbench compare [OPTIONS] --history DIR CANDIDATE",
    after_help = EXAMPLES
)]
pub(crate) struct CompareOptions {
    /// Saved runs, each a run.json or the directory that holds it: BASELINE and CANDIDATE, which were measured at the same
    /// time or in turn (A B B A), or the CANDIDATE alone with --history
    #[arg(required = true, value_name = "RUN", num_args = 1..=2, value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// Directory of earlier runs: the latest 30 of them are the baseline, at least 10 are needed
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath, conflicts_with = "gate")]
    history: Option<PathBuf>,
    /// Condition on the two runs, such as 'p50(candidate) <= 1.05 * p50(baseline)'; repeatable
    #[arg(long, value_name = "CONDITION", value_parser = NonEmptyStringValueParser::new())]
    gate: Vec<String>,
    /// What exit code 7 becomes: fail makes it 1, pass makes it 0
    #[arg(long, value_name = "fail|pass", value_enum)]
    inconclusive: Option<InconclusiveName>,
    /// What is printed on stdout [default: terminal]
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ComparisonFormat::Terminal, hide_default_value = true)]
    format: ComparisonFormat,
    /// Colour on stdout; auto honours NO_COLOR
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    color: When,
}

/// How a comparison is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ComparisonFormat {
    /// For people.
    Terminal,
    /// For a pull request.
    Markdown,
    /// One row per target.
    Csv,
    /// For programs.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  stsbench run --out old & stsbench run --out new & wait; stsbench compare old new
  stsbench compare yesterday today    (changes relative to the other endpoints, no verdict)
  stsbench compare old new --gate 'p50(candidate) <= 1.05 * p50(baseline)'
  stsbench compare --history reports reports/20261122-141500-0badcafe";

/// Prints the comparison, and tells by the exit code what came of it.
pub(crate) fn compare(options: &CompareOptions) -> Result<Exit, CommandError> {
    // Asked once, to see whether a run is dated later than that.
    let now = OffsetDateTime::from(Epoch::start_checked().or_exit(Exit::Usage)?.wall());
    match (&options.history, options.runs.as_slice()) {
        (None, [baseline, candidate]) => between(options, baseline, candidate, now),
        (Some(directory), [candidate]) => against_history(options, directory, candidate, now),
        (None, _) => {
            let error =
                anyhow!("compare needs two runs, BASELINE and CANDIDATE, or one and --history DIR");
            Err(CommandError::new(Exit::Usage, error))
        }
        (Some(_), _) => {
            let error = anyhow!("--history takes the place of BASELINE; name the CANDIDATE alone");
            Err(CommandError::new(Exit::Usage, error))
        }
    }
}

fn between(
    options: &CompareOptions,
    baseline: &Path,
    candidate: &Path,
    now: OffsetDateTime,
) -> Result<Exit, CommandError> {
    let gates = judging::gates(&options.gate)?;
    let [baseline, candidate] = [read(baseline)?, read(candidate)?];
    let between = judge::between(&baseline, &candidate, &gates, now)
        .map_err(|error| refusal(error, &[&baseline, &candidate]))?;
    show(
        options,
        Compared::Runs {
            baseline: &baseline,
            candidate: &candidate,
            between: &between,
        },
    )?;
    Ok(InconclusiveName::settle(
        options.inconclusive,
        exit_code::of_runs(&between),
    ))
}

fn against_history(
    options: &CompareOptions,
    directory: &Path,
    candidate: &Path,
    now: OffsetDateTime,
) -> Result<Exit, CommandError> {
    let candidate = read(candidate)?;
    let accepted = AcceptedLevel::stored(directory).or_exit(Exit::Usage)?;
    let (history, left_out) = history(directory, &candidate, &accepted, now)?;
    show(
        options,
        Compared::History {
            candidate: &candidate,
            history: &history,
            left_out: &left_out,
        },
    )?;
    Ok(InconclusiveName::settle(
        options.inconclusive,
        exit_code::of_history(&history),
    ))
}

fn show(options: &CompareOptions, compared: Compared<'_>) -> Result<Exit, CommandError> {
    let text = match options.format {
        ComparisonFormat::Terminal => {
            report::compared_terminal(compared, style(options.color), width())
        }
        ComparisonFormat::Markdown => report::compared_markdown(compared),
        ComparisonFormat::Csv => report::compared_csv(compared),
        ComparisonFormat::Json => report::compared_json(compared),
    };
    print(text.as_bytes())
}
