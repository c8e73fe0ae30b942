//! A run into a store, with what is drawn from it for other programs.

use std::path::Path;

use crate::report::{self, Report};
use crate::results::{RUN_FILE, Run, interval_log};
use crate::store::{Pushed, Store, StoreFile};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;

/// Stores the run that `report` shows, whose file is `json`.
pub(crate) fn push_run(
    store: &Store,
    report: &Report<'_>,
    json: Vec<u8>,
) -> Result<Pushed, CommandError> {
    let files = files(report.run, report, json)?;
    store.push(report.run, &files).or_exit(Exit::NotWritten)
}

fn files(run: &Run, report: &Report<'_>, json: Vec<u8>) -> Result<Vec<StoreFile>, CommandError> {
    let log = interval_log(run, Path::new(LOG_FILE)).or_exit(Exit::NotWritten)?;
    Ok(vec![
        StoreFile {
            name: RUN_FILE,
            bytes: json,
        },
        StoreFile {
            name: "summary.csv",
            bytes: report::summary_csv(report).into_bytes(),
        },
        StoreFile {
            name: LOG_FILE,
            bytes: log,
        },
    ])
}

const LOG_FILE: &str = "histograms.hlog";
