//! A run that was measured, and its files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::credentials::Lost;
use crate::results::{self, Directory, ResultsError, Run, Writer};

use super::caller::identity::LostCredentials;
use super::caller::preflight::PreflightCalls;
use super::header::recorded;
use crate::notice::SessionNotice;

/// A run that was measured, and where its files are.
#[derive(Debug)]
pub struct Finished {
    /// The run. It is not judged yet.
    pub run: Run,
    /// Its files, which the run is still missing from.
    pub files: Files,
    pub(super) preflight: PreflightCalls,
    pub(super) lost: LostCredentials,
}

/// The files of a run that is about to be finished.
#[derive(Debug)]
pub enum Files {
    /// Its own, kept while it was measured.
    Own(Box<Writer>),
    /// Those of its parts, in directories of their own below this one.
    OfParts {
        /// The whole run's directory.
        directory: Directory,
        /// The first thing that could not be kept.
        failure: Option<ResultsError>,
    },
}

impl Finished {
    /// Notes what was known before the run and is no warning.
    pub(crate) fn note(&mut self, notice: Option<&SessionNotice>) {
        let noted = notice.map(|notice| recorded(notice, Duration::ZERO));
        self.run.notices.splice(0..0, noted);
    }

    /// Why the credentials were lost, if they were.
    pub fn lost_credentials(&self) -> Option<Arc<Lost>> {
        self.lost.reason()
    }

    /// Records what a simulated service says it has seen, `None` when it can no longer say. The preflight's calls are
    /// taken off.
    pub fn count_seen(&mut self, requests: Option<u64>) {
        let made = self
            .run
            .measured
            .series
            .iter()
            .map(|series| series.counts.issued.saturating_add(series.counts.warmup))
            .sum();
        if let Some(simulation) = self.run.header.vantage.simulation.as_mut() {
            simulation.requests_seen =
                requests.map(|requests| self.preflight.taken_off(requests, made));
        }
    }
}

impl Files {
    /// Puts the finished run beside what was kept on the way.
    ///
    /// # Errors
    /// [`ResultsError`] for the first thing that could not be kept, now or while the run was measured.
    pub fn finish(&mut self, run: &Run) -> Result<(), ResultsError> {
        match self {
            Self::Own(writer) => writer.finish(run),
            Self::OfParts { directory, failure } => {
                let written = results::write(directory, run);
                failure.take().map_or(written, Err)
            }
        }
    }

    /// The directory, when it holds the journal of a run that is not saved there.
    pub fn can_be_recovered(&self) -> Option<PathBuf> {
        let directory = self.directory();
        results::holds_journal(directory).then(|| directory.path().to_owned())
    }

    /// Where the report goes.
    pub fn directory(&self) -> &Directory {
        match self {
            Self::Own(writer) => writer.directory(),
            Self::OfParts { directory, .. } => directory,
        }
    }
}
