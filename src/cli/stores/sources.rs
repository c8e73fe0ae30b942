//! Runs that are named: files, directories of runs, bundles and stores.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use time::OffsetDateTime;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::warn;
use crate::cli::exit_code::Exit;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions, store_uri};
use crate::load::Epoch;
use crate::results::{self, FoundRun, RUN_FILE, ResultsError};
use crate::store::{RunSelection, StoreError, StoreUri};

use super::open::{StorePlace, refuse_without_bucket};

/// What is named, how its servers are reached, and which of it is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) access: &'a StoreAccessOptions,
    pub(crate) selection: &'a SelectionOptions,
}

/// The runs that were found.
#[derive(Debug)]
pub(crate) struct FoundRuns {
    /// In order of time.
    pub(crate) runs: Vec<FoundRun>,
    /// Files below directories and in stores that are no runs.
    pub(crate) unreadable: Vec<ResultsError>,
}

impl FoundRuns {
    /// Says which files were left out.
    pub(crate) fn tell_unreadable(&self) {
        for error in self.unreadable.iter().take(MOST_WARNINGS) {
            warn(&format!("left out: {error}"));
        }
        let more = self.unreadable.len().saturating_sub(MOST_WARNINGS);
        if more > 0 {
            warn(&format!("left out: {more} more files that are no runs"));
        }
    }
}

/// Whether the path is that of a store: a bucket, or a directory with the layout of one.
pub(crate) fn is_store(path: &Path) -> bool {
    path.to_str().is_some_and(StoreUri::is_s3) || path.join("v1/runs").is_dir()
}

impl Sources<'_> {
    /// The wanted runs. Of a store the latest `most` of each vantage point are fetched, unless `--limit` says otherwise.
    pub(crate) fn runs(&self, most: Option<usize>) -> Result<FoundRuns, CommandError> {
        let wanted = self.wanted(None)?;
        let paths = self.files(&wanted, most)?;
        let (mut runs, unreadable) = results::readable_runs_at(&paths).or_exit(Exit::Usage)?;
        let (named, below): (Vec<_>, Vec<_>) = unreadable
            .into_iter()
            .partition(|(file, _)| self.names(file));
        if let Some((_, error)) = named.into_iter().next() {
            return Err(CommandError::new(Exit::Usage, error));
        }
        keep(&mut runs, &wanted);
        let unreadable = below.into_iter().map(|(_, error)| error).collect();
        Ok(FoundRuns { runs, unreadable })
    }

    /// Whether the file was named by itself, or as the directory of one run.
    fn names(&self, file: &Path) -> bool {
        let mut paths = self.paths.iter();
        paths.any(|path| path == file || path.join(RUN_FILE) == file)
    }

    /// The paths, with the files of the wanted runs in place of each store.
    pub(crate) fn paths(&self, most: Option<usize>) -> Result<Vec<PathBuf>, CommandError> {
        if !self.paths.iter().any(|path| is_store(path)) {
            self.refuse_selection()?;
            return Ok(self.paths.to_vec());
        }
        self.files(&self.wanted(None)?, most)
    }

    /// Refuses options that have no effect on runs that are named one by one.
    pub(crate) fn refuse_selection(&self) -> Result<(), CommandError> {
        refuse_without_bucket(self.access)?;
        if *self.selection == SelectionOptions::default() {
            return Ok(());
        }
        let error = anyhow!(
            "--since, --vantage and --limit choose among the runs of a store; here each run is named"
        );
        Err(CommandError::new(Exit::Usage, error))
    }

    /// The runs of a history, all of one vantage point. Of a directory every run is taken, and judged by who reads it.
    pub(crate) fn runs_of(
        &self,
        vantage: &str,
        most: usize,
    ) -> Result<Vec<FoundRun>, CommandError> {
        let wanted = self.wanted(Some(vantage))?;
        let paths = self.files(&wanted, Some(most))?;
        results::runs_at(&paths).or_exit(Exit::Usage)
    }

    fn wanted(&self, vantage: Option<&str>) -> Result<RunSelection, CommandError> {
        let now = OffsetDateTime::from(Epoch::start_checked().or_exit(Exit::Usage)?.wall());
        let vantages = self.selection.vantage.iter().map(String::as_str);
        Ok(RunSelection {
            since: self.selection.since.map(|since| since.moment(now)),
            vantages: vantages.chain(vantage).map(str::to_owned).collect(),
            latest: self.selection.limit,
        })
    }

    fn files(
        &self,
        wanted: &RunSelection,
        most: Option<usize>,
    ) -> Result<Vec<PathBuf>, CommandError> {
        let has_bucket = self
            .paths
            .iter()
            .any(|path| path.to_str().is_some_and(StoreUri::is_s3));
        if !has_bucket {
            refuse_without_bucket(self.access)?;
        }
        let mut files = Vec::new();
        for path in self.paths {
            if is_store(path) {
                files.extend(self.of_store(path, wanted, most)?);
            } else {
                files.push(path.clone());
            }
        }
        Ok(files)
    }

    fn of_store(
        &self,
        path: &Path,
        wanted: &RunSelection,
        most: Option<usize>,
    ) -> Result<Vec<PathBuf>, CommandError> {
        let uri = match path.to_str().filter(|text| StoreUri::is_s3(text)) {
            Some(text) => {
                store_uri(text).map_err(|reason| CommandError::new(Exit::Usage, anyhow!(reason)))?
            }
            None => StoreUri::Directory(path.to_owned()),
        };
        let store = StorePlace::new(uri, self.access.clone()).open()?;
        let wanted = RunSelection {
            latest: wanted.latest.or(most),
            ..wanted.clone()
        };
        let listing = store.list(&wanted).or_exit(Exit::Usage)?;
        if listing.strange > 0 {
            warn(&format!(
                "{} objects of {} are left out: their names are not those of stored runs",
                listing.strange,
                store.uri()
            ));
        }
        let (mut files, mut damaged) = (Vec::new(), 0);
        for key in &listing.runs {
            match store.fetch(key) {
                Ok(file) => files.push(file),
                Err(error @ StoreError::Damaged { .. }) => {
                    damaged += 1;
                    if damaged <= MOST_WARNINGS {
                        warn(&error.to_string());
                    }
                }
                Err(error) => return Err(CommandError::new(Exit::Usage, error)),
            }
        }
        if damaged > MOST_WARNINGS {
            warn(&format!(
                "{} more runs are left out",
                damaged - MOST_WARNINGS
            ));
        }
        Ok(files)
    }
}

/// What is wanted of the runs that were found, whose files say more than their names in a store.
fn keep(runs: &mut Vec<FoundRun>, wanted: &RunSelection) {
    runs.retain(|run| {
        let began = results::moment(&run.started_at);
        let is_named = wanted.vantages.is_empty() || wanted.vantages.contains(&run.vantage);
        is_named && wanted.since.is_none_or(|since| began >= Some(since))
    });
    let Some(latest) = wanted.latest else { return };
    let mut of_vantage = BTreeMap::<String, usize>::new();
    let mut kept: Vec<FoundRun> = std::mem::take(runs)
        .into_iter()
        .rev()
        .filter(|run| {
            let seen = of_vantage.entry(run.vantage.clone()).or_default();
            *seen += 1;
            *seen <= latest
        })
        .collect();
    kept.reverse();
    *runs = kept;
}

/// So many files and runs that are left out are named.
const MOST_WARNINGS: usize = 8;
