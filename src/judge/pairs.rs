//! One target against another: by how much, and how sure. Both sides are compared block by block, because what moves
//! both alike within a block cancels, and an interval for independent values would be far too narrow.

use std::ops::Range;
use std::sync::OnceLock;

use crate::parallel::Workers;
use crate::plan::{Judging, Level, TargetId};
use crate::record::{Block, Histogram};
use crate::results::{Check, Claims, Run};
use latency_stats::{Counted, Draws, Estimate, Interval, Paired};

use super::blocks::{Blocks, FEWEST_GROUPS, Grouping, rounds_for_groups};
use super::margin::{Margin, inner_confidence};
use super::{Comparison, ComparisonMethod, InGeneral, Row, Uncompared, Verdict};

/// A run's times, ready to be compared.
pub(super) struct Times<'a> {
    judging: &'a Judging,
    grouping: Grouping,
    blocks: Vec<Blocks>,
    seed: u64,
    /// Who shares the work.
    pub workers: Workers,
    /// For each target the percentiles of every draw, where it has answers in every group.
    drawn: Vec<OnceLock<Vec<Vec<f64>>>>,
}

impl<'a> Times<'a> {
    /// Of the answers' service times.
    pub fn of_service(run: &'a Run, workers: Workers) -> Self {
        Self::of(run, workers, |block| &block.service_time)
    }

    fn of(run: &'a Run, workers: Workers, time: impl Fn(&Block) -> &Histogram + Sync) -> Self {
        let grouping = Grouping::of(run);
        let blocks: Vec<Blocks> = workers.map(&run.series, |series| grouping.apply(series, &time));
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

    /// A target's blocks.
    pub fn blocks(&self, target: TargetId) -> &Blocks {
        &self.blocks[usize::from(target.0)]
    }

    /// For each window a statistic of every group of the target's that has one.
    pub fn of_groups(
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
    pub fn draw(&self, targets: &[TargetId]) {
        let Some(groups) = self.blocks.first().map(|blocks| blocks.groups.len()) else {
            return;
        };
        let whole: Vec<TargetId> = targets
            .iter()
            .copied()
            .filter(|&target| self.is_whole(target))
            .collect();
        if groups < FEWEST_GROUPS || whole.is_empty() {
            return;
        }
        let draws = self.draws(groups);
        let drawn = self.workers.map(&whole, |&target| {
            latency_stats::quantiles(
                &self.blocks(target).groups,
                &draws,
                &TAILS.map(Level::share),
            )
        });
        for (target, quantiles) in whole.into_iter().zip(drawn) {
            // A target that is named twice was drawn alike both times.
            self.drawn[usize::from(target.0)].get_or_init(|| quantiles);
        }
    }

    fn draws(&self, groups: usize) -> Draws {
        Draws::new(groups, DRAWS, self.seed)
    }

    fn is_whole(&self, target: TargetId) -> bool {
        self.blocks(target)
            .groups
            .iter()
            .all(|group| !group.is_empty())
    }

    /// The groups in which both have answers, by window.
    fn shared(&self, baseline: TargetId, candidate: TargetId) -> Vec<Vec<usize>> {
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

/// Two targets of one operation and kind of connection.
pub(super) struct Pair<'a> {
    times: &'a Times<'a>,
    baseline: &'a Row,
    candidate: &'a Row,
    shared: Vec<Vec<usize>>,
}

impl<'a> Pair<'a> {
    /// The pair, with the blocks that it can be compared in.
    pub fn of(times: &'a Times<'a>, baseline: &'a Row, candidate: &'a Row) -> Self {
        Self {
            times,
            baseline,
            candidate,
            shared: times.shared(baseline.target, candidate.target),
        }
    }

    /// The two targets, when they can be compared beyond the median.
    pub fn with_tails(&self) -> Vec<TargetId> {
        match self.obstacle(TAILS[0].share()) {
            None => vec![self.baseline.target, self.candidate.target],
            Some(_) => Vec::new(),
        }
    }

    /// The comparison by every percentile that both sides support; the median is either compared or said not to be.
    pub fn compare(&self, checks: &[Check]) -> (Vec<Comparison>, Option<Uncompared>) {
        if let Some((verdict, reason)) = self.obstacle(Level::P50.share()) {
            return (Vec::new(), Some(self.uncompared(verdict, reason)));
        }
        let possible = Level::COMPARED
            .into_iter()
            .filter(|level| self.obstacle(level.share()).is_none());
        (
            possible
                .filter_map(|level| self.by(level, checks))
                .collect(),
            None,
        )
    }

    /// Why the two cannot be compared by that percentile.
    pub fn obstacle(&self, share: f64) -> Option<(Verdict, String)> {
        let sides = [self.baseline, self.candidate];
        if let Some(silent) = sides.into_iter().find(|row| row.service_time.count == 0) {
            return Some((
                Verdict::NoData,
                format!("{} gave no answer that counts", silent.endpoint),
            ));
        }
        if let Some(failing) = sides.into_iter().find(|row| row.failures_reach(share)) {
            let reason = format!(
                "so many calls to {} failed that this percentile is a failure",
                failing.endpoint
            );
            return Some((Verdict::Invalid, reason));
        }
        if let Some(reason) = self.sequential() {
            return Some((Verdict::Invalid, reason));
        }
        let lacking = sides
            .into_iter()
            .find_map(|row| Some((row, missing(row, share)?)));
        lacking.map(|(row, missing)| {
            (
                Verdict::Inconclusive,
                format!("{} needs about {missing} more answers", row.endpoint),
            )
        })
    }

    /// Refuses sides that were measured one after the other: no arithmetic separates the endpoints from the hour.
    fn sequential(&self) -> Option<String> {
        let groups = |target: TargetId| &self.times.blocks(target).groups;
        let total = |target: TargetId| groups(target).iter().map(Counted::total).sum::<u64>();
        let together = |target: TargetId| {
            self.groups()
                .map(|group| groups(target)[group].total())
                .sum::<u64>()
        };
        let apart = |target: TargetId| 2 * together(target) < total(target);
        (apart(self.baseline.target) || apart(self.candidate.target)).then(|| {
            "the two were called in different stretches of time, and what changed meanwhile cannot be told from what differs; \
             call them in the same rounds"
                .to_owned()
        })
    }

    /// For each window the logarithm of baseline over candidate in every group that both have.
    pub fn log_ratios(&self, statistic: impl Fn(&Counted) -> Option<f64>) -> Vec<Vec<f64>> {
        let of =
            |target: TargetId, group: usize| statistic(&self.times.blocks(target).groups[group]);
        let one = |&group: &usize| {
            Some((of(self.baseline.target, group)? / of(self.candidate.target, group)?).ln())
        };
        self.shared
            .iter()
            .map(|window| window.iter().filter_map(one).collect())
            .collect()
    }

    /// The groups that both have.
    pub fn groups(&self) -> impl Iterator<Item = usize> + '_ {
        self.shared.iter().flatten().copied()
    }

    /// What each side counted in the groups that both have.
    fn counted(&self, target: TargetId) -> Vec<Counted> {
        self.groups()
            .map(|group| self.times.blocks(target).groups[group].clone())
            .collect()
    }

    fn by(&self, level: Level, checks: &[Check]) -> Option<Comparison> {
        let share = level.share();
        let slow = self.percentile(self.baseline, share)?;
        let fast = self.percentile(self.candidate, share)?;
        let margin = Margin::around(slow, self.times.judging);
        let found = if level == Level::P50 {
            self.medians(slow, fast)
        } else {
            self.tails(level, slow, fast)
        };
        let forbidden = checks.iter().find(|check| {
            [self.baseline, self.candidate]
                .iter()
                .any(|row| check.forbids(row.target, share, Claims::All))
        });
        let (verdict, reason) = match (forbidden, found.intervals) {
            (Some(check), _) => (
                Verdict::Invalid,
                Some(format!("the check {} forbids it", check.name)),
            ),
            (None, None) => {
                let few = format!("needs answers of both in at least {FEWEST_GROUPS} blocks");
                (Verdict::Inconclusive, Some(few))
            }
            (None, Some((whole, inner))) => (margin.verdict(whole, inner), None),
        };
        let more_rounds =
            (verdict == Verdict::Inconclusive).then(|| self.more_rounds(&found, margin));
        Some(Comparison {
            baseline: self.baseline.target,
            candidate: self.candidate.target,
            endpoint: self.candidate.endpoint.clone(),
            operation: self.candidate.operation,
            connection: self.candidate.connection,
            level,
            ratio: found.ratio(self.times.judging.confidence),
            robust_ratio: found.robust_log_ratio.map(f64::exp),
            unpaired_ratio: if level == Level::P50 {
                None
            } else {
                self.unpaired(level)
            },
            difference: found.difference,
            verdict,
            reason,
            more_rounds: more_rounds.flatten(),
            method: found.method,
            beats: if level == Level::P50 {
                self.beats()
            } else {
                None
            },
            in_general: forbidden
                .is_none()
                .then(|| self.in_general(level, slow))
                .flatten(),
        })
    }

    /// The percentile of all answers in the groups that both have, whether or not an interval around it alone would be worth
    /// anything: one that the other side's stretch of silence were part of would not differ from the other side's by what the
    /// endpoints differ by.
    pub fn percentile(&self, row: &Row, share: f64) -> Option<f64> {
        let groups = &self.times.blocks(row.target).groups;
        let whole = self.groups().count() == groups.len();
        let alone = Level::from_share(share)
            .and_then(|level| row.service_time.percentile(level))
            .filter(|_| whole);
        let shared = || {
            self.groups()
                .map(|group| &groups[group])
                .collect::<Vec<_>>()
        };
        alone.or_else(|| Counted::pooled_quantile(&shared(), share))
    }

    /// By paired differences of the groups' medians.
    fn medians(&self, slow: f64, fast: f64) -> Found {
        let median =
            |target: TargetId, group: usize| self.times.blocks(target).groups[group].quantile(0.5);
        let of_windows = |difference: &dyn Fn(f64, f64) -> f64| -> Vec<Vec<f64>> {
            let one = |&group: &usize| {
                Some(difference(
                    median(self.baseline.target, group)?,
                    median(self.candidate.target, group)?,
                ))
            };
            self.shared
                .iter()
                .map(|window| window.iter().filter_map(one).collect())
                .collect()
        };
        let confidence = self.times.judging.confidence;
        let log_differences = of_windows(&|a, b| (a / b).ln());
        let logs = latency_stats::paired_mean_within(&log_differences);
        let times = latency_stats::paired_mean_within(&of_windows(&|a, b| a - b));
        let Some((logs, times)) = logs.zip(times) else {
            return Found::nothing(slow, fast);
        };
        let half_width = |paired: &Paired| paired.interval(confidence).high - paired.mean;
        let (difference, around) = (slow - fast, half_width(&times));
        Found {
            log_ratio: logs.mean,
            robust_log_ratio: latency_stats::hodges_lehmann(&log_differences.concat()),
            intervals: Some((
                logs.interval(confidence),
                logs.interval(inner_confidence(confidence)),
            )),
            difference: Estimate {
                value: difference,
                interval: Some(Interval {
                    low: difference - around,
                    high: difference + around,
                    confidence,
                }),
            },
            method: ComparisonMethod::PairedBlocks {
                blocks: logs.blocks,
                lag_one: logs.lag_one,
            },
        }
    }

    /// By drawing blocks for both sides alike.
    fn tails(&self, level: Level, slow: f64, fast: f64) -> Found {
        let blocks = self.groups().count();
        if blocks < FEWEST_GROUPS {
            return Found::nothing(slow, fast);
        }
        let sides = self.drawn(level.share(), blocks);
        let mut logs: Vec<f64> = sides.iter().map(|(a, b)| (a / b).ln()).collect();
        let mut times: Vec<f64> = sides.iter().map(|(a, b)| a - b).collect();
        let confidence = self.times.judging.confidence;
        let (log_ratio, difference) = ((slow / fast).ln(), slow - fast);
        let lag_one = self.lag_one(slow, fast);
        let whole =
            latency_stats::drawn_interval(&mut logs, log_ratio, blocks, lag_one, confidence);
        let inner = latency_stats::drawn_interval(
            &mut logs,
            log_ratio,
            blocks,
            lag_one,
            inner_confidence(confidence),
        );
        let around =
            latency_stats::drawn_interval(&mut times, difference, blocks, lag_one, confidence);
        Found {
            log_ratio,
            robust_log_ratio: None,
            intervals: whole.zip(inner),
            difference: Estimate {
                value: difference,
                interval: around,
            },
            method: ComparisonMethod::BlockBootstrap {
                blocks,
                draws: DRAWS,
                seed: self.times.seed,
                lag_one,
            },
        }
    }

    /// The ratio's interval from the two percentiles' own, where all blocks of both are compared.
    fn unpaired(&self, level: Level) -> Option<Interval> {
        let whole = self.groups().count() == self.times.blocks(self.baseline.target).groups.len();
        let [a, b] = [self.baseline, self.candidate]
            .map(|row| row.service_time.estimate(level).filter(|_| whole));
        let Interval {
            low,
            high,
            confidence,
        } = latency_stats::mover(a?, b?);
        Some(Interval {
            low: low.exp(),
            high: high.exp(),
            confidence,
        })
    }

    /// How much the difference of the two sides' shares of calls at or below these percentiles, ns, resembles that of the
    /// block before: r1, 0–0.6.
    pub fn lag_one(&self, slow: f64, fast: f64) -> f64 {
        let share = |target: TargetId, group: usize, percentile: f64| {
            let counted = &self.times.blocks(target).groups[group];
            counted.at_most(percentile) as f64 / counted.total() as f64
        };
        let difference = |group: usize| {
            share(self.baseline.target, group, slow) - share(self.candidate.target, group, fast)
        };
        latency_stats::lag_one(&self.groups().map(difference).collect::<Vec<_>>())
    }

    /// The percentile of every draw, for the baseline and for the candidate.
    pub fn drawn(&self, share: f64, blocks: usize) -> Vec<(f64, f64)> {
        let targets = [self.baseline.target, self.candidate.target];
        let whole = targets.iter().all(|&target| self.times.is_whole(target));
        let ahead = TAILS
            .iter()
            .position(|tail| tail.share() == share)
            .filter(|_| whole);
        let draws = || self.times.draws(blocks);
        let [slow, fast] = targets.map(|target| match ahead {
            Some(tail) => {
                let groups = &self.times.blocks(target).groups;
                let ahead = &self.times.drawn[usize::from(target.0)];
                ahead.get_or_init(|| {
                    latency_stats::quantiles(groups, &draws(), &TAILS.map(Level::share))
                })[tail]
                    .clone()
            }
            None => {
                latency_stats::quantiles(&self.counted(target), &draws(), &[share]).swap_remove(0)
            }
        });
        slow.into_iter()
            .zip(fast)
            .filter(|&(a, b)| a > 0.0 && b > 0.0)
            .collect()
    }

    /// How often a call of the candidate beats one of the baseline's.
    fn beats(&self) -> Option<Estimate> {
        let groups = |target: TargetId| &self.times.blocks(target).groups;
        let one = |&group: &usize| {
            latency_stats::beats(
                &groups(self.candidate.target)[group],
                &groups(self.baseline.target)[group],
            )
        };
        let shares: Vec<Vec<f64>> = self
            .shared
            .iter()
            .map(|window| window.iter().filter_map(one).collect())
            .collect();
        let paired = latency_stats::paired_mean_within(&shares)?;
        let Interval {
            low,
            high,
            confidence,
        } = paired.interval(self.times.judging.confidence);
        let interval = Interval {
            low: low.clamp(0.0, 1.0),
            high: high.clamp(0.0, 1.0),
            confidence,
        };
        Some(Estimate {
            value: paired.mean,
            interval: Some(interval),
        })
    }

    /// The claim beyond these stretches of time, from how the windows differ among themselves.
    fn in_general(&self, level: Level, slow: f64) -> Option<InGeneral> {
        if self.times.grouping.window_count() < 2 {
            return None;
        }
        let needed = level.answers_needed();
        let of_window = |window: &Vec<usize>, target: TargetId| {
            let groups: Vec<_> = window
                .iter()
                .map(|&group| &self.times.blocks(target).groups[group])
                .collect();
            let total: u64 = groups.iter().map(|group| group.total()).sum();
            (total >= needed)
                .then(|| Counted::pooled_quantile(&groups, level.share()))
                .flatten()
        };
        let sides: Vec<(f64, f64)> = self
            .shared
            .iter()
            .filter_map(|window| {
                of_window(window, self.baseline.target)
                    .zip(of_window(window, self.candidate.target))
            })
            .collect();
        over_windows(&sides, slow, self.times.judging)
    }

    /// Rounds beyond those that were measured until an interval like this one would decide.
    fn more_rounds(&self, found: &Found, margin: Margin) -> Option<u64> {
        let rounds = self
            .baseline
            .service_time
            .count
            .min(self.candidate.service_time.count);
        match found.intervals {
            None => self.rounds_for_blocks(rounds),
            Some((whole, _)) => {
                let half_width = (whole.high - whole.low) / 2.0;
                let wanted = margin.deciding_half_width(found.log_ratio);
                (wanted > 0.0).then(|| {
                    latency_stats::values_for(rounds, half_width, wanted)
                        .saturating_sub(rounds)
                        .max(1)
                })
            }
        }
    }

    /// Rounds beyond those that were measured until enough groups have answers of both; `None` where more rounds are not
    /// what they lack.
    fn rounds_for_blocks(&self, rounds: u64) -> Option<u64> {
        let [a, b] = [self.baseline, self.candidate].map(|row| &self.times.blocks(row.target).fine);
        let both: Vec<bool> = a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| !a.is_empty() && !b.is_empty())
            .collect();
        let reached = both.iter().rposition(|&both| both)? + 1;
        let whole = both[..reached].iter().all(|&both| both);
        if self.times.grouping.window_count() == 1 && whole && reached < both.len() {
            // The run was cut short: the blocks that it planned and never came to are what is missing.
            let each = rounds.div_ceil(reached as u64);
            return rounds_for_groups(both.len(), each, rounds).map(|needed| needed - rounds);
        }
        // So few calls that blocks between others stayed empty.
        (FEWEST_GROUPS as u64 * 2)
            .checked_sub(rounds)
            .filter(|&more| more > 0 && both.len() >= FEWEST_GROUPS)
    }

    fn uncompared(&self, verdict: Verdict, reason: String) -> Uncompared {
        Uncompared {
            baseline: self.baseline.target,
            candidate: self.candidate.target,
            endpoint: self.candidate.endpoint.clone(),
            operation: self.candidate.operation,
            connection: self.candidate.connection,
            level: Level::P50,
            verdict,
            reason,
        }
    }
}

/// About how many more answers the target needs for that percentile to be compared.
///
/// A median is compared block by block, so that all it takes is a median: that both sides became slower half-way, and their
/// blocks are worth few independent answers, says nothing against what differs between the two.
fn missing(row: &Row, share: f64) -> Option<u64> {
    match Level::from_share(share)? {
        Level::P50 => Level::P50
            .answers_needed()
            .checked_sub(row.service_time.count)
            .filter(|missing| *missing > 0),
        tail => row.service_time.missing(tail),
    }
}

/// What a method found: the logarithm of baseline over candidate, and the intervals at either confidence.
struct Found {
    log_ratio: f64,
    robust_log_ratio: Option<f64>,
    intervals: Option<(Interval, Interval)>,
    difference: Estimate,
    method: ComparisonMethod,
}

impl Found {
    /// The points alone.
    fn nothing(slow: f64, fast: f64) -> Self {
        Self {
            log_ratio: (slow / fast).ln(),
            robust_log_ratio: None,
            intervals: None,
            difference: Estimate::point(slow - fast),
            method: ComparisonMethod::Nothing,
        }
    }

    fn ratio(&self, confidence: f64) -> Estimate {
        let interval = self.intervals.map(|(whole, _)| Interval {
            confidence,
            ..whole
        });
        exponential(Estimate {
            value: self.log_ratio,
            interval,
        })
    }
}

/// What baseline and candidate took in each of several windows, ns, as a claim beyond these; `slow` is the baseline's time that
/// the margin is a share of. `None` of too few windows.
pub(super) fn over_windows(
    sides: &[(f64, f64)],
    slow: f64,
    judging: &Judging,
) -> Option<InGeneral> {
    let confidence = judging.confidence;
    let logs: Vec<f64> = sides.iter().map(|(a, b)| (a / b).ln()).collect();
    let times: Vec<f64> = sides.iter().map(|(a, b)| a - b).collect();
    let log_ratio = latency_stats::t_interval(&logs, confidence)?;
    let inner = latency_stats::t_interval(&logs, inner_confidence(confidence))?;
    let verdict = Margin::around(slow, judging).verdict(log_ratio.interval?, inner.interval?);
    let (windows, ratio) = (sides.len(), exponential(log_ratio));
    Some(InGeneral {
        windows,
        ratio,
        difference: latency_stats::t_interval(&times, confidence)?,
        verdict,
    })
}

/// From the log scale to ratios.
pub(super) fn exponential(log_ratio: Estimate) -> Estimate {
    let of = |interval: Interval| Interval {
        low: interval.low.exp(),
        high: interval.high.exp(),
        ..interval
    };
    Estimate {
        value: log_ratio.value.exp(),
        interval: log_ratio.interval.map(of),
    }
}

/// The percentiles whose intervals come from drawing blocks.
const TAILS: [Level; 3] = [Level::P90, Level::P95, Level::P99];
/// How often blocks are drawn: the ends of a 95 % interval are then its 50th and 1,950th value.
const DRAWS: usize = 2_000;
