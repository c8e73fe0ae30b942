//! Takes runs of one plan and makes them one.

use crate::record::Series;
use crate::results::model::limits::{MAX_BLOCKS, MAX_CALLS};
use crate::results::model::notice::Notice;
use crate::results::model::run::Run;
use crate::results::model::window::{Window, moment};

use super::combine::combine;
use super::compatible::require_compatible;
use super::error::MergeError;
use super::timeline::{self, MergedTimeline};

/// `runs`, in whatever order, as one run of that id; see `Merger`.
///
/// # Errors
/// [`MergeError`] of the first run that does not go with those before it.
#[cfg(test)]
pub(crate) fn merge(
    runs: impl IntoIterator<Item = Run>,
    run_id: String,
) -> Result<Run, MergeError> {
    let mut merger = Merger::default();
    runs.into_iter().try_for_each(|run| merger.add(run))?;
    merger.finish(run_id)
}

/// Takes runs one at a time and makes them one.
///
/// A run that was itself merged counts as the windows that it has, so that neither the order nor the number of steps in
/// which runs are merged matters. One run alone stays what it is.
#[derive(Debug, Default)]
pub(crate) struct Merger {
    runs: Vec<Run>,
    /// The windows of the runs, by id and digest.
    windows: Vec<(String, String)>,
    repeated: Vec<Notice>,
}

impl Merger {
    /// Takes another run; one that is there already, under its id or another, is counted once, and that is noticed.
    ///
    /// # Errors
    /// [`MergeError`] when it does not go with those before it; it is then not taken.
    pub(crate) fn add(&mut self, run: Run) -> Result<(), MergeError> {
        if moment(&run.header.started_at).is_none() {
            return Err(MergeError::Undated {
                run_id: run.header.run_id,
                started_at: run.header.started_at,
            });
        }
        if let Some(first) = self.runs.first() {
            require_compatible(first, &run)?;
        }
        if let Some(known) = self
            .runs
            .iter_mut()
            .find(|known| known.header.run_id == run.header.run_id)
        {
            let text = format!(
                "run {} was given more than once and is counted once",
                run.header.run_id
            );
            notice_once(&mut self.repeated, text);
            // Of two copies of which one was cut off, the one that holds more.
            if (calls(&run), known.measured.completion) > (calls(known), run.measured.completion) {
                *known = run;
            }
            return Ok(());
        }
        let windows = run.window_digests();
        let copies = self.copies_of(&windows);
        if let Some((one, other)) = copies.first() {
            if copies.len() < windows.len() {
                return Err(MergeError::Copied {
                    one: one.clone(),
                    other: other.clone(),
                });
            }
            let text = format!(
                "run {} holds the measurement of {one} under another id and is counted once",
                run.header.run_id
            );
            notice_once(&mut self.repeated, text);
            return Ok(());
        }
        self.require_room(&run)?;
        self.runs.push(run);
        self.windows.extend(windows);
        Ok(())
    }

    /// What is to be said of runs that were given more than once.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = &str> {
        self.repeated.iter().map(|notice| notice.text.as_str())
    }

    /// Refuses a run that would make the merged one larger than a run can be.
    fn require_room(&self, run: &Run) -> Result<(), MergeError> {
        let blocks = self
            .runs
            .iter()
            .chain([run])
            .map(|run| usize::from(run.plan.blocks))
            .sum();
        if blocks > usize::from(MAX_BLOCKS) {
            return Err(MergeError::TooManyBlocks { blocks });
        }
        if self
            .runs
            .iter()
            .chain([run])
            .map(calls)
            .fold(0, u64::saturating_add)
            > MAX_CALLS
        {
            return Err(MergeError::TooManyCalls);
        }
        Ok(())
    }

    /// Those of the windows that are there already under another id: that id, and their own.
    fn copies_of(&self, windows: &[(String, String)]) -> Vec<(String, String)> {
        let known = |(id, digest): &(String, String)| {
            let same = |(known, other): &&(String, String)| other == digest && known != id;
            let (known, _) = self.windows.iter().find(same)?;
            Some((known.clone(), id.clone()))
        };
        windows.iter().filter_map(known).collect()
    }

    /// The runs as one, each a window of its own.
    ///
    /// # Errors
    /// [`MergeError`] without runs, and when two of them were measured at the same time.
    pub(crate) fn finish(self, run_id: String) -> Result<Run, MergeError> {
        let (timeline, runs, repeated) = self.in_time()?;
        let mut merged = match <[Run; 1]>::try_from(runs) {
            Ok([only]) => only,
            Err(runs) => {
                let dated = |notice: &Notice, window: &Window| {
                    format!("window of {}: {}", window.started_at, notice.text)
                };
                let mut run = combine(&runs, &timeline, run_id, dated);
                run.measured.windows = timeline.windows();
                run
            }
        };
        merged.notices.splice(0..0, repeated);
        Ok(merged)
    }

    /// The runs as one that was measured in a single window, one stage after another; with its stages.
    ///
    /// # Errors
    /// [`MergeError`] without runs, and when two of them were measured at the same time.
    pub(crate) fn finish_in_one_window(
        self,
        run_id: String,
    ) -> Result<(Run, Vec<Window>), MergeError> {
        let (timeline, runs, _) = self.in_time()?;
        let merged = combine(&runs, &timeline, run_id, |notice, _| notice.text.clone());
        Ok((merged, timeline.windows()))
    }

    fn in_time(mut self) -> Result<(MergedTimeline, Vec<Run>, Vec<Notice>), MergeError> {
        if self.runs.is_empty() {
            return Err(MergeError::Nothing);
        }
        self.runs
            .sort_by(|a, b| timeline::in_time(&a.as_window(), &b.as_window()));
        Ok((MergedTimeline::of(&self.runs)?, self.runs, self.repeated))
    }
}

fn notice_once(notices: &mut Vec<Notice>, text: String) {
    if notices.iter().all(|notice| notice.text != text) {
        notices.push(Notice { at_ns: 0, text });
    }
}

fn calls(run: &Run) -> u64 {
    let made = |series: &Series| series.counts.issued.saturating_add(series.counts.warmup);
    run.measured
        .series
        .iter()
        .map(made)
        .fold(0, u64::saturating_add)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
