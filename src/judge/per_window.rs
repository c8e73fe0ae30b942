//! A percentile of each window of a run.

use latency_stats::{Counted, Percentile, percentile};

use crate::plan::{Level, TargetId};
use crate::results::Run;

use super::estimate::calls;

/// The percentile of all calls to the target in each window of the run, with an interval of the plan's confidence; `None`
/// where a window's calls support none, and where it is a failure.
pub(crate) fn per_window(run: &Run, target: TargetId, level: Level) -> Vec<Option<Percentile>> {
    let series = run
        .measured
        .series
        .iter()
        .find(|series| series.target == target);
    let of_window = |range: std::ops::Range<usize>| {
        let blocks = series?.blocks.get(range)?;
        let counted: Vec<Counted> = blocks
            .iter()
            .map(|block| calls(block, &block.service_time))
            .collect();
        let found = percentile(&counted, level.share(), run.plan.judging.confidence).ok()?;
        found.value.is_finite().then_some(found)
    };
    run.window_ranges().into_iter().map(of_window).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::summarise;
    use crate::judge::synthetic_run::{Fixture, answer};

    #[test]
    fn a_run_of_one_window_has_the_percentile_of_its_summary() {
        let run = Fixture::small()
            .calls(200, |_, i| answer(20 + u64::from(i % 7)))
            .run();
        let row = &summarise(&run).rows[0];
        let windows = per_window(&run, row.target, Level::P50);
        let [Some(only)] = windows.as_slice() else {
            panic!("one window: {windows:?}");
        };
        assert_eq!(Some(only.value), row.service_time.percentile(Level::P50));
        assert!(only.interval.low <= only.value && only.value <= only.interval.high);
    }

    #[test]
    fn a_window_with_too_few_calls_has_none() {
        let run = Fixture::small().calls(4, |_, _| answer(20)).run();
        let target = summarise(&run).rows[0].target;
        assert_eq!(per_window(&run, target, Level::P50), [None]);
    }
}
