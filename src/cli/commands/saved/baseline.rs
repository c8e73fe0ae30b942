//! `stsbench baseline`: which levels of endpoints a person has accepted as their new normal, and which runs have a name.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::builder::NonEmptyStringValueParser;
use time::OffsetDateTime;

use crate::judge::{HistoryLine, HistoryOutcome};
use crate::load::Epoch;
use crate::report::{accepted_level, named_baseline};
use crate::results::{AcceptedLevel, Baselines, NamedBaseline, Run};
use crate::session;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::charset::displayable;
use crate::cli::console::diagnostics::say;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::output::REPORTS;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions};
use crate::cli::options::values::{self, NonEmptyPath};

use crate::cli::stores::{RunsRead, Sources};

use super::history::{history, read};

/// `stsbench baseline`.
#[derive(Debug, clap::Args)]
pub(crate) struct BaselineOptions {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Accepts the present level of endpoints that have become slower as their new normal.
    Accept(AcceptOptions),
    /// Gives a run a name, for compare --baseline.
    Save(SaveOptions),
    /// Lists the levels that were accepted, and the runs that have a name.
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
    /// The run that `compare --history` found slower: a run.json, the directory that holds it, or a bundle
    #[arg(value_name = "RUN", value_parser = NonEmptyPath)]
    run: PathBuf,
}

/// Below the options.
const AFTER: &str = "\
An endpoint counts as slower until two runs in a row are back at the old level, or until you accept
the new level here. Earlier runs are then compared as if they had been at the new level since the
first slower run. Only an endpoint that is slower now can be accepted. To undo it, remove the entry
from DIR/baseline.json. No run is changed.

Example:
  stsbench baseline accept --history reports --endpoint eu-west-3 --reason 'new route' reports/20261122-141500-0badcafe";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_SAVE)]
struct SaveOptions {
    /// Directory of earlier runs, to which baseline.json is written
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath, default_value = REPORTS)]
    history: PathBuf,
    /// Gives the name to this run even if another has it
    #[arg(long)]
    force: bool,
    /// The name: letters, digits, '.', '_' and '-', at most 64
    #[arg(value_name = "NAME", value_parser = values::baseline_name)]
    name: String,
    /// The run: a run.json, the directory that holds it, or a bundle
    #[arg(value_name = "RUN", value_parser = NonEmptyPath)]
    run: PathBuf,
}

/// Below the options.
const AFTER_SAVE: &str = "\
The run stays where it is, and must stay there. Nothing in it is changed.

Example:
  stsbench baseline save before-the-move reports/20261122-141500-0badcafe
  stsbench compare --baseline before-the-move reports/20261123-141500-0badcafe --descriptive";

#[derive(Debug, clap::Args)]
struct ListOptions {
    /// Directory of earlier runs
    #[arg(long, value_name = "DIR", value_parser = NonEmptyPath, default_value = REPORTS)]
    history: PathBuf,
}

/// Accepts a level, gives a run a name, or lists both.
pub(crate) fn baseline(options: &BaselineOptions) -> Result<Exit, CommandError> {
    match &options.action {
        Action::Accept(options) => accept(options),
        Action::Save(options) => save(options),
        Action::List(options) => list(&options.history),
    }
}

fn list(history: &Path) -> Result<Exit, CommandError> {
    if !history.is_dir() {
        let error = anyhow!("--history {}: no such directory", history.display());
        return Err(CommandError::usage(error));
    }
    let all = stored(history)?;
    if all.accepted.is_empty() && all.named.is_empty() {
        say(&format!(
            "{}: no level was accepted, and no run has a name; `stsbench baseline save NAME RUN` gives one",
            history.display()
        ));
    }
    show(&all)
}

fn save(options: &SaveOptions) -> Result<Exit, CommandError> {
    let wall = Epoch::start_checked().or_exit(Exit::Usage)?.wall();
    let run = read(&options.run)?;
    let mut all = stored(&options.history)?;
    let other = all.named(&options.name);
    if let Some(other) = other.filter(|it| it.run_id != run.header.run_id && !options.force) {
        return Err(CommandError::usage(anyhow!(
            "{:?} is the name of run {}; --force gives it to this one",
            other.name,
            other.run_id
        )));
    }
    let named = NamedBaseline {
        name: options.name.clone(),
        run_id: run.header.run_id,
        started_at: run.header.started_at,
        path: place(&options.history, &options.run).or_exit(Exit::Usage)?,
        saved_at: session::rfc3339(wall),
    };
    all.name(named.clone());
    all.store(session::this_program(), &options.history)
        .or_exit(Exit::NotWritten)?;
    print(displayable(named_baseline(&named)).as_bytes())
}

/// Where a run is: below the directory of the history, so that both can move together, or else by its absolute path.
fn place(history: &Path, run: &Path) -> anyhow::Result<String> {
    let run = run.canonicalize()?;
    let below = history
        .canonicalize()
        .with_context(|| format!("--history {}: no such directory", history.display()))?;
    let place = run.strip_prefix(&below).unwrap_or(&run);
    let text = place.to_str().map(str::to_owned);
    text.ok_or_else(|| anyhow!("{}: a path in UTF-8 is needed", run.display()))
}

/// The run that has that name in the history below `directory`.
pub(super) fn saved(directory: &Path, name: &str) -> Result<Run, CommandError> {
    let all = stored(directory)?;
    let Some(named) = all.named(name) else {
        let names: Vec<&str> = all.named.iter().map(|it| it.name.as_str()).collect();
        let known = match names.as_slice() {
            [] => "none has a name".to_owned(),
            names => format!("allowed: {}", names.join(", ")),
        };
        return Err(CommandError::usage(anyhow!(
            "--baseline {name:?}: no run of {} has that name; {known}",
            directory.display()
        )));
    };
    let place = directory.join(&named.path);
    if !place.exists() {
        return Err(CommandError::usage(anyhow!(
            "--baseline {name:?}: its run {} is no longer at {}; `stsbench baseline save` gives the name to another one",
            named.run_id,
            place.display()
        )));
    }
    let run = read(&place)?;
    if run.header.run_id != named.run_id {
        return Err(CommandError::usage(anyhow!(
            "--baseline {name:?}: {} holds run {}, and run {} had that name",
            named.path,
            run.header.run_id,
            named.run_id
        )));
    }
    Ok(run)
}

fn accept(options: &AcceptOptions) -> Result<Exit, CommandError> {
    let wall = Epoch::start_checked().or_exit(Exit::Usage)?.wall();
    let candidate = read(&options.run)?;
    let mut all = stored(&options.history)?;
    let now = OffsetDateTime::from(wall);
    let sources = Sources {
        paths: std::slice::from_ref(&options.history),
        access: &StoreAccessOptions::default(),
        selection: &SelectionOptions::default(),
    };
    let (judged, _) = history(sources, &candidate, &all.accepted, now)?;
    let slower = chosen(&judged.lines, &options.endpoint)?;
    let found = sources.runs(RunsRead::All)?;
    let level = |line: &HistoryLine| {
        let first = found
            .runs
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
    all.accepted.extend(new.iter().cloned());
    all.store(session::this_program(), &options.history)
        .or_exit(Exit::NotWritten)?;
    show(&Baselines {
        accepted: new,
        named: Vec::new(),
    })
}

/// The lines to accept: those that are slower, of these endpoints if any are named.
fn chosen<'a>(
    lines: &'a [HistoryLine],
    endpoints: &[String],
) -> Result<Vec<&'a HistoryLine>, CommandError> {
    let slower = || {
        lines
            .iter()
            .filter(|line| line.outcome == HistoryOutcome::Slower)
    };
    for endpoint in endpoints {
        if !lines.iter().any(|line| line.endpoint == *endpoint) {
            return Err(CommandError::usage(anyhow!(
                "--endpoint {endpoint:?}: the run has no such endpoint"
            )));
        }
        if !slower().any(|line| line.endpoint == *endpoint) {
            return Err(CommandError::usage(anyhow!(
                "--endpoint {endpoint:?}: has not become slower; only what has can be accepted"
            )));
        }
    }
    let chosen: Vec<_> = slower()
        .filter(|line| endpoints.is_empty() || endpoints.contains(&line.endpoint))
        .collect();
    if chosen.is_empty() {
        return Err(CommandError::usage(anyhow!(
            "no endpoint has become slower; there is nothing to accept"
        )));
    }
    Ok(chosen)
}

fn stored(directory: &Path) -> Result<Baselines, CommandError> {
    Baselines::stored(directory).or_exit(Exit::Usage)
}

fn show(baselines: &Baselines) -> Result<Exit, CommandError> {
    let accepted = baselines.accepted.iter().map(accepted_level);
    let text: String = accepted
        .chain(baselines.named.iter().map(named_baseline))
        .collect();
    print(displayable(text).as_bytes())
}
