//! A run into a store, with what is drawn from it for other programs.

use std::path::Path;

use crate::report::{self, Report};
use crate::results::{RUN_FILE, Run, interval_log};
use crate::store::{Pushed, Store, StoreError, StoreFile};

use crate::cli::command_error::CommandError;
use crate::cli::exit_code::Exit;

/// Stores the run that `report` shows, whose file is `json`.
pub(crate) fn push_run(
    store: &Store,
    report: &Report<'_>,
    json: Vec<u8>,
) -> Result<Pushed, CommandError> {
    let files = files(report.run, report, json)?;
    store.push(report.run, &files).map_err(|error| {
        let exit = match error {
            StoreError::Credentials(_) => Exit::Credentials,
            _ => Exit::NotWritten,
        };
        CommandError::new(exit, error)
    })
}

fn files(run: &Run, report: &Report<'_>, json: Vec<u8>) -> Result<Vec<StoreFile>, CommandError> {
    let log = interval_log(run, Path::new("histograms.hlog"))
        .map_err(|error| CommandError::new(Exit::NotWritten, error))?;
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
            name: "histograms.hlog",
            bytes: log,
        },
    ])
}
