//! `stsbench push`: saved runs into a store.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::judge;
use crate::report::Report;
use crate::results::{self, ResultsError, from_json, run_bytes};
use crate::store::{Pushed, Store, StoreError, StoreUri};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::exit_code::Exit;
use crate::cli::options::store::{StoreAccessOptions, store_uri};
use crate::cli::options::values::NonEmptyPath;
use crate::cli::stores::{StorePlace, push_run};

/// `stsbench push`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PushOptions {
    /// Saved runs: a run.json, the directory that holds it, a bundle, or a directory with runs below it
    #[arg(required = true, value_name = "DIR|RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// Where to: a directory, s3://BUCKET or s3://BUCKET/PREFIX. Nothing in a store is ever replaced
    #[arg(long, value_name = "URI", value_parser = store_uri)]
    store: StoreUri,
    #[command(flatten)]
    access: StoreAccessOptions,
    /// Says nothing but warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

const EXAMPLES: &str = "\
A run that is in the store already is left as it is, so the same command can be repeated after a failure.

Examples:
  stsbench push reports --store /mnt/share/sts
  stsbench push reports/20261122-141500-0badcafe --store s3://my-bench/sts";

/// Stores the runs, one after the other. One that cannot be stored is named and costs no other; a store that is away ends it.
pub(crate) fn push(options: &PushOptions) -> Result<Exit, CommandError> {
    let place = StorePlace::checked(options.store.clone(), &options.access)?;
    let (found, unreadable) = results::runs_at(&options.runs).or_exit(Exit::Usage)?;
    let store = place.open()?;
    for (_, error) in &unreadable {
        warn(&format!("left out: {error}"));
    }
    let mut failed: Vec<Exit> = unreadable.iter().map(|_| Exit::Usage).collect();
    for run in &found {
        let what = match stored(&store, &run.path) {
            Ok(Pushed::Stored) => "stored",
            Ok(Pushed::AlreadyThere) => "is there already",
            Err(error) if found.len() > 1 && is_of_one_run(&error) => {
                warn(&format!("not stored: {error}"));
                failed.push(error.exit);
                continue;
            }
            Err(error) => return Err(error),
        };
        if !options.quiet {
            say(&format!("{}: {} {what}", place.uri(), run.run_id));
        }
    }
    if found.is_empty() {
        let error = anyhow!("there is no run; name runs, or a directory of runs");
        return Err(CommandError::new(Exit::Usage, error));
    }
    if failed.is_empty() {
        return Ok(Exit::Success);
    }
    // What the store refused comes before what could not be read.
    let is_refused = failed.contains(&Exit::NotWritten);
    let exit = if is_refused {
        Exit::NotWritten
    } else {
        Exit::Usage
    };
    let runs = found.len() + unreadable.len();
    let error = anyhow!(
        "{} of {runs} runs are not stored; the warnings above have the reasons",
        failed.len()
    );
    Err(CommandError::new(exit, error))
}

/// Whether other runs can be stored all the same.
fn is_of_one_run(error: &CommandError) -> bool {
    match error.error.downcast_ref::<StoreError>() {
        Some(error) => error.is_of_one_run(),
        None => error.error.is::<ResultsError>(),
    }
}

fn stored(store: &Store, path: &Path) -> Result<Pushed, CommandError> {
    let bytes = run_bytes(path).or_exit(Exit::Usage)?;
    let run = from_json(&bytes, path).or_exit(Exit::Usage)?;
    let summary = judge::summarise(&run);
    push_run(store, &Report::new(&run, &summary), bytes)
}
