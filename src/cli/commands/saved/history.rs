//! A saved run and the history below a directory, for the subcommands that need both.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::anyhow;
use time::OffsetDateTime;

use crate::judge::{self, BetweenError, History, Observed, Past, Trend};
use crate::report::words;
use crate::results::{self, AcceptedLevel, Baselines, FoundRun, Run};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::warn;
use crate::cli::exit_code::Exit;
use crate::cli::stores::{FoundRuns, RunsRead, Sources};

/// The candidate against the runs below `directory`, and what of them was left out.
pub(super) fn history(
    sources: Sources<'_>,
    candidate: &Run,
    accepted: &[AcceptedLevel],
    now: OffsetDateTime,
) -> Result<(History, Vec<String>), CommandError> {
    let (past, left_out) = past(sources, candidate)?;
    let history = judge::against_history(candidate, past, accepted, now)
        .map_err(|error| refusal(error, &[candidate]))?;
    Ok((history, left_out))
}

/// The latest runs below `directory` that can be the candidate's history, and what was left out. One at a time is in memory.
fn past(sources: Sources<'_>, candidate: &Run) -> Result<(Vec<Past>, Vec<String>), CommandError> {
    let started = results::moment(&candidate.header.started_at);
    let mut past = Vec::new();
    let (mut later, mut left_out) = (0_usize, LeftOut::default());
    let found = sources.runs_of(&candidate.header.vantage.name, MOST_READ)?;
    found.tell_left_out();
    for found in found.runs.into_iter().rev() {
        if found.run_id == candidate.header.run_id {
            continue;
        }
        if results::moment(&found.started_at) > started {
            later += 1;
            continue;
        }
        if past.len() == History::READ {
            break;
        }
        let Some(run) = left_out.read(sources, &found.path)? else {
            continue;
        };
        match Past::of(&run, candidate) {
            Ok(run) => past.push(run),
            Err(reason) => left_out.count(&reason),
        }
    }
    let dated = "dated after the candidate, or in the future".to_owned();
    Ok((
        past,
        left_out.lines("the history", (later > 0).then_some((dated, later))),
    ))
}

/// The candidate and the runs before it that can be set beside it, over time; `None` where there is no other.
pub(super) fn trend_until(
    sources: Sources<'_>,
    candidate: &Run,
    accepted: &[AcceptedLevel],
) -> Result<Option<Trend>, CommandError> {
    let started = results::moment(&candidate.header.started_at);
    let of = |run: &Run| Observed::of(run, candidate);
    let mut observed = vec![of(candidate).map_err(|error| refusal(error, &[candidate]))?];
    let found = sources.runs_of(&candidate.header.vantage.name, MOST_READ)?;
    let is_earlier = |found: &FoundRun| {
        found.run_id != candidate.header.run_id && results::moment(&found.started_at) <= started
    };
    for found in found.runs.into_iter().rev().filter(is_earlier) {
        if observed.len() > History::WINDOW {
            break;
        }
        let run = LeftOut::default().read(sources, &found.path)?;
        observed.extend(run.and_then(|run| of(&run).ok()));
    }
    let trend = judge::trend(observed, accepted);
    Ok(trend.filter(|trend| trend.runs.len() >= Trend::LEAST_RUNS))
}

/// As many runs of the candidate's vantage are read of a store: some of them can be red or of another plan.
const MOST_READ: usize = 4 * History::READ;

/// Runs that were left out, counted by reason.
#[derive(Default)]
struct LeftOut(BTreeMap<String, usize>);

impl LeftOut {
    fn count(&mut self, reason: &BetweenError) {
        let reason = match reason {
            BetweenError::Invalid { check, .. } => format!("invalid by the check {}", check.name),
            reason => reason.to_string(),
        };
        *self.0.entry(reason).or_default() += 1;
    }

    /// A run, unless it turns out to be none when it is read as a whole; one that was named ends the command then.
    fn read(&mut self, sources: Sources<'_>, path: &Path) -> Result<Option<Run>, CommandError> {
        match read(path) {
            Ok(run) => Ok(Some(run)),
            Err(error) if sources.names(path) => Err(error),
            Err(error) => {
                warn(&format!("left out: {error}"));
                *self.0.entry(NO_RUNS.to_owned()).or_default() += 1;
                Ok(None)
            }
        }
    }

    /// One line for each reason, `first` before them.
    fn lines(self, whole: &str, first: Option<(String, usize)>) -> Vec<String> {
        let counted = first.into_iter().chain(self.0).take(MOST_REASONS);
        counted
            .map(|(reason, runs)| format!("{runs} of {whole} left out: {reason}"))
            .collect()
    }
}

const NO_RUNS: &str = "files that are no runs";
/// So many different reasons are told; a directory in which there are more holds everything but a history.
const MOST_REASONS: usize = 8;

/// The runs that are named, or lie below directories, over time; and what of them was left out. One whole run at a time is
/// in memory beside the latest. The levels that were accepted count where one directory is named.
pub(crate) fn trend_of(sources: Sources<'_>) -> Result<(Trend, Vec<String>), CommandError> {
    let usage = |error: anyhow::Error| CommandError::new(Exit::Usage, error);
    let found = sources.runs(RunsRead::Latest(Trend::MOST_RUNS))?;
    found.tell_left_out();
    found.refuse_none()?;
    let FoundRuns {
        runs: mut found,
        left_out: unreadable,
        ..
    } = found;
    let mut left_out = LeftOut::default();
    let latest = loop {
        let Some(latest) = found.pop() else {
            return Err(usage(anyhow!(
                "there is no run that can be read; the warnings above have the reasons"
            )));
        };
        if let Some(latest) = left_out.read(sources, &latest.path)? {
            break latest;
        }
    };
    let mut observed =
        vec![Observed::of(&latest, &latest).map_err(|error| refusal(error, &[&latest]))?];
    let earlier = found.iter().rev().take(Trend::MOST_RUNS - 1);
    for earlier in earlier {
        let Some(earlier) = left_out.read(sources, &earlier.path)? else {
            continue;
        };
        match Observed::of(&earlier, &latest) {
            Ok(run) => observed.push(run),
            Err(reason) => left_out.count(&reason),
        }
    }
    if !unreadable.is_empty() {
        *left_out.0.entry(NO_RUNS.to_owned()).or_default() += unreadable.len();
    }
    let older = found.len().saturating_sub(Trend::MOST_RUNS - 1);
    let older = (older > 0).then(|| ("older than the latest runs that are read".to_owned(), older));
    let left_out = left_out.lines("the runs", older);
    let accepted = match sources.paths {
        [directory] if directory.is_dir() => {
            Baselines::stored(directory).or_exit(Exit::Usage)?.accepted
        }
        _ => Vec::new(),
    };
    match judge::trend(observed, &accepted) {
        Some(trend) if trend.runs.len() >= Trend::LEAST_RUNS => Ok((trend, left_out)),
        _ => {
            let why = left_out.first().map(|why| format!(" ({why})"));
            Err(usage(anyhow!(
                "a trend needs {} runs that can be set side by side, and there is one{}",
                Trend::LEAST_RUNS,
                why.unwrap_or_default()
            )))
        }
    }
}

/// A saved run.
pub(super) fn read(path: &Path) -> Result<Run, CommandError> {
    results::read(path).or_exit(Exit::Usage)
}

/// A refusal to compare these runs; that of an invalid run has its check's sentence.
pub(super) fn refusal(error: BetweenError, runs: &[&Run]) -> CommandError {
    let BetweenError::Invalid { run_id, check } = &error else {
        return CommandError::new(Exit::Usage, error);
    };
    let sentence = runs
        .iter()
        .find(|run| run.header.run_id == *run_id)
        .map(|run| format!(": {}", words::checks::sentence(check, run)));
    let error = anyhow!("{error}{}", sentence.unwrap_or_default());
    CommandError::new(Exit::Invalid, error)
}
