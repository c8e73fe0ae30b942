//! A saved run and the history below a directory, for the subcommands that need both.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::anyhow;
use time::OffsetDateTime;

use crate::judge::{self, BetweenError, History, Past};
use crate::report::words;
use crate::results::{self, AcceptedLevel, Run};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;

/// The candidate against the runs below `directory`, and what of them was left out.
pub(super) fn history(
    directory: &Path,
    candidate: &Run,
    accepted: &[AcceptedLevel],
    now: OffsetDateTime,
) -> Result<(History, Vec<String>), CommandError> {
    let (past, left_out) = past(directory, candidate)?;
    let history = judge::against_history(candidate, past, accepted, now)
        .map_err(|error| refusal(error, &[candidate]))?;
    Ok((history, left_out))
}

/// The latest runs below `directory` that can be the candidate's history, and what was left out. One at a time is in memory.
fn past(directory: &Path, candidate: &Run) -> Result<(Vec<Past>, Vec<String>), CommandError> {
    let started = results::moment(&candidate.header.started_at);
    let mut past = Vec::new();
    let (mut later, mut reasons) = (0_usize, BTreeMap::<String, usize>::new());
    for found in results::runs_below(directory)
        .or_exit(Exit::Usage)?
        .into_iter()
        .rev()
    {
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
        match Past::of(&read(&found.path)?, candidate) {
            Ok(run) => past.push(run),
            Err(BetweenError::Invalid { check, .. }) => {
                *reasons
                    .entry(format!("invalid by the check {}", check.name))
                    .or_default() += 1;
            }
            Err(reason) => *reasons.entry(reason.to_string()).or_default() += 1,
        }
    }
    let dated = "dated after the candidate, or in the future".to_owned();
    let counted = (later > 0)
        .then_some((dated, later))
        .into_iter()
        .chain(reasons)
        .take(MOST_REASONS);
    Ok((
        past,
        counted
            .map(|(reason, runs)| format!("{runs} of the history left out: {reason}"))
            .collect(),
    ))
}

/// So many different reasons are told; a directory in which there are more holds everything but a history.
const MOST_REASONS: usize = 8;

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
