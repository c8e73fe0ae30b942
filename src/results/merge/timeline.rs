//! Which stretch of which run was measured when.

use std::cmp::Ordering;

use crate::results::model::run::Run;
use crate::results::model::window::{Window, moment, offsets, overlap};

use super::error::MergeError;

/// The windows of several runs, in order of time.
pub(super) struct MergedTimeline {
    parts: Vec<TimelinePart>,
}

/// A window of one of the runs, in its own run and among all.
pub(super) struct TimelinePart {
    /// Position of its run.
    pub(super) run: usize,
    /// As it stands in its run.
    pub(super) there: Window,
    /// When it began, ns since its run's epoch.
    offset_there: u64,
    /// As it stands among all.
    pub(super) here: Window,
    /// When it began, ns since the first run's epoch.
    offset_here: u64,
}

impl MergedTimeline {
    /// Every window of every run.
    pub(super) fn of(runs: &[Run]) -> Result<Self, MergeError> {
        let mut parts = Vec::new();
        for (number, run) in runs.iter().enumerate() {
            let windows = if run.measured.windows.is_empty() {
                vec![run.as_window()]
            } else {
                run.measured.windows.clone()
            };
            for (window, offset_there) in windows.iter().zip(offsets(&windows)) {
                let (there, here) = (window.clone(), window.clone());
                parts.push(TimelinePart {
                    run: number,
                    there,
                    offset_there,
                    here,
                    offset_here: 0,
                });
            }
        }
        parts.sort_by(|a, b| in_time(&a.there, &b.there));
        let mut timeline = Self { parts };
        timeline.refuse_overlaps()?;
        let offsets = offsets(&timeline.windows());
        let mut blocks = 0;
        for (part, offset) in timeline.parts.iter_mut().zip(offsets) {
            part.offset_here = offset;
            part.here.first_block = blocks;
            blocks = blocks.saturating_add(part.here.blocks);
        }
        Ok(timeline)
    }

    fn refuse_overlaps(&self) -> Result<(), MergeError> {
        let pair = self
            .parts
            .windows(2)
            .find(|pair| overlap(&pair[0].there, &pair[1].there));
        pair.map_or(Ok(()), |pair| {
            Err(MergeError::Overlap {
                one: pair[0].there.run_id.clone(),
                other: pair[1].there.run_id.clone(),
                at: pair[1].there.started_at.clone(),
            })
        })
    }

    pub(super) fn parts(&self) -> &[TimelinePart] {
        &self.parts
    }

    /// The windows as they stand among all.
    pub(super) fn windows(&self) -> Vec<Window> {
        self.parts.iter().map(|part| part.here.clone()).collect()
    }

    /// From the first epoch to the last answer, ns.
    pub(super) fn elapsed_ns(&self) -> u64 {
        self.parts.last().map_or(0, |last| {
            last.offset_here.saturating_add(last.here.elapsed_ns)
        })
    }

    /// Position of the part to which a moment of that run belongs.
    pub(super) fn part_of(&self, run: usize, at_ns: u64) -> usize {
        let began = |part: &TimelinePart| part.run == run && part.offset_there <= at_ns;
        self.parts.iter().rposition(began).unwrap_or(0)
    }

    /// A moment of that run as one of all. What was noticed after a window's last answer belongs to its end.
    pub(super) fn moved(&self, run: usize, at_ns: u64) -> u64 {
        let part = &self.parts[self.part_of(run, at_ns)];
        part.offset_here.saturating_add(
            at_ns
                .saturating_sub(part.offset_there)
                .min(part.there.elapsed_ns),
        )
    }
}

pub(super) fn in_time(a: &Window, b: &Window) -> Ordering {
    moment(&a.started_at)
        .cmp(&moment(&b.started_at))
        .then_with(|| a.run_id.cmp(&b.run_id))
}
