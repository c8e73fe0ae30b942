//! The runs that were found where runs are named, and the files that are none.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::cli::command_error::CommandError;
use crate::cli::console::diagnostics::warn;
use crate::results::{self, FoundRun, ResultsError};

/// The runs that were found.
#[derive(Debug, Default)]
pub(crate) struct FoundRuns {
    /// In order of time.
    pub(crate) runs: Vec<FoundRun>,
    /// Why files below directories and runs of stores are left out.
    pub(crate) left_out: Vec<String>,
    /// Whether only some of the runs are wanted.
    pub(super) is_selection: bool,
}

impl FoundRuns {
    /// Says which files and runs were left out.
    pub(crate) fn tell_left_out(&self) {
        for reason in self.left_out.iter().take(MOST_WARNINGS) {
            warn(&format!("left out: {reason}"));
        }
        let more = self.left_out.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            warn(&format!("left out: {more} more, for such reasons"));
        }
    }

    /// Why there is nothing to show, where no run was found.
    pub(crate) fn refuse_none(&self) -> Result<(), CommandError> {
        if !self.runs.is_empty() {
            return Ok(());
        }
        let error = if !self.left_out.is_empty() {
            anyhow!("there is no run that can be read; the warnings above have the reasons")
        } else if self.is_selection {
            anyhow!("--since, --vantage and --limit select no run; without them every run counts")
        } else {
            anyhow!("there is no run; name runs, or a directory of runs")
        };
        Err(CommandError::usage(error))
    }

    /// Adds runs and files that are none, of which those that were `named` end the command.
    pub(super) fn add(
        &mut self,
        (runs, unreadable): (Vec<FoundRun>, Vec<(PathBuf, ResultsError)>),
        named: impl Fn(&Path) -> bool,
    ) -> Result<(), CommandError> {
        for (file, error) in unreadable {
            if named(&file) {
                return Err(CommandError::usage(error));
            }
            self.left_out.push(error.to_string());
        }
        self.runs.extend(runs);
        Ok(())
    }

    /// Each run once, in order.
    pub(super) fn each_once(&mut self) {
        let contradictory = results::each_once(&mut self.runs);
        let reasons = contradictory.iter().map(|(_, error)| error.to_string());
        self.left_out.extend(reasons);
    }
}

/// So many files and runs that are left out are named.
const MOST_WARNINGS: usize = 8;
