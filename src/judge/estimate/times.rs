//! A run's service times, cut into blocks and ready to be compared.

use std::ops::Range;
use std::sync::OnceLock;

use latency_stats::{Counted, Draws};

use crate::parallel::Workers;
use crate::plan::{Judging, Level, TargetId};
use crate::record::{Block, Histogram};
use crate::results::Run;

use super::blocks::{Blocks, Grouping};

/// A run's times, ready to be compared.
pub(crate) struct Times<'a> {
    /// By what measure pairs are judged.
    pub(crate) judging: &'a Judging,
    /// How blocks are put together.
    pub(crate) grouping: Grouping,
    blocks: Vec<Blocks>,
    /// Seed of the draws.
    pub(crate) seed: u64,
    /// The threads that share the work.
    pub(crate) workers: Workers,
    /// For each target the percentiles of every draw, where it has answers in every group.
    pub(crate) drawn: Vec<OnceLock<Vec<Vec<f64>>>>,
}

impl<'a> Times<'a> {
    /// Of the service times.
    pub(crate) fn of_service(run: &'a Run, workers: Workers) -> Self {
        Self::of(run, workers, |block| &block.service_time)
    }

    fn of(run: &'a Run, workers: Workers, time: impl Fn(&Block) -> &Histogram + Sync) -> Self {
        let grouping = Grouping::of(run);
        let blocks: Vec<Blocks> =
            workers.map(&run.measured.series, |series| grouping.apply(series, &time));
        let drawn = blocks.iter().map(|_| OnceLock::new()).collect();
        Self {
            judging: &run.plan.judging,
            grouping,
            blocks,
            seed: run.plan.seed,
            workers,
            drawn,
        }
    }

    /// All targets' blocks, in the plan's order.
    pub(crate) fn all(&self) -> &[Blocks] {
        &self.blocks
    }

    /// A target's blocks.
    pub(crate) fn blocks(&self, target: TargetId) -> &Blocks {
        &self.blocks[usize::from(target.0)]
    }

    /// For each window a statistic of every group of the target's that has one.
    pub(crate) fn of_groups(
        &self,
        target: TargetId,
        statistic: impl Fn(&Counted) -> Option<f64>,
    ) -> Vec<Vec<f64>> {
        let groups = &self.blocks(target).groups;
        self.grouping
            .windows()
            .map(|window| {
                window
                    .filter_map(|group| statistic(&groups[group]))
                    .collect()
            })
            .collect()
    }

    /// Draws the blocks of these targets ahead, each once for all its comparisons.
    pub(crate) fn draw(&self, targets: &[TargetId]) {
        let whole: Vec<TargetId> = targets
            .iter()
            .copied()
            .filter(|&target| self.is_whole(target))
            .collect();
        if whole.is_empty() {
            return;
        }
        let windows: Vec<usize> = self.grouping.windows().map(|window| window.len()).collect();
        let draws = self.draws(&windows);
        let drawn = self.workers.map(&whole, |&target| {
            latency_stats::quantiles(
                &self.blocks(target).groups,
                &draws,
                &Level::COMPARED.map(Level::share),
            )
        });
        for (target, quantiles) in whole.into_iter().zip(drawn) {
            // A target that is named twice was drawn alike both times.
            self.drawn[usize::from(target.0)].get_or_init(|| quantiles);
        }
    }

    /// Draws of the blocks of windows with so many each.
    pub(crate) fn draws(&self, windows: &[usize]) -> Draws {
        Draws::within(windows, DRAWS, self.seed)
    }

    /// Whether the target has answers in every group.
    pub(crate) fn is_whole(&self, target: TargetId) -> bool {
        self.blocks(target)
            .groups
            .iter()
            .all(|group| !group.is_empty())
    }

    /// The groups in which both have answers, by window.
    pub(crate) fn shared(&self, baseline: TargetId, candidate: TargetId) -> Vec<Vec<usize>> {
        let (a, b) = (
            &self.blocks(baseline).groups,
            &self.blocks(candidate).groups,
        );
        let both = |&group: &usize| !a[group].is_empty() && !b[group].is_empty();
        self.grouping
            .windows()
            .map(|window: Range<usize>| window.filter(both).collect())
            .collect()
    }
}

/// How often blocks are drawn: the ends of a 95 % interval are then its 50th and 1,950th value.
pub(crate) const DRAWS: usize = 2_000;
