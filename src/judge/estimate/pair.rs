//! Two targets of one group, side by side. Both are looked at block by block, because what moves both alike within a block
//! cancels, and an interval for independent values would be far too narrow.

use latency_stats::{Counted, DrawnPair, SignTest};

use crate::judge::comparison::Obstacle;
use crate::judge::row::Row;
use crate::plan::{Level, TargetId};

use super::blocks::{FEWEST_ANSWERS, FEWEST_GROUPS, MANY_GROUPS};
use super::found::{Basis, Found};
use super::times::Times;

/// Two targets of one operation and kind of connection.
pub(crate) struct Pair<'a> {
    pub(crate) times: &'a Times<'a>,
    pub(crate) baseline: &'a Row,
    pub(crate) candidate: &'a Row,
    /// For each window the groups in which both have answers.
    pub(crate) shared: Vec<Vec<usize>>,
}

impl<'a> Pair<'a> {
    /// The pair, with the blocks that it can be compared in.
    pub(crate) fn of(times: &'a Times<'a>, baseline: &'a Row, candidate: &'a Row) -> Self {
        Self {
            times,
            baseline,
            candidate,
            shared: times.shared(baseline.target, candidate.target),
        }
    }

    /// The two targets, when they can be compared.
    pub(crate) fn comparable(&self) -> Vec<TargetId> {
        match self.obstacle(Level::P50.share()) {
            None => vec![self.baseline.target, self.candidate.target],
            Some(_) => Vec::new(),
        }
    }

    /// Why the two cannot be compared by that percentile.
    pub(crate) fn obstacle(&self, share: f64) -> Option<Obstacle> {
        let sides = [self.baseline, self.candidate];
        if let Some(unanswered) = sides.into_iter().find(|row| row.service_time.count == 0) {
            return Some(Obstacle::NoAnswers {
                endpoint: unanswered.endpoint.clone(),
            });
        }
        if let Some(failing) = sides.into_iter().find(|row| row.failures_reach(share)) {
            return Some(Obstacle::FailuresReach {
                endpoint: Some(failing.endpoint.clone()),
            });
        }
        if !self.is_together() {
            return Some(Obstacle::NotTogether);
        }
        sides.into_iter().find_map(|row| {
            Some(Obstacle::TooFewAnswers {
                endpoint: row.endpoint.clone(),
                missing_answers: missing(row, share)?,
            })
        })
    }

    /// Whether the sides were measured together. Of sides that were measured one after the other no arithmetic separates the
    /// endpoints from the hour.
    fn is_together(&self) -> bool {
        [self.baseline, self.candidate].iter().all(|row| {
            let groups = &self.times.blocks(row.target).groups;
            let total: u64 = groups.iter().map(Counted::total).sum();
            let together: u64 = self.groups().map(|group| groups[group].total()).sum();
            2 * together >= total
        })
    }

    /// For each window the logarithm of baseline over candidate in every group that both have.
    pub(crate) fn log_ratios(&self, statistic: impl Fn(&Counted) -> Option<f64>) -> Vec<Vec<f64>> {
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
    pub(crate) fn groups(&self) -> impl Iterator<Item = usize> + '_ {
        self.shared.iter().flatten().copied()
    }

    /// What each side counted in the groups that both have.
    fn counted(&self, target: TargetId) -> Vec<Counted> {
        self.groups()
            .map(|group| self.times.blocks(target).groups[group].clone())
            .collect()
    }

    /// The percentile of all calls in the groups that both have, whether or not they support an interval of their own. With
    /// blocks in which the other side has no answers, the two percentiles would differ by more than the endpoints do.
    pub(crate) fn percentile(&self, row: &Row, share: f64) -> Option<f64> {
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

    /// By how much the two differ by that percentile; `None` where a side has none. The p50 is told by fewer blocks than any
    /// other, and by signs where there are fewer still.
    pub(crate) fn found(&self, share: f64) -> Option<Found> {
        let percentiles = [
            self.percentile(self.baseline, share)?,
            self.percentile(self.candidate, share)?,
        ];
        // In the blocks that both have it may be a failure where it is none in all.
        if percentiles
            .iter()
            .any(|percentile| percentile.is_infinite())
        {
            return None;
        }
        let drawn = self.drawn(share, percentiles).map(Basis::Drawn);
        let signs = || (share == Level::P50.share()).then(|| Basis::Signs(self.signs()));
        Some(Found {
            percentiles,
            basis: drawn.or_else(signs).unwrap_or(Basis::Nothing),
        })
    }

    /// How many groups both have to have answers in for an interval of that percentile that is drawn.
    pub(crate) fn least_groups(share: f64) -> usize {
        if share == Level::P50.share() {
            FEWEST_GROUPS
        } else {
            MANY_GROUPS
        }
    }

    /// Who was faster how often in each window, at least. Calls that follow each other are alike, which the test does not know;
    /// so of all matchings of a window's calls, not of a block's, the worst one counts.
    fn signs(&self) -> SignTest {
        let of = |row: &Row, window: &[usize]| {
            let groups = &self.times.blocks(row.target).groups;
            Counted::merged(window.iter().map(|&group| &groups[group]))
        };
        let both = |window: &Vec<usize>| (of(self.baseline, window), of(self.candidate, window));
        SignTest::new(self.shared.iter().map(both).collect())
    }

    /// Both sides' percentile in every draw of the groups that both have, around these of all their answers, ns; `None` with
    /// too few. In every draw the groups are the same for both, so that what affected both cancels.
    fn drawn(&self, share: f64, [baseline_ns, candidate_ns]: [f64; 2]) -> Option<DrawnPair> {
        let answers = |row: &Row| {
            let groups = &self.times.blocks(row.target).groups;
            self.groups()
                .map(|group| groups[group].total())
                .sum::<u64>()
        };
        if answers(self.baseline).min(answers(self.candidate)) < FEWEST_ANSWERS {
            return None;
        }
        let at_most = |row: &Row, group: usize, percentile: f64| {
            let counted = &self.times.blocks(row.target).groups[group];
            counted.at_most(percentile) as f64 / counted.total() as f64
        };
        let difference = |&group: &usize| {
            at_most(self.baseline, group, baseline_ns)
                - at_most(self.candidate, group, candidate_ns)
        };
        let share_differences: Vec<Vec<f64>> = self
            .shared
            .iter()
            .map(|window| window.iter().map(difference).collect())
            .collect();
        let drawn = DrawnPair::new(
            (baseline_ns, candidate_ns),
            self.draws(share),
            &share_differences,
        )?;
        (drawn.degrees_of_freedom() + 1 >= Self::least_groups(share)).then_some(drawn)
    }

    /// The percentile of every draw, for the baseline and for the candidate.
    fn draws(&self, share: f64) -> Vec<(f64, f64)> {
        let targets = [self.baseline.target, self.candidate.target];
        let whole = targets.iter().all(|&target| self.times.is_whole(target));
        let ahead = Level::COMPARED
            .iter()
            .position(|level| level.share() == share)
            .filter(|_| whole);
        let windows: Vec<usize> = self.shared.iter().map(Vec::len).collect();
        let draws = || self.times.draws(&windows);
        let [baseline, candidate] = targets.map(|target| match ahead {
            Some(level) => {
                let groups = &self.times.blocks(target).groups;
                let ahead = &self.times.drawn[usize::from(target.0)];
                ahead.get_or_init(|| {
                    latency_stats::quantiles(groups, &draws(), &Level::COMPARED.map(Level::share))
                })[level]
                    .clone()
            }
            None => {
                latency_stats::quantiles(&self.counted(target), &draws(), &[share]).swap_remove(0)
            }
        });
        baseline
            .into_iter()
            .zip(candidate)
            .filter(|&(a, b)| a > 0.0 && b > 0.0)
            .collect()
    }
}

/// About how many more calls the target needs for that percentile to be compared.
///
/// A median takes a median of each side and no more: that both sides became slower half-way, and their blocks amount to few
/// independent answers, does not affect what differs between the two.
fn missing(row: &Row, share: f64) -> Option<u64> {
    match Level::from_share(share)? {
        Level::P50 => Level::P50
            .answers_needed()
            .checked_sub(row.calls())
            .filter(|missing| *missing > 0),
        tail => row.service_time.missing(tail),
    }
}
