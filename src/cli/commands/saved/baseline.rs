//! `stsbench baseline`: which levels of endpoints a person has accepted as the new usual.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::builder::NonEmptyStringValueParser;
use time::OffsetDateTime;

use crate::judge::{HistoryLine, HistoryOutcome};
use crate::load::Epoch;
use crate::report::accepted_level;
use crate::results::{self, AcceptedLevel};
use crate::session;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::values::NonEmptyPath;

use super::history::{history, read};

/// `stsbench baseline`.
#[derive(Debug, clap::Args)]
pub(crate) struct BaselineOptions {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Takes the level of endpoints that have become slower for usual from now on.
    Accept(AcceptOptions),
    /// Lists the levels that were accepted.
    List(ListOptions),
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
struct AcceptOptions {
    /// Directory of earlier runs, to which baseline.json is written
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    history: PathBuf,
    /// Only this endpoint; repeatable [default: all that have become slower]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    endpoint: Vec<String>,
    /// Why, for those who read the list
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,
    /// The run that `compare --history` found slower: a run.json or the directory that holds it
    #[arg(value_name = "RUN", value_parser = NonEmptyPath)]
    run: PathBuf,
}

/// Below the options.
const AFTER: &str = "\
An endpoint that has become slower stays so until it is as before for two runs in a row, or until its level is accepted here: then
its earlier runs count as moved to that level, from the first slower run on. Only what is slower now can be accepted. To take it
back, remove the entry from DIR/baseline.json. No run is changed.

Example:
  stsbench baseline accept --history reports --endpoint eu-west-3 --reason 'new route' reports/20261122-141500-0badcafe";

#[derive(Debug, clap::Args)]
struct ListOptions {
    /// Directory of earlier runs
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath)]
    history: PathBuf,
}

/// Accepts or lists.
pub(crate) fn baseline(options: &BaselineOptions) -> Result<Exit, CommandError> {
    match &options.action {
        Action::Accept(options) => accept(options),
        Action::List(options) => show(&stored(&options.history)?),
    }
}

fn accept(options: &AcceptOptions) -> Result<Exit, CommandError> {
    let wall = Epoch::start_checked().or_exit(Exit::Usage)?.wall();
    let candidate = read(&options.run)?;
    let mut all = stored(&options.history)?;
    let now = OffsetDateTime::from(wall);
    let (judged, _) = history(&options.history, &candidate, &all, now)?;
    let slower = chosen(&judged.lines, &options.endpoint)?;
    let found = results::runs_below(&options.history).or_exit(Exit::Usage)?;
    let level = |line: &HistoryLine| {
        let first = found
            .iter()
            .find(|run| Some(&run.run_id) == line.slower_since.as_ref())?;
        Some(AcceptedLevel {
            endpoint: line.endpoint.clone(),
            operation: line.operation,
            connection: line.connection,
            from_run: first.run_id.clone(),
            from_started_at: first.started_at.clone(),
            accepted_at: session::rfc3339(wall),
            reason: options.reason.clone(),
        })
    };
    let new: Vec<AcceptedLevel> = slower.into_iter().filter_map(level).collect();
    all.extend(new.iter().cloned());
    AcceptedLevel::store(all, session::this_program(), &options.history)
        .or_exit(Exit::NotWritten)?;
    show(&new)
}

/// The lines to accept: those that are slower, of these endpoints if any are named.
fn chosen<'a>(
    lines: &'a [HistoryLine],
    endpoints: &[String],
) -> Result<Vec<&'a HistoryLine>, CommandError> {
    let refused = |error| Err(CommandError::new(Exit::Usage, error));
    let slower = || {
        lines
            .iter()
            .filter(|line| line.outcome == HistoryOutcome::Slower)
    };
    for endpoint in endpoints {
        if !lines.iter().any(|line| line.endpoint == *endpoint) {
            return refused(anyhow!(
                "--endpoint {endpoint:?}: the run has no such endpoint"
            ));
        }
        if !slower().any(|line| line.endpoint == *endpoint) {
            return refused(anyhow!(
                "--endpoint {endpoint:?}: has not become slower; only what has can be accepted"
            ));
        }
    }
    let chosen: Vec<_> = slower()
        .filter(|line| endpoints.is_empty() || endpoints.contains(&line.endpoint))
        .collect();
    if chosen.is_empty() {
        return refused(anyhow!(
            "no endpoint has become slower; there is nothing to accept"
        ));
    }
    Ok(chosen)
}

fn stored(directory: &Path) -> Result<Vec<AcceptedLevel>, CommandError> {
    AcceptedLevel::stored(directory).or_exit(Exit::Usage)
}

fn show(levels: &[AcceptedLevel]) -> Result<Exit, CommandError> {
    let text: String = levels.iter().map(accepted_level).collect();
    print(text.as_bytes())
}
