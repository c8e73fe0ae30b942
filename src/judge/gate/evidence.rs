//! The evidence for a gate's statistic: its estimate, its bounds, and how many more answers would decide.

use crate::record::{Block, Series};
use latency_stats::{Counted, Interval, Method, NoPercentile, Percentile, Pooled};

use super::condition::{Operator, TimeStatistic};
use super::result::Undecidable;
use crate::judge::estimate::{FEWEST_ANSWERS, MANY_GROUPS, Memory, Pair, Times, Verdict};
use crate::judge::row::Row;

/// Where a statistic lies, on the scale on which it is compared with its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    /// The estimate.
    pub(crate) value: f64,
    /// No lower than this, with the confidence of one end; −∞ or 0 where there is no bound.
    pub(crate) low: f64,
    /// No higher than this; infinite where there is no bound.
    pub(crate) high: f64,
    /// Answers, or calls, that it stands on; of the side with fewer.
    pub(crate) number: u64,
    /// About how many more would decide, should these not.
    pub(crate) more: Option<u64>,
    /// Whether the interval takes the answers for independent, because there are too few for blocks.
    pub(crate) independent: bool,
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NoEvidence {
    /// About so many more answers would help, where that is known.
    TooFew(Option<u64>),
    /// No number of answers would.
    Never(Undecidable),
}

impl Evidence {
    /// The interval shrinks with the root of the number of values, and has to become as narrow as the distance to `limit`; what
    /// the `grain` of the values adds to it below and above does not shrink, and within that no number of them decides.
    fn new(value: f64, interval: Interval, number: u64, limit: f64, grain: [f64; 2]) -> Self {
        let Interval { low, high, .. } = interval;
        let [below, above] = grain;
        let (bound, distance) = if value < limit {
            (high - value, limit - value - above)
        } else {
            (value - low, value - limit - below)
        };
        let more = (distance > 0.0)
            .then(|| latency_stats::values_for(number, bound, distance).saturating_sub(number))
            .and_then(feasible);
        let (low, high) = (low - below, high + above);
        Self {
            value,
            low,
            high,
            number,
            more,
            independent: false,
        }
    }

    /// From its lower to its upper bound, of that confidence.
    pub(crate) fn interval(&self, confidence: f64) -> Interval {
        Interval {
            low: self.low,
            high: self.high,
            confidence,
        }
    }

    /// Whether the statistic stands so to the limit wherever it lies between the bounds, or nowhere; `None` for neither.
    pub(crate) fn decides(&self, operator: Operator, limit: f64) -> Option<bool> {
        let (at_low, at_high) = (
            operator.holds(self.low, limit),
            operator.holds(self.high, limit),
        );
        (at_low == at_high && !self.low.is_nan() && !self.high.is_nan()).then_some(at_low)
    }
}

/// A number of further answers that a run can make.
fn feasible(more: u64) -> Option<u64> {
    (1..=MOST_ANSWERS).contains(&more).then_some(more)
}

/// Of one target's service times, against a limit in ns: percentiles of all calls, the mean of the answers.
pub(crate) fn of_time(
    time: TimeStatistic,
    (times, memory): (&Times<'_>, &Memory),
    row: &Row,
    limit: f64,
    confidence: f64,
) -> Result<Evidence, NoEvidence> {
    let number = row.service_time.count;
    // Times were counted in cells, and each counts as the cell's upper end.
    let cell = |interval: Interval| [interval.low.max(0.0) * RESOLUTION, 0.0];
    match time {
        TimeStatistic::Percentile(share) => {
            let found = percentile(times, memory, row, share, confidence);
            let found = found.map_err(|none| no_percentile(none, time))?;
            let independent = found.method == Method::OrderStatistics;
            let evidence = Evidence {
                independent,
                ..Evidence::new(
                    found.value,
                    found.interval,
                    number,
                    limit,
                    cell(found.interval),
                )
            };
            if evidence.high.is_finite() || found.value >= limit {
                return Ok(evidence);
            }
            // Nothing bounds the percentile from above before some answers lie beyond it.
            let independent = latency_stats::tries_without_hit(1.0 - share, confidence) as f64;
            let wanted = (independent * number as f64 / found.effective).ceil() as u64;
            Ok(Evidence {
                more: feasible(wanted.saturating_sub(number).max(1)),
                ..evidence
            })
        }
        TimeStatistic::Mean => {
            let found =
                latency_stats::paired_mean_within(&times.of_groups(row.target, Counted::mean));
            let found = found.ok_or(NoEvidence::TooFew(blocks_missing(number)))?;
            let interval = found.interval(confidence);
            let interval = Interval {
                low: interval.low.max(0.0),
                ..interval
            };
            let grain = cell(interval);
            Ok(Evidence::new(found.mean, interval, number, limit, grain))
        }
    }
}

/// The target's percentile, with what its run's targets share of memory.
fn percentile(
    times: &Times<'_>,
    memory: &Memory,
    row: &Row,
    share: f64,
    confidence: f64,
) -> Result<Percentile, NoPercentile> {
    let pooled = Pooled::of(&times.blocks(row.target).fine, [share]);
    let [found] = pooled.percentiles(confidence, [memory.typical(share, confidence)]);
    found
}

/// Of the share of one target's calls that failed, against a limit of 0–1.
pub(crate) fn of_failures(
    series: &Series,
    limit: f64,
    confidence: f64,
) -> Result<Evidence, NoEvidence> {
    let failed = |block: &Block| block.counts.failed();
    let calls: Vec<(u64, u64)> = series
        .blocks
        .iter()
        .map(|block| (failed(block), block.counts.issued))
        .collect();
    let found = latency_stats::share(&calls, confidence);
    let found = found.ok_or(NoEvidence::Never(Undecidable::NothingSent {
        endpoint: None,
    }))?;
    let number = series.counts.issued;
    let evidence = Evidence::new(found.value, found.interval, number, limit, [0.0; 2]);
    if found.value > 0.0 {
        return Ok(evidence);
    }
    Ok(Evidence {
        more: feasible(latency_stats::tries_without_hit(limit, confidence).saturating_sub(number)),
        ..evidence
    })
}

/// Of one target's statistic over another's, against a factor. The interval is found on the log scale.
pub(crate) fn of_quotient(
    time: TimeStatistic,
    (times, memory): (&Times<'_>, &Memory),
    (over, under): (&Row, &Row),
    factor: f64,
    confidence: f64,
) -> Result<Evidence, NoEvidence> {
    let pair = Pair::of(times, over, under);
    let share = match time {
        TimeStatistic::Percentile(share) => share,
        TimeStatistic::Mean => MEDIAN,
    };
    if let Some(obstacle) = pair.obstacle(share)
        && obstacle.verdict() != Verdict::Inconclusive
    {
        return Err(NoEvidence::Never(Undecidable::Incomparable(obstacle)));
    }
    let number = over.service_time.count.min(under.service_time.count);
    let (value, interval) = match time {
        TimeStatistic::Percentile(share) => compared(&pair, memory, share, confidence)?,
        TimeStatistic::Mean => {
            let found = latency_stats::paired_mean_within(&pair.log_ratios(Counted::mean))
                .ok_or(NoEvidence::TooFew(blocks_missing(number)))?;
            (found.mean, found.interval(confidence))
        }
    };
    let logs = Evidence::new(value, interval, number, factor.ln(), [RESOLUTION; 2]);
    Ok(Evidence {
        value: logs.value.exp(),
        low: logs.low.exp(),
        high: logs.high.exp(),
        ..logs
    })
}

/// Of a percentile, as the two are compared.
fn compared(
    pair: &Pair<'_>,
    memory: &Memory,
    share: f64,
    confidence: f64,
) -> Result<(f64, Interval), NoEvidence> {
    // A p50 takes answers and no more.
    let supported = [pair.baseline, pair.candidate]
        .into_iter()
        .filter(|_| share != MEDIAN);
    for row in supported {
        let found = percentile(pair.times, memory, row, share, SUPPORTED);
        found.map_err(|none| no_percentile(none, TimeStatistic::Percentile(share)))?;
    }
    let found = pair.found(share).ok_or(NoEvidence::TooFew(None))?;
    let answers = pair.baseline.service_time.count;
    let interval = found
        .interval(confidence)
        .ok_or_else(|| NoEvidence::TooFew(answers_missing(answers)))?;
    Ok((found.log_ratio(), interval))
}

/// Why nothing can be said without that percentile.
fn no_percentile(none: NoPercentile, statistic: TimeStatistic) -> NoEvidence {
    none.missing().map_or(
        NoEvidence::Never(Undecidable::FailuresReach { statistic }),
        |missing| NoEvidence::TooFew(feasible(missing)),
    )
}

/// Answers until every block that an interval of means needs has some.
fn blocks_missing(number: u64) -> Option<u64> {
    feasible((2 * MANY_GROUPS as u64).saturating_sub(number))
}

/// Answers until percentiles can be compared.
fn answers_missing(number: u64) -> Option<u64> {
    feasible(FEWEST_ANSWERS.saturating_sub(number))
}

const MEDIAN: f64 = 0.5;
/// The confidence at which a percentile has to be supported on its own before it is set against another.
pub(crate) const SUPPORTED: f64 = 0.95;
/// How far the ends of a histogram's cell are apart, as a share: it keeps three digits.
const RESOLUTION: f64 = 1.0 / 1024.0;
/// A run of so many calls to each target would take years.
const MOST_ANSWERS: u64 = 1_000_000_000;
