//! One target against another: by how much, and how sure.

use latency_stats::{Counted, Estimate, Interval, Paired};

use crate::judge::comparison::{
    Comparison, ComparisonMethod, InGeneral, Obstacle, Uncompared, Verdict,
};
use crate::plan::{Level, TargetId};
use crate::results::{Check, Claims};

use super::blocks::{FEWEST_GROUPS, rounds_for_groups};
use super::margin::{Margin, inner_confidence};
use super::pair::Pair;
use super::times::DRAWS;
use super::windows::{exponential, over_windows};

impl Pair<'_> {
    /// The comparison by every percentile that both sides support; the median is either compared or said not to be.
    pub(crate) fn compare(&self, checks: &[Check]) -> (Vec<Comparison>, Option<Uncompared>) {
        if let Some(obstacle) = self.obstacle(Level::P50.share()) {
            return (Vec::new(), Some(self.uncompared(obstacle)));
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

    fn by(&self, level: Level, checks: &[Check]) -> Option<Comparison> {
        let share = level.share();
        let baseline_ns = self.percentile(self.baseline, share)?;
        let candidate_ns = self.percentile(self.candidate, share)?;
        let margin = Margin::around(baseline_ns, self.times.judging);
        let (found, beats, unpaired_ratio) = if level == Level::P50 {
            (self.medians(baseline_ns, candidate_ns), self.beats(), None)
        } else {
            let found = self.tails(level, baseline_ns, candidate_ns);
            (found, None, self.unpaired(level))
        };
        let forbidden = checks.iter().find(|check| {
            [self.baseline, self.candidate]
                .iter()
                .any(|row| check.forbids(row.target, share, Claims::All))
        });
        let judged = match (forbidden, found.intervals) {
            (Some(check), _) => Err(Obstacle::Forbidden {
                check: check.name.to_string(),
            }),
            (None, None) => Err(Obstacle::TooFewBlocks {
                least_blocks: FEWEST_GROUPS,
            }),
            (None, Some((whole, inner))) => Ok(margin.verdict(whole, inner)),
        };
        let (verdict, reason) = match judged {
            Ok(verdict) => (verdict, None),
            Err(obstacle) => (obstacle.verdict(), Some(obstacle)),
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
            unpaired_ratio,
            difference: found.difference,
            verdict,
            reason,
            more_rounds: more_rounds.flatten(),
            method: found.method,
            beats,
            in_general: forbidden
                .is_none()
                .then(|| self.in_general(level, baseline_ns))
                .flatten(),
        })
    }

    /// By paired differences of the groups' medians.
    fn medians(&self, baseline_ns: f64, candidate_ns: f64) -> Found {
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
            return Found::nothing(baseline_ns, candidate_ns);
        };
        let half_width = |paired: &Paired| paired.interval(confidence).high - paired.mean;
        let (difference, around) = (baseline_ns - candidate_ns, half_width(&times));
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
    fn tails(&self, level: Level, baseline_ns: f64, candidate_ns: f64) -> Found {
        let blocks = self.groups().count();
        if blocks < FEWEST_GROUPS {
            return Found::nothing(baseline_ns, candidate_ns);
        }
        let sides = self.drawn(level.share(), blocks);
        let mut logs: Vec<f64> = sides.iter().map(|(a, b)| (a / b).ln()).collect();
        let mut times: Vec<f64> = sides.iter().map(|(a, b)| a - b).collect();
        let confidence = self.times.judging.confidence;
        let (log_ratio, difference) = (
            (baseline_ns / candidate_ns).ln(),
            baseline_ns - candidate_ns,
        );
        let lag_one = self.lag_one(baseline_ns, candidate_ns);
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

    /// The claim beyond these windows of time, from how the windows differ among themselves.
    fn in_general(&self, level: Level, baseline_ns: f64) -> Option<InGeneral> {
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
        over_windows(&sides, baseline_ns, self.times.judging)
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

    fn uncompared(&self, reason: Obstacle) -> Uncompared {
        Uncompared {
            baseline: self.baseline.target,
            candidate: self.candidate.target,
            endpoint: self.candidate.endpoint.clone(),
            operation: self.candidate.operation,
            connection: self.candidate.connection,
            level: Level::P50,
            verdict: reason.verdict(),
            reason,
        }
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
    fn nothing(baseline_ns: f64, candidate_ns: f64) -> Self {
        Self {
            log_ratio: (baseline_ns / candidate_ns).ln(),
            robust_log_ratio: None,
            intervals: None,
            difference: Estimate::point(baseline_ns - candidate_ns),
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
