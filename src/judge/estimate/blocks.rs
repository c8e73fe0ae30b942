//! What was counted, cut into the spans of time that are the unit of every inference: blocks within windows.
//!
//! Calls that follow each other are alike, so their number says little about how sure a statistic is. Blocks that are long
//! against that likeness are nearly independent of each other, and what moves two endpoints alike cancels within a block.

use std::ops::Range;
use std::sync::Arc;

use crate::record::{Block, Histogram, Series};
use crate::results::Run;
use latency_stats::Counted;

/// The times of one target's calls, block by block; a call that failed was never answered.
#[derive(Debug, Clone)]
pub(crate) struct Blocks {
    /// As the run was cut; may be empty.
    pub(crate) fine: Arc<[Counted]>,
    /// The same in groups of neighbours; [`Grouping`] says which.
    pub(crate) groups: Arc<[Counted]>,
}

/// How a run's blocks are put together.
#[derive(Debug, Clone)]
pub(crate) struct Grouping {
    /// For each window the blocks of each group.
    windows: Vec<Vec<Range<usize>>>,
    /// Calls of a target in a window, on average; of the target that has most.
    calls: u64,
}

impl Grouping {
    /// One group for every [`FEWEST_ROUNDS`] calls of a target, but no fewer than [`MANY_GROUPS`] and no more than
    /// [`MOST_GROUPS`] in a window; in one window the groups differ by one block at most. Blocks at the end of a window in
    /// which no call was sent are in none, because a run that was cut short planned them and never came to them.
    pub(crate) fn of(run: &Run) -> Self {
        let series = &run.measured.series;
        let ranges = run.window_ranges();
        let longest = series
            .iter()
            .map(|series| series.counts.issued)
            .max()
            .unwrap_or(0);
        let calls = longest / ranges.len().max(1) as u64;
        let wanted = groups_of(calls, FEWEST_ROUNDS);
        let is_begun = |&block: &usize| {
            let of = |series: &Series| series.blocks.get(block).map(|block| block.counts.issued);
            series.iter().filter_map(of).any(|issued| issued > 0)
        };
        let begun = |range: Range<usize>| {
            let end = range
                .clone()
                .rev()
                .find(is_begun)
                .map_or(range.start, |last| last + 1);
            split(range.start..end, wanted)
        };
        Self {
            windows: ranges.into_iter().map(begun).collect(),
            calls,
        }
    }

    /// What a ranking puts together, as positions in [`Blocks::groups`]: one group for every [`FEWEST_RANKED`] calls of a target, but no
    /// fewer than [`MANY_GROUPS`] and no more than [`MOST_GROUPS`] in a window. Of hundreds of pairs the one decides that moved most by
    /// chance, and short groups resemble each other for longer than one autocorrelation tells.
    pub(crate) fn for_ranks(&self) -> Vec<Range<usize>> {
        let wanted = groups_of(self.calls, FEWEST_RANKED);
        self.windows()
            .flat_map(|window| split(window, wanted))
            .collect()
    }

    /// The groups of each window, as positions in [`Blocks::groups`].
    pub(crate) fn windows(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut first = 0;
        self.windows.iter().map(move |groups| {
            first += groups.len();
            first - groups.len()..first
        })
    }

    /// Windows that were measured.
    pub(crate) fn window_count(&self) -> usize {
        self.windows.len()
    }

    /// That time of a target's calls, block by block.
    pub(crate) fn apply(&self, series: &Series, time: impl Fn(&Block) -> &Histogram) -> Blocks {
        let fine: Arc<[Counted]> = series
            .blocks
            .iter()
            .map(|block| calls(block, time(block)))
            .collect();
        let together = |range: &Range<usize>| match fine.get(range.clone()) {
            Some([one]) => one.clone(),
            Some(several) => Counted::merged(several),
            None => Counted::default(),
        };
        let ranges = || self.windows.iter().flatten();
        // The counts of a large run are most of its memory.
        let same = ranges()
            .cloned()
            .eq((0..fine.len()).map(|block| block..block + 1));
        let groups = if same {
            Arc::clone(&fine)
        } else {
            ranges().map(together).collect()
        };
        Blocks { fine, groups }
    }
}

/// The times of all calls of a block: those of its answers, and the failed calls as never answered. A caller waits for the
/// answer, and leaving out the calls that never brought one would make an endpoint the faster the more of its slow calls fail.
/// Calls that were withheld, belong to the warm-up or found another kind of connection are none of the target's.
pub(crate) fn calls(block: &Block, time: &Histogram) -> Counted {
    counted(time).with_never(block.counts.failed())
}

/// The histogram's distinct values; none of an empty one.
pub(crate) fn counted(histogram: &Histogram) -> Counted {
    if histogram.is_empty() {
        Counted::default()
    } else {
        Counted::from_hdr(&histogram.to_hdr())
    }
}

/// One histogram of all targets.
pub(crate) fn merged(run: &Run, of: impl Fn(&Series) -> &Histogram) -> Histogram {
    Histogram::sum(run.measured.series.iter().map(of))
}

/// How many groups so many calls of a target in one window are put into, for one of which it takes that many.
fn groups_of(calls: u64, for_one: u64) -> usize {
    usize::try_from(calls / for_one)
        .unwrap_or(usize::MAX)
        .clamp(MANY_GROUPS, MOST_GROUPS)
}

/// `range` in at most `parts` neighbouring parts whose lengths differ by one at most.
fn split(range: Range<usize>, parts: usize) -> Vec<Range<usize>> {
    let (length, parts) = (range.len(), parts.min(range.len()).max(1));
    let bound = |part: usize| range.start + length * part / parts;
    (0..parts)
        .map(|part| bound(part)..bound(part + 1))
        .filter(|part| !part.is_empty())
        .collect()
}

/// Calls of a target for each group beyond the eighth.
const FEWEST_ROUNDS: u64 = 6;
/// The same in a ranking.
const FEWEST_RANKED: u64 = 12;
/// Groups from which on there is an interval for anything but the p50.
pub(crate) const MANY_GROUPS: usize = 8;
/// Groups from which on there is an interval for the p50.
pub(crate) const FEWEST_GROUPS: usize = 5;
/// Answers of either side from which on the p50's interval comes from groups: those of fewer move too much by chance.
pub(crate) const FEWEST_ANSWERS: u64 = 32;
/// Groups beyond which more of them would only be shorter.
const MOST_GROUPS: usize = 16;

#[cfg(test)]
mod tests {
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::results::Window;

    use super::*;

    fn lengths(rounds: u32) -> Vec<usize> {
        let run = Fixture::small().calls(rounds, |_, _| answer(10)).run();
        Grouping::of(&run)
            .windows
            .iter()
            .flatten()
            .map(Range::len)
            .collect()
    }

    #[test]
    fn short_blocks_are_put_together_as_long_as_eight_remain() {
        assert_eq!(lengths(192), [1; 16]);
        assert_eq!(lengths(96), [1; 16]);
        assert_eq!(lengths(72), [1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2]);
        assert_eq!(lengths(48), [2; 8]);
        assert_eq!(lengths(32), [2; 8]);
    }

    #[test]
    fn blocks_that_a_run_never_came_to_are_in_no_group() {
        let run = |calls| {
            let fixture = Fixture::small().calls(192, |_, _| answer(10));
            Grouping::of(&fixture.run_until(calls)).windows
        };
        assert_eq!(
            run(96)[0].len(),
            8,
            "each block of the first half is a group"
        );
        assert_eq!(run(40)[0], [0..1, 1..2, 2..3, 3..4]);
        assert!(run(0)[0].is_empty());
    }

    #[test]
    fn no_group_reaches_over_the_end_of_a_window() {
        let mut run = Fixture::small().calls(96, |_, _| answer(10)).run();
        let window = |first_block, blocks| Window {
            run_id: "20261122-141500-0badcafe".to_owned(),
            started_at: "2026-11-22T14:15:00Z".to_owned(),
            elapsed_ns: 1,
            first_block,
            blocks,
        };
        run.measured.windows = vec![window(0, 9), window(9, 7)];
        let grouping = Grouping::of(&run);
        assert_eq!(grouping.windows().collect::<Vec<_>>(), [0..8, 8..15]);
        let blocks = grouping.apply(&run.measured.series[0], |block| &block.service_time);
        assert_eq!((blocks.fine.len(), blocks.groups.len()), (16, 15));
        let total = |counted: &[Counted]| counted.iter().map(Counted::total).sum::<u64>();
        assert_eq!((total(&blocks.fine), total(&blocks.groups)), (96, 96));
    }
}
