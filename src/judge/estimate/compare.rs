//! One target against another: by how much, and how sure.

use latency_stats::{Counted, Estimate, Interval};

use crate::judge::comparison::{Comparison, InGeneral, MoreRounds, Obstacle, Uncompared};
use crate::plan::{Level, TargetId};
use crate::results::{Check, Claims, moved};

use super::blocks::{FEWEST_ANSWERS, MANY_GROUPS};
use super::found::{Basis, Found};
use super::margin::{Margin, confidence_of_each};
use super::pair::Pair;
use super::verdict::Verdict;
use super::windows::{as_ratios, over_windows};

/// How many comparisons hold together by each of [`Level::COMPARED`].
pub(crate) type Together = [usize; Level::COMPARED.len()];

impl Pair<'_> {
    /// The comparison by every percentile that both sides support; the median is either compared or said not to be. By each of
    /// [`Level::COMPARED`] so many comparisons hold `together`.
    pub(crate) fn compare(
        &self,
        checks: &[Check],
        together: Together,
    ) -> (Vec<Comparison>, Option<Uncompared>) {
        if let Some(obstacle) = self.obstacle(Level::P50.share()) {
            return (Vec::new(), Some(self.uncompared(obstacle)));
        }
        let possible = Level::COMPARED
            .into_iter()
            .zip(together)
            .filter(|(level, _)| self.obstacle(level.share()).is_none());
        (
            possible
                .filter_map(|(level, together)| self.by(level, checks, together))
                .collect(),
            None,
        )
    }

    /// The comparison by one percentile, one of so many that hold `together`.
    pub(crate) fn by(&self, level: Level, checks: &[Check], together: usize) -> Option<Comparison> {
        let share = level.share();
        let found = self.found(share)?;
        let [baseline_ns, _] = found.percentiles;
        let margin = Margin::around(baseline_ns, self.times.judging);
        let forbidden = checks.iter().find(|check| {
            [self.baseline, self.candidate]
                .iter()
                .any(|row| check.forbids(row.target, share, Claims::All))
        });
        let confidence = confidence_of_each(self.times.judging.confidence, together);
        let intervals = found.intervals_at(confidence);
        let whole = intervals.map(|(whole, _)| whole);
        let judged = match (forbidden, intervals) {
            (Some(check), _) => Err(Obstacle::Forbidden {
                check: check.name.to_string(),
            }),
            (None, None) => Err(Obstacle::TooFewBlocks {
                least_blocks: Self::least_groups(share),
            }),
            (None, Some((whole, inner))) => Ok(margin.verdict(whole, inner)),
        };
        let (verdict, reason) = match judged {
            Ok(verdict) => (verdict, None),
            Err(obstacle) => (obstacle.verdict(), Some(obstacle)),
        };
        let sides = [self.baseline, self.candidate];
        let has_moved = sides.iter().any(|row| moved(checks, row.target));
        let more_rounds = (verdict == Verdict::Inconclusive && !has_moved)
            .then(|| self.more_rounds(level, &found, margin, whole, confidence));
        Some(Comparison {
            baseline: self.baseline.target,
            candidate: self.candidate.target,
            endpoint: self.candidate.endpoint.clone(),
            operation: self.candidate.operation,
            connection: self.candidate.connection,
            level,
            together,
            confidence,
            ratio: found.ratio(whole),
            equivalence: intervals.map(|(_, inner)| as_ratios(inner)),
            margin,
            robust_ratio: self.robust_ratio(level),
            unpaired_ratio: self.unpaired(level),
            difference: found.difference(confidence),
            verdict,
            reason,
            more_rounds: more_rounds.flatten(),
            method: found.method(whole, self.times.seed),
            beats: self.beats(level, confidence),
            in_general: forbidden
                .is_none()
                .then(|| self.in_general(level, baseline_ns, confidence))
                .flatten(),
        })
    }

    /// The ratio of the medians from the Hodges–Lehmann estimate of the groups' differences.
    fn robust_ratio(&self, level: Level) -> Option<f64> {
        let logs = self.log_ratios(Counted::middle).concat();
        // A block whose median is a failure has no logarithm, and without it the estimate would be that of the answers.
        let all_finite = logs.iter().all(|log| log.is_finite());
        (level == Level::P50 && all_finite && logs.len() >= MANY_GROUPS)
            .then(|| latency_stats::hodges_lehmann(&logs))
            .flatten()
            .map(f64::exp)
    }

    /// The ratio's interval from the two percentiles' own, where all blocks of both are compared.
    fn unpaired(&self, level: Level) -> Option<Interval> {
        if level == Level::P50 {
            return None;
        }
        let whole = self.groups().count() == self.times.blocks(self.baseline.target).groups.len();
        let [a, b] = [self.baseline, self.candidate]
            .map(|row| row.service_time.estimate(level).filter(|_| whole));
        Some(as_ratios(latency_stats::mover(a?, b?)))
    }

    /// How often a call of the candidate beats one of the baseline's.
    fn beats(&self, level: Level, confidence: f64) -> Option<Estimate> {
        if level != Level::P50 {
            return None;
        }
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
        let Interval { low, high, .. } = paired.interval(confidence);
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
    fn in_general(&self, level: Level, baseline_ns: f64, confidence: f64) -> Option<InGeneral> {
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
        over_windows(&sides, baseline_ns, self.times.judging, confidence)
    }

    /// What would decide, beyond the rounds that were measured.
    fn more_rounds(
        &self,
        level: Level,
        found: &Found,
        margin: Margin,
        whole: Option<Interval>,
        confidence: f64,
    ) -> Option<MoreRounds> {
        let rounds = self.baseline.calls().min(self.candidate.calls());
        match &found.basis {
            Basis::Drawn(drawn) => {
                let wanted = margin.wanted(found.log_ratio(), confidence, drawn);
                let half_width = whole?.half_width()?;
                let needed = latency_stats::values_for(rounds, half_width, wanted.half_width);
                let more = needed.saturating_sub(rounds).max(1);
                Some(if wanted.at_least {
                    MoreRounds::AtLeast(more)
                } else {
                    MoreRounds::About(more)
                })
            }
            Basis::Signs(_) | Basis::Nothing => self
                .rounds_for_groups(level, rounds)
                .map(MoreRounds::AtLeast),
        }
    }

    /// Rounds beyond those that were measured until enough groups have enough answers of both; `None` where more rounds are not
    /// what they lack.
    fn rounds_for_groups(&self, level: Level, rounds: u64) -> Option<u64> {
        let [a, b] = [self.baseline, self.candidate].map(|row| &self.times.blocks(row.target).fine);
        let both: Vec<bool> = a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| !a.is_empty() && !b.is_empty())
            .collect();
        let reached = both.iter().rposition(|&both| both)? + 1;
        let whole = both[..reached].iter().all(|&both| both);
        let least = Self::least_groups(level.share()) as u64;
        let begun = if self.times.grouping.window_count() == 1 && whole && reached < both.len() {
            // The run was cut short: the blocks that it planned and never came to are what is missing.
            rounds.div_ceil(reached as u64) * (least - 1) + 1
        } else {
            least
        };
        begun
            .max(FEWEST_ANSWERS)
            .checked_sub(rounds)
            .filter(|&more| more > 0)
    }

    fn uncompared(&self, reason: Obstacle) -> Uncompared {
        Uncompared::of(self.baseline, self.candidate, reason)
    }
}
