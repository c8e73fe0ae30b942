//! The endpoints in order, as far as the order is certain.

use std::ops::Range;

use crate::plan::{ConnectionMode, Group, Level, TargetId};
use crate::results::{Check, Claims};
use latency_stats::Counted;
use sts_model::Operation;

use super::comparison::{Comparison, Obstacle};
use super::estimate::Times;
use super::rank_range::RankRange;
use super::row::{Place, Row};

/// The endpoints of one operation over one kind of connection, in order of their p50.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What was called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// The targets, fastest first.
    pub places: Vec<Ranked>,
    /// Sets of neighbours of which no two differ for certain, in order; none holds the global endpoint with one that the
    /// comparisons find faster or slower.
    pub ties: Vec<Vec<TargetId>>,
    /// Targets that were compared with none, because they have fewer than 8 blocks with answers: their rank may be any.
    pub too_few_blocks: Vec<TargetId>,
    /// The targets of the group that have no place, with the reason; twins are never ranked.
    pub unranked: Vec<(TargetId, Obstacle)>,
}

/// A target with its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// The target.
    pub target: TargetId,
    /// Its rank.
    pub rank: RankRange,
}

impl Ranking {
    /// What the ranked targets have in common.
    pub fn group(&self) -> Group {
        Group {
            operation: self.operation,
            connection: self.connection,
        }
    }

    /// Parts sets that hold the global endpoint and one that `comparisons` find faster or slower than it. A comparison is one
    /// of few, against one baseline, where a rank is one of all pairs, so that it finds differences that ranks do not.
    pub(crate) fn part(&mut self, comparisons: &[Comparison]) {
        let by_median = comparisons.iter().filter(|c| {
            (c.operation, c.connection, c.level) == (self.operation, self.connection, Level::P50)
        });
        for found in by_median.filter(|c| c.verdict.is_difference()) {
            let (one, other) = (found.baseline, found.candidate);
            let parted = |set: Vec<TargetId>| {
                if set.contains(&one) && set.contains(&other) {
                    let without =
                        |left: TargetId| set.iter().copied().filter(move |&it| it != left);
                    vec![without(one).collect(), without(other).collect()]
                } else {
                    vec![set]
                }
            };
            let sets = std::mem::take(&mut self.ties).into_iter();
            self.ties = largest(&sets.flat_map(parted).collect::<Vec<_>>());
        }
    }
}

/// Those of the sets that lie in no other one, each once.
fn largest(sets: &[Vec<TargetId>]) -> Vec<Vec<TargetId>> {
    let lies_in = |one: &Vec<TargetId>, other: &Vec<TargetId>| {
        one.iter().all(|target| other.contains(target))
    };
    let is_largest = |(at, set): (usize, &Vec<TargetId>)| {
        let mut others = sets.iter().enumerate();
        let is_spare = others.any(|(place, other)| {
            let is_other = place < at || (place > at && other.len() > set.len());
            is_other && lies_in(set, other)
        });
        (!is_spare).then(|| set.clone())
    };
    sets.iter().enumerate().filter_map(is_largest).collect()
}

/// One ranking for each operation and kind of connection with at least two endpoints that can be compared. An endpoint whose
/// p50 a check forbids, or failures reach, has no place in it.
pub(crate) fn rankings(times: &Times<'_>, rows: &[Row], checks: &[Check]) -> Vec<Ranking> {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.place != Place::Twin).collect();
    Group::distinct(rows.iter().map(|row| row.group()))
        .into_iter()
        .filter_map(|group| {
            let (unranked, ranked): (Vec<_>, Vec<_>) = rows
                .iter()
                .filter(|row| row.group() == group)
                .map(|&row| (row, obstacle(row, checks)))
                .partition(|(_, obstacle)| obstacle.is_some());
            let ranked: Vec<&Row> = ranked.into_iter().map(|(row, _)| row).collect();
            let unranked = unranked
                .into_iter()
                .filter_map(|(row, obstacle)| Some((row.target, obstacle?)));
            ranking(times, &ranked, group, unranked.collect())
        })
        .collect()
}

/// Why the target has no rank.
fn obstacle(row: &Row, checks: &[Check]) -> Option<Obstacle> {
    let endpoint = row.endpoint.clone();
    if row.service_time.count == 0 {
        return Some(Obstacle::NoAnswers { endpoint });
    }
    if row.failures_reach(MEDIAN) {
        let endpoint = Some(endpoint);
        return Some(Obstacle::FailuresReach { endpoint });
    }
    let missing_answers = Level::P50
        .answers_needed()
        .saturating_sub(row.service_time.count);
    if missing_answers > 0 {
        return Some(Obstacle::TooFewAnswers {
            endpoint,
            missing_answers,
        });
    }
    let forbids = |check: &&Check| check.forbids(row.target, MEDIAN, Claims::All);
    checks
        .iter()
        .find(forbids)
        .map(|check| Obstacle::Forbidden {
            check: check.name.to_string(),
        })
}

fn ranking(
    times: &Times<'_>,
    rows: &[&Row],
    group: Group,
    unranked: Vec<(TargetId, Obstacle)>,
) -> Option<Ranking> {
    let median = |row: &Row| {
        let groups: Vec<_> = times.blocks(row.target).groups.iter().collect();
        Counted::pooled_quantile(&groups, MEDIAN)
    };
    let ranked: Vec<(&Row, f64)> = rows
        .iter()
        .filter_map(|&row| Some((row, median(row)?)))
        .collect();
    if ranked.len() < 2 {
        return None;
    }
    let together = times.grouping.for_ranks();
    let medians: Vec<Vec<Option<f64>>> = ranked
        .iter()
        .map(|(row, _)| {
            let groups = &times.blocks(row.target).groups;
            let middle = |range: &Range<usize>| match &groups[range.clone()] {
                [one] => one.middle(),
                several => Counted::merged(several).middle(),
            };
            let log = |range| middle(range).map(f64::ln);
            together.iter().map(log).collect()
        })
        .collect();
    let found = latency_stats::rank(&medians, FAMILY_WISE_ERROR);
    let mut places: Vec<(f64, Ranked)> = ranked
        .iter()
        .zip(&found.ranks)
        .map(|((row, median), rank)| {
            let (low, high) = rank.unwrap_or((1, ranked.len()));
            let rank = RankRange { low, high };
            let target = row.target;
            (*median, Ranked { target, rank })
        })
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.target.cmp(&b.1.target)));
    let ties = found
        .groups
        .iter()
        .map(|group| group.iter().map(|&at| ranked[at].0.target).collect())
        .collect();
    let compared = ranked.iter().zip(&found.ranks);
    let too_few_blocks = compared
        .filter(|(_, rank)| rank.is_none())
        .map(|((row, _), _)| row.target)
        .collect();
    Some(Ranking {
        operation: group.operation,
        connection: group.connection,
        places: places.into_iter().map(|(_, ranked)| ranked).collect(),
        ties,
        too_few_blocks,
        unranked,
    })
}

const MEDIAN: f64 = Level::P50.share();

/// How often at most any of a ranking's claims about two endpoints is wrong.
const FAMILY_WISE_ERROR: f64 = 0.05;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::judge::synthetic_run::{Fixture, answer, refused, throttled};
    use crate::results::read;

    #[test]
    fn an_endpoint_that_changed_is_compared_and_has_a_rank() {
        let fixture = Fixture::of("global,eu-west-1,eu-west-2").noisy(192, 3, 0.1, |_| 50.0);
        let changing = |i: u32| answer(if i / 48 % 2 == 1 { 70 } else { 50 });
        let summary = fixture.calls_of("eu-west-1", 192, changing).summary();
        let compared = |row: &Row| {
            let of = |comparison: &crate::judge::Comparison| comparison.candidate == row.target;
            row.place == Place::Global || summary.comparisons.iter().any(of)
        };
        for row in &summary.rows {
            assert!(compared(row) && row.rank.is_some(), "{row:?}");
        }
    }

    #[test]
    fn what_must_not_be_compared_has_no_rank() {
        let fixture =
            Fixture::of("global,eu-west-1,eu-west-2,eu-west-3").noisy(192, 3, 0.1, |_| 50.0);
        let failing = |i: u32| {
            if i.is_multiple_of(3) {
                answer(5)
            } else {
                refused()
            }
        };
        let throttling = |i: u32| {
            if i.is_multiple_of(40) {
                throttled()
            } else {
                answer(5)
            }
        };
        let summary = fixture
            .calls_of("eu-west-2", 192, failing)
            .calls_of("eu-west-3", 192, throttling)
            .summary();
        let ranks: Vec<_> = summary.rows.iter().map(|row| row.rank).collect();
        let either = Some(RankRange { low: 1, high: 2 });
        assert_eq!(ranks, [either, either, None, None]);
        let ranking = &summary.rankings[0];
        assert_eq!(ranking.places.len(), 2);
        let why: Vec<_> = ranking.unranked.iter().map(|(_, why)| why).collect();
        assert!(
            matches!(
                why[..],
                [Obstacle::FailuresReach { .. }, Obstacle::Forbidden { .. }]
            ),
            "{why:?}"
        );
    }

    #[test]
    fn no_tie_holds_the_global_endpoint_with_one_that_is_found_faster() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-runs/failures/run.json");
        let summary = crate::judge::summarise(&read(&path).expect("reads"));
        let differs = |c: &&Comparison| c.level == Level::P50 && c.verdict.is_difference();
        let found: Vec<&Comparison> = summary.comparisons.iter().filter(differs).collect();
        let rank = |target: TargetId| summary.rows[usize::from(target.0)].rank;
        let overlap = |c: &&Comparison| {
            let ranks = rank(c.baseline).zip(rank(c.candidate));
            ranks.is_some_and(|(one, other)| one.low <= other.high && other.low <= one.high)
        };
        assert!(found.iter().any(overlap), "ranks alone would tie none");
        for ranking in &summary.rankings {
            for c in &found {
                let is_tied =
                    |set: &Vec<TargetId>| set.contains(&c.baseline) && set.contains(&c.candidate);
                assert!(!ranking.ties.iter().any(is_tied), "{c:?}");
            }
            for place in &ranking.places {
                let mut ties = ranking.ties.iter();
                assert!(ties.any(|set| set.contains(&place.target)), "{place:?}");
            }
        }
    }

    #[test]
    fn of_sets_that_lie_in_each_other_the_largest_are_kept_once() {
        let set = |targets: &[u16]| targets.iter().copied().map(TargetId).collect::<Vec<_>>();
        let sets = vec![set(&[1]), set(&[1, 2]), set(&[1, 2]), set(&[3])];
        assert_eq!(largest(&sets), [set(&[1, 2]), set(&[3])]);
    }
}
