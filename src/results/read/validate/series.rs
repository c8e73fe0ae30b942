//! Whether the series fit the plan, and whether their numbers add up.

use crate::plan::Plan;
use crate::record::{Block, Counts, Histogram, Pace, RepeatedIds, Series, Trace};
use crate::results::model::limits::MAX_CALLS;
use crate::results::model::run::Run;
use crate::sample::Phase;

use super::health::check_health;
use super::rules::{require, sum};

/// 64 names and `other`.
const MAX_NAMES: usize = 65;
/// More calls to a point of a trace than there can be calls.
const MAX_STRIDE: u64 = 1 << 50;

/// One series for each target, and what was measured beside them.
pub(super) fn check_series(run: &Run) -> Result<(), String> {
    let (found, planned) = (run.measured.series.len(), run.plan.targets.len());
    require(found == planned, || {
        format!("{found} series for {planned} targets")
    })?;
    let signed = run.measured.signing.len();
    require(signed <= MAX_CALLS, || {
        format!("{signed} values of signing")
    })?;
    run.conditions
        .health
        .as_ref()
        .map_or(Ok(()), check_health)?;
    run.measured.pace.as_ref().map_or(Ok(()), check_pace)?;
    for ((id, _), series) in run.plan.targets().zip(&run.measured.series) {
        require(series.target == id, || {
            format!("series {} belongs to target {}", id.0, series.target.0)
        })?;
        check_one(series, &run.plan, run.measured.windows.len())
            .map_err(|reason| format!("series {}: {reason}", id.0))?;
    }
    Ok(())
}

fn check_pace(pace: &Pace) -> Result<(), String> {
    let (bins, sent) = (pace.bins.len(), sum(pace.bins.iter().copied()));
    require(bins == Pace::BINS, || {
        format!("{bins} bins of pace instead of {}", Pace::BINS)
    })?;
    let gaps = pace.gaps.len();
    require(
        sent.is_some_and(|sent| gaps <= sent && sent <= MAX_CALLS),
        || format!("{gaps} gaps between {sent:?} calls"),
    )
}

fn check_one(series: &Series, plan: &Plan, windows: usize) -> Result<(), String> {
    check_counts(&series.counts)?;
    let phases = series.phases.len();
    require(phases == Phase::ALL.len(), || {
        format!("{phases} phases instead of {}", Phase::ALL.len())
    })?;
    let numbers = series.blocks.iter().map(|block| block.number);
    require(numbers.eq(0..plan.blocks), || {
        format!("its blocks are not numbered 0 to {}", plan.blocks - 1)
    })?;
    check_histograms(series)?;
    check_blocks(series)?;
    check_names(series)?;
    let (stride, points) = (series.trace.stride, series.trace.points.len());
    // Each of many windows keeps a point.
    let capacity = Trace::CAPACITY.max(windows);
    require(
        stride.is_power_of_two() && stride <= MAX_STRIDE && points <= capacity,
        || format!("a trace of stride {stride} and {points} points"),
    )
}

/// As many times as calls that have them.
fn check_histograms(series: &Series) -> Result<(), String> {
    let Counts {
        issued,
        succeeded,
        faults,
        failures,
        ..
    } = series.counts;
    require_values("response_time", &series.response_time, succeeded)?;
    require_values("service_time", &series.service_time, succeeded)?;
    require_values("failed_time", &series.failed_time, faults + failures)?;
    require_values("lateness", &series.lateness, issued)?;
    let queued = series.queued.len();
    require(queued <= issued, || {
        format!("{queued} values of queued for {issued} calls")
    })?;
    for (phase, histogram) in Phase::ALL.into_iter().zip(&series.phases) {
        let values = histogram.len();
        require(values <= succeeded, || {
            format!("{values} {} times of {succeeded} successes", phase.as_str())
        })?;
    }
    Ok(())
}

/// Blocks that add up, each in itself and all together.
fn check_blocks(series: &Series) -> Result<(), String> {
    for block in &series.blocks {
        check_block(block).map_err(|reason| format!("block {}: {reason}", block.number))?;
    }
    let counts: [fn(&Counts) -> u64; 5] = [
        |counts| counts.issued,
        |counts| counts.succeeded,
        |counts| counts.faults,
        |counts| counts.failures,
        |counts| counts.withheld,
    ];
    let adds_up = counts.into_iter().all(|count| {
        sum(series.blocks.iter().map(|block| count(&block.counts))) == Some(count(&series.counts))
    });
    require(adds_up, || "its blocks do not add up to it".to_owned())
}

fn check_block(block: &Block) -> Result<(), String> {
    let Counts {
        succeeded, warmup, ..
    } = block.counts;
    check_counts(&block.counts)?;
    require(warmup == 0, || {
        format!("{warmup} calls of the warm-up, which is in no block")
    })?;
    require_values("response_time", &block.response_time, succeeded)?;
    require_values("service_time", &block.service_time, succeeded)?;
    let remotes = block.remotes.len();
    require(remotes < MAX_NAMES, || format!("{remotes} remotes"))
}

/// No more answers by name than there were calls.
fn check_names(series: &Series) -> Result<(), String> {
    let issued = series.counts.issued;
    for names in [&series.served_by, &series.origins, &series.remotes] {
        let total = sum(names.values().copied());
        require(
            names.len() <= MAX_NAMES && total.is_some_and(|total| total <= issued),
            || "served_by, origins or remotes has more answers than there were calls".to_owned(),
        )?;
    }
    let remotes = series.blocks.iter().flat_map(|block| &block.remotes);
    for name in series.remotes.keys().chain(remotes) {
        require(is_remote(name), || {
            let beginning: String = name.chars().take(40).collect();
            format!("remotes has {beginning:?}, which is no address")
        })?;
    }
    let RepeatedIds { answers, uuids } = series.repeated_ids;
    require(answers <= issued && uuids <= answers, || {
        format!("repeated_ids: {uuids} and {answers} of {issued} calls")
    })?;
    let contradicted = sum(series.contradictions.iter().map(|c| c.calls));
    require(
        series.contradictions.len() <= MAX_NAMES
            && contradicted.is_some_and(|calls| calls <= issued),
        || "contradictions has more answers than there were calls".to_owned(),
    )
}

/// Whether the text is that of an address, or of what stands for one in a run that was redacted.
fn is_remote(text: &str) -> bool {
    (1..=MOST_REMOTE_BYTES).contains(&text.len())
        && text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// As many as an IPv6 address has with a scope.
const MOST_REMOTE_BYTES: usize = 64;

fn check_counts(counts: &Counts) -> Result<(), String> {
    let ended = sum([
        counts.succeeded,
        counts.faults,
        counts.failures,
        counts.redialled,
    ]);
    require(ended == Some(counts.issued), || {
        format!("{} issued, but {ended:?} ended", counts.issued)
    })?;
    let most = counts.issued.max(counts.withheld).max(counts.warmup);
    require(most <= MAX_CALLS, || format!("{most} calls"))?;
    let Counts {
        warmup,
        warmup_failures,
        ..
    } = *counts;
    require(warmup_failures <= warmup, || {
        format!("{warmup_failures} failures of {warmup} calls of the warm-up")
    })?;
    let Counts {
        throttled, faults, ..
    } = *counts;
    require(throttled <= faults, || {
        format!("{throttled} throttled of {faults} faults")
    })?;
    let coded = sum(counts.codes.values().copied());
    let unanswered = counts.faults + counts.failures;
    require(
        counts.codes.len() <= MAX_NAMES && coded == Some(unanswered),
        || format!("{coded:?} codes for {unanswered} faults and failures"),
    )
}

fn require_values(what: &str, histogram: &Histogram, expected: u64) -> Result<(), String> {
    let found = histogram.len();
    require(found == expected, || {
        format!("{found} values of {what} instead of {expected}")
    })
}
