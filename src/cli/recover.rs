//! `stsbench recover`: a run that was cut off, rebuilt from what it had written until then.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::compare;
use crate::results::{self, Completion, Directory, Merger, Notice, PartKind, ResultsError, Run, part_name};

use super::diagnostics::say;
use super::exit::{Exit, OrExit, Refusal};
use super::options::{NonEmptyPath, OutputOptions, When};
use super::output;

/// `stsbench recover`.
#[derive(Debug, clap::Args)]
pub(super) struct RecoverOptions {
    /// The directory that the run was writing to
    #[arg(value_name = "DIR", value_parser = NonEmptyPath)]
    directory: PathBuf,
}

/// Rebuilds `run.json` and the report in place, and prints the report.
pub(super) fn recover(options: &RecoverOptions) -> Result<Exit, Refusal> {
    let directory = Directory::open(&options.directory).or_exit(Exit::Usage)?;
    let mut run = match results::recover(&options.directory) {
        Err(ResultsError::NothingToRecover { path }) => {
            recover_parts(&directory)?.ok_or(ResultsError::NothingToRecover { path }).or_exit(Exit::Usage)?
        }
        recovered => recovered.or_exit(Exit::Usage)?,
    };
    let summary = compare::judge(&mut run);
    results::write(&directory, &run).or_exit(Exit::NotWritten)?;
    output::write_report(&directory, &run, &summary).or_exit(Exit::NotWritten)?;
    let samples: u64 = run.series.iter().map(|series| series.counts.issued + series.counts.warmup).sum();
    say(&format!("recovered {samples} calls into {}", directory.path().display()));
    output::show(&run, &summary, &OutputOptions::plain(When::Auto))
}

/// What there is of a run of several windows or stages that was cut off: each part is recovered in place, then all are one.
fn recover_parts(directory: &Directory) -> Result<Option<Run>, Refusal> {
    let (mut merger, mut found) = (Merger::default(), Vec::new());
    for (kind, part) in directory.parts().or_exit(Exit::Usage)? {
        let mut run = match results::recover(part.path()) {
            Err(ResultsError::NothingToRecover { .. }) => continue,
            recovered => recovered.or_exit(Exit::Usage)?,
        };
        compare::judge(&mut run);
        results::write(&part, &run).or_exit(Exit::NotWritten)?;
        found.push((kind, run.run_id.clone()));
        merger.add(run).with_context(|| part.path().display().to_string()).or_exit(Exit::Usage)?;
    }
    let Some((kind, run_id)) = found.first() else { return Ok(None) };
    let run_id = run_id.strip_suffix(&format!("-{}", part_name(0))).unwrap_or(run_id).to_owned();
    let whole = match kind {
        PartKind::Window => merger.finish(run_id.clone()),
        PartKind::Stage => merger.finish_in_one_window(run_id.clone()).map(|(run, _)| run),
    };
    let whole = whole.or_exit(Exit::Usage)?;
    let text = format!("the run was cut off; {} of its parts were found, and what came later is lost", found.len());
    let notices = whole.notices.into_iter().chain([Notice { at_ns: whole.elapsed_ns, text }]).collect();
    Ok(Some(Run { run_id, completion: Completion::Recovered, notices, ..whole }))
}
