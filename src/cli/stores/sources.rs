//! Runs that are named: files, directories of runs, bundles and stores.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::anyhow;
use time::OffsetDateTime;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::warn;
use crate::cli::exit_code::Exit;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions, store_uri};
use crate::load::Epoch;
use crate::report::plural;
use crate::results::{self, FoundRun, RUN_FILE, ResultsError};
use crate::store::{RunKey, RunSelection, Store, StoreError, StoreUri};

use super::found::FoundRuns;
use super::open::{StorePlace, refuse_without_bucket};

/// What is named, how its servers are reached, and which of it is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) access: &'a StoreAccessOptions,
    pub(crate) selection: &'a SelectionOptions,
}

/// How many runs of each vantage point of a store are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunsRead {
    /// All that are wanted.
    All,
    /// The latest, unless `--limit` says otherwise.
    Latest(usize),
    /// The latest so many or `--limit`, and those that may have been measured at the same time as the latest one: that began
    /// within a day before it. None is dropped by `--limit`.
    LatestAndBeside(usize),
}

/// Whether the path is that of a store: a bucket, or a directory with the layout of one.
pub(crate) fn is_store(path: &Path) -> bool {
    path.to_str().is_some_and(StoreUri::is_s3) || path.join("v1/runs").is_dir()
}

impl Sources<'_> {
    /// The wanted runs.
    pub(crate) fn runs(&self, reach: RunsRead) -> Result<FoundRuns, CommandError> {
        let wanted = self.wanted(None)?;
        let mut found = self.find(&wanted, reach, Empty::Refused)?;
        keep(&mut found.runs, &wanted);
        if !matches!(reach, RunsRead::LatestAndBeside(_)) {
            keep_latest(&mut found.runs, wanted.limit);
        }
        Ok(found)
    }

    /// Whether the file was named by itself, or as the directory of one run.
    pub(crate) fn names(&self, file: &Path) -> bool {
        let mut paths = self.paths.iter();
        paths.any(|path| path == file || path.join(RUN_FILE) == file)
    }

    /// The paths, with the files of the wanted runs in place of each store.
    pub(crate) fn paths(&self, reach: RunsRead) -> Result<Vec<PathBuf>, CommandError> {
        let mut paths = self.without_stores();
        if paths.len() == self.paths.len() {
            self.refuse_selection()?;
            return Ok(paths);
        }
        let mut found = self.of_stores(&self.wanted(None)?, reach)?;
        found.each_once();
        found.tell_left_out();
        if paths.is_empty() && !found.left_out.is_empty() {
            found.refuse_none()?;
        }
        paths.extend(found.runs.into_iter().map(|run| run.path));
        Ok(paths)
    }

    /// The paths that are no stores.
    fn without_stores(&self) -> Vec<PathBuf> {
        let paths = self.paths.iter().filter(|path| !is_store(path));
        paths.cloned().collect()
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
        Err(CommandError::usage(error))
    }

    /// The runs of a history, of one vantage point where a store tells them apart: of a directory every run is taken, and judged
    /// by who reads it. The first run has none before it.
    pub(crate) fn runs_of(&self, vantage: &str, most: usize) -> Result<FoundRuns, CommandError> {
        let wanted = self.wanted(Some(vantage))?;
        self.find(&wanted, RunsRead::Latest(most), Empty::Allowed)
    }

    fn wanted(&self, vantage: Option<&str>) -> Result<Wanted, CommandError> {
        let now = OffsetDateTime::from(Epoch::start_checked().or_exit(Exit::Usage)?.wall());
        let vantages = self.selection.vantage.iter().map(String::as_str);
        Ok(Wanted {
            runs: RunSelection {
                since: self.selection.since.map(|since| since.moment(now)),
                vantages: vantages.chain(vantage).map(str::to_owned).collect(),
            },
            limit: self.selection.limit,
        })
    }

    fn find(
        &self,
        wanted: &Wanted,
        reach: RunsRead,
        empty: Empty,
    ) -> Result<FoundRuns, CommandError> {
        let mut found = self.of_stores(wanted, reach)?;
        let (runs, mut unreadable) =
            results::runs_at(&self.without_stores()).or_exit(Exit::Usage)?;
        if empty == Empty::Allowed {
            unreadable.retain(|(_, error)| !matches!(error, ResultsError::NoRun { .. }));
        }
        found.add((runs, unreadable), |file| self.names(file))?;
        found.each_once();
        Ok(found)
    }

    /// The runs of the stores alone. Refuses options about a bucket where there is none.
    fn of_stores(&self, wanted: &Wanted, reach: RunsRead) -> Result<FoundRuns, CommandError> {
        let has_bucket = self
            .paths
            .iter()
            .any(|path| path.to_str().is_some_and(StoreUri::is_s3));
        if !has_bucket {
            refuse_without_bucket(self.access)?;
        }
        let mut found = FoundRuns {
            is_selection: *self.selection != SelectionOptions::default(),
            ..FoundRuns::default()
        };
        for store in self.paths.iter().filter(|path| is_store(path)) {
            self.add_store(&mut found, store, wanted, reach)?;
        }
        Ok(found)
    }

    /// Adds of each vantage point of the store the latest runs that can be read: one that cannot hides none before it.
    fn add_store(
        &self,
        found: &mut FoundRuns,
        path: &Path,
        wanted: &Wanted,
        reach: RunsRead,
    ) -> Result<(), CommandError> {
        let uri = match path.to_str().filter(|text| StoreUri::is_s3(text)) {
            Some(text) => store_uri(text).map_err(|reason| CommandError::usage(anyhow!(reason)))?,
            None => StoreUri::Directory(path.to_owned()),
        };
        let store = StorePlace::new(uri, self.access.clone()).open()?;
        let listing = store.list(&wanted.runs).or_exit(Exit::Usage)?;
        if listing.strange > 0 {
            warn(&format!(
                "left out: {} of {}, no regular file or not named as stored runs are",
                plural(listing.strange as u64, "object"),
                store.uri()
            ));
        }
        found.left_out.extend(listing.unreadable);
        let mut of_vantage = BTreeMap::<&str, Taken>::new();
        let mut away = 0;
        for key in listing.runs.iter().rev() {
            let taken = of_vantage.entry(key.partition()).or_default();
            if !taken.wants(key, reach, wanted.limit) {
                continue;
            }
            match stored_run(&store, key, reach)? {
                Ok(run) => {
                    taken.runs += 1;
                    taken.unreadable = 0;
                    away = 0;
                    taken.latest.get_or_insert(key.moment());
                    found.runs.push(run);
                }
                Err(Unread {
                    reason,
                    is_store_away,
                }) => {
                    away = if is_store_away { away + 1 } else { 0 };
                    if away == MOST_AWAY {
                        return Err(CommandError::usage(anyhow!(reason)));
                    }
                    taken.unreadable += 1;
                    found.left_out.push(reason);
                    if taken.unreadable == MOST_UNREADABLE {
                        let (vantage, store) = (key.partition(), store.uri());
                        found.left_out.push(format!(
                            "{store}: the older runs of vantage={vantage}, because {MOST_UNREADABLE} in a row cannot be read"
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

/// What was taken of a vantage point of a store.
#[derive(Debug, Default)]
struct Taken {
    runs: usize,
    /// When the latest of them began.
    latest: Option<OffsetDateTime>,
    /// So many in a row could not be read.
    unreadable: usize,
}

impl Taken {
    /// Whether the next run before those is wanted.
    fn wants(&self, key: &RunKey, reach: RunsRead, limit: Option<usize>) -> bool {
        let most = match reach {
            _ if self.unreadable == MOST_UNREADABLE => return false,
            RunsRead::All => limit.unwrap_or(usize::MAX),
            RunsRead::Latest(most) => limit.unwrap_or(most),
            RunsRead::LatestAndBeside(most) => {
                let is_beside = self.latest.is_some_and(|it| it - key.moment() < BESIDE);
                if is_beside && self.runs < MOST_BESIDE {
                    return true;
                }
                limit.unwrap_or(most)
            }
        };
        self.runs < most
    }
}

/// So many runs of one vantage point in a row that cannot be read are the last that are tried: somebody who may write to a
/// store can list hundreds of thousands.
const MOST_UNREADABLE: usize = 16;
/// Runs that began longer before another one are not looked at for having been measured at the same time.
const BESIDE: Duration = Duration::from_hours(24);
const MOST_BESIDE: usize = 32;

/// So many runs in a row that the store does not deliver mean the store, and not the runs.
const MOST_AWAY: usize = 3;

/// Why a run is left out.
struct Unread {
    reason: String,
    /// Whether it was not delivered, as nothing is by a store that is away.
    is_store_away: bool,
}

impl From<String> for Unread {
    fn from(reason: String) -> Self {
        let is_store_away = false;
        Self {
            reason,
            is_store_away,
        }
    }
}

/// A run of the store as a file here, or why it is left out. Where one that cannot be read has another one stand in for it, it is
/// read as a whole; where all are wanted, who reads them next leaves it out.
///
/// # Errors
/// When the store cannot be read at all.
fn stored_run(
    store: &Store,
    key: &RunKey,
    reach: RunsRead,
) -> Result<Result<FoundRun, Unread>, CommandError> {
    let file = match store.fetch(key) {
        Ok(file) => file,
        Err(error @ StoreError::Damaged { .. }) => return Ok(Err(error.to_string().into())),
        Err(error @ StoreError::Away { .. }) => {
            return Ok(Err(Unread {
                reason: format!("{key}: {error}"),
                is_store_away: true,
            }));
        }
        Err(error) => return Err(CommandError::usage(error)),
    };
    if reach != RunsRead::All
        && let Err(error) = results::read(&file)
    {
        return Ok(Err(format!("{key}: {error}").into()));
    }
    Ok(match results::found_run(&file) {
        Ok(run) if key.is_of(&run) => Ok(run),
        Ok(run) => Err(format!(
            "{file:?}: holds the run {} of {:?}, which is another",
            run.run_id, run.vantage
        )
        .into()),
        Err(error) => Err(error.to_string().into()),
    })
}

/// What becomes of directories that are named and have no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Empty {
    Refused,
    Allowed,
}

/// Which runs are wanted, and how many of each vantage point.
#[derive(Debug)]
struct Wanted {
    runs: RunSelection,
    /// How many of each vantage point, the latest.
    limit: Option<usize>,
}

/// What is wanted of the runs that were found, whose files say more than their names in a store.
fn keep(runs: &mut Vec<FoundRun>, wanted: &Wanted) {
    runs.retain(|run| {
        let began = results::moment(&run.started_at);
        let vantages = &wanted.runs.vantages;
        let is_named = vantages.is_empty() || vantages.contains(&run.vantage);
        is_named && wanted.runs.since.is_none_or(|since| began >= Some(since))
    });
}

/// Of each vantage point the latest so many.
pub(crate) fn keep_latest(runs: &mut Vec<FoundRun>, latest: Option<usize>) {
    let Some(latest) = latest else { return };
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
