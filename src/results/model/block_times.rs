//! When the blocks of a run were measured.

use std::ops::Range;
use std::time::Duration;

use crate::plan::{Load, Plan};
use crate::record::{Series, TracePoint};

use super::run::Run;
use super::window::{Window, offsets};

/// When the calls of each block were due, since the run's epoch: those of a window or stage from its own warm-up's end on.
/// The connections of the next block are opened within a block, which takes that much longer; the last one opens none.
pub(crate) fn block_times(run: &Run) -> Vec<Range<Duration>> {
    let windows = run.continuous_windows();
    let times = windows.iter().zip(offsets(&windows));
    let times = times.flat_map(|(window, offset)| {
        let blocks = u32::from(window.blocks);
        let (length, priming) = (run.plan.block_length(), priming(&run.plan));
        let period = length.saturating_add(priming);
        let first = Duration::from_nanos(offset)
            .saturating_add(priming)
            .saturating_add(warmup(&run.plan, window));
        (0..blocks).map(move |number| {
            let start = first.saturating_add(period.saturating_mul(number));
            let is_last = number + 1 == blocks;
            start..start.saturating_add(if is_last { length } else { period })
        })
    });
    times.collect()
}

/// The same where they are known for certain, otherwise none: the blocks of a closed load begin with the first answers that
/// it happens to get, and another release may have scheduled the run otherwise, which shows in calls outside of their block.
pub(crate) fn certain_block_times(run: &Run) -> Vec<Range<Duration>> {
    let times = block_times(run);
    let is_certain = match run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => {
            let mut series = run.measured.series.iter();
            series.all(|series| holds(&times, series, run.continuous_windows().len()))
        }
        Load::Closed { .. } => false,
    };
    if is_certain { times } else { Vec::new() }
}

/// Whether the calls that the trace kept lie in their blocks, as far as it tells which call each was.
fn holds(times: &[Range<Duration>], series: &Series, windows: usize) -> bool {
    let (points, stride) = (&series.trace.points, series.trace.stride);
    let at = |point: &TracePoint| Duration::from_nanos(point.at_ns);
    let (Some(from), Some(to)) = (times.first(), times.last()) else {
        return false;
    };
    let mut all = points.iter().map(at);
    // A trace has no calls that had to dial again, and each window's is thinned for itself.
    if series.counts.redialled > 0 || (stride > 1 && windows > 1) {
        return all.all(|at| (from.start..to.end).contains(&at));
    }
    let mut calls = 0;
    let ends = series.blocks.iter().map(|block| {
        calls += block.counts.issued;
        (calls, usize::from(block.number))
    });
    let ends: Vec<(u64, usize)> = ends.collect();
    let mut call = 0;
    all.all(|at| {
        let block = ends.iter().find(|&&(end, _)| call < end);
        call += stride;
        let time = block.and_then(|&(_, number)| times.get(number));
        time.is_some_and(|time| time.contains(&at))
    })
}

/// How long a block's connections take to be opened before it. A closed load opens them with its first calls.
fn priming(plan: &Plan) -> Duration {
    match plan.load {
        Load::Audit { .. } | Load::Open { .. } => plan.priming(),
        Load::Closed { .. } => Duration::ZERO,
    }
}

/// How long the warm-up of a stretch takes. How long a closed load warms up depends on the answers, so that is what is
/// left beside the measured part.
fn warmup(plan: &Plan, window: &Window) -> Duration {
    match plan.load {
        Load::Audit { round, .. } => round.saturating_mul(plan.warmup_rounds),
        Load::Open {
            rate_per_second, ..
        } => {
            let calls = f64::from(plan.warmup_rounds) * plan.targets.len() as f64;
            Duration::try_from_secs_f64(calls / rate_per_second).unwrap_or_default()
        }
        Load::Closed { .. } => {
            let measured = plan.block_length().saturating_mul(window.blocks.into());
            Duration::from_nanos(window.elapsed_ns).saturating_sub(measured)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::results::read;

    fn saved(name: &str) -> Run {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data/golden-runs")
            .join(name)
            .join("run.json");
        read(&path).expect("reads")
    }

    #[test]
    fn every_block_of_a_saved_run_holds_its_own_calls() {
        for name in ["audit", "few-answers", "precision", "windows-a"] {
            let run = saved(name);
            let blocks: usize = run.window_ranges().iter().map(ExactSizeIterator::len).sum();
            assert_eq!(certain_block_times(&run).len(), blocks, "{name}");
        }
    }

    #[test]
    fn blocks_whose_times_are_not_what_the_plan_says_have_none_for_certain() {
        // An open load that an early release primed in less time than its rate asks for.
        for name in ["closed", "interrupted"] {
            assert!(certain_block_times(&saved(name)).is_empty(), "{name}");
        }
        let mut run = saved("audit");
        for point in &mut run.measured.series[0].trace.points {
            point.at_ns += 250_000_000;
        }
        assert!(certain_block_times(&run).is_empty(), "moved by a round");
    }
}
