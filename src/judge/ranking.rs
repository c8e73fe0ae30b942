//! The endpoints in order, as far as the order is certain.

use crate::plan::{ConnectionMode, Group, Level, TargetId};
use crate::results::{Check, Claims};
use sts_model::Operation;

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
    /// Sets of neighbours of which no two differ for certain, in order.
    pub ties: Vec<Vec<TargetId>>,
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
}

/// One ranking for each operation and kind of connection with at least two endpoints that have a p50. An endpoint whose p50 a
/// check forbids, or failures reach, has no place in it.
pub(crate) fn rankings(times: &Times<'_>, rows: &[Row], checks: &[Check]) -> Vec<Ranking> {
    let forbidden = |row: &Row| {
        checks
            .iter()
            .any(|check| check.forbids(row.target, MEDIAN, Claims::All))
    };
    let may_rank =
        |row: &&Row| row.place != Place::Twin && !row.failures_reach(MEDIAN) && !forbidden(row);
    let rows: Vec<&Row> = rows.iter().filter(may_rank).collect();
    Group::distinct(rows.iter().map(|row| row.group()))
        .into_iter()
        .filter_map(|group| ranking(times, &rows, group))
        .collect()
}

fn ranking(times: &Times<'_>, rows: &[&Row], group: Group) -> Option<Ranking> {
    let ranked: Vec<(&Row, f64)> = rows
        .iter()
        .copied()
        .filter(|row| row.group() == group)
        .filter_map(|row| Some((row, row.service_time.percentile(Level::P50)?)))
        .collect();
    if ranked.len() < 2 {
        return None;
    }
    let medians: Vec<Vec<Option<f64>>> = ranked
        .iter()
        .map(|(row, _)| {
            times
                .blocks(row.target)
                .groups
                .iter()
                .map(|group| group.middle().map(f64::ln))
                .collect()
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
    Some(Ranking {
        operation: group.operation,
        connection: group.connection,
        places: places.into_iter().map(|(_, ranked)| ranked).collect(),
        ties,
    })
}

const MEDIAN: f64 = Level::P50.share();

/// How often at most any of a ranking's claims about two endpoints is wrong.
const FAMILY_WISE_ERROR: f64 = 0.05;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::synthetic_run::{Fixture, answer, refused, throttled};

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
        assert_eq!(summary.rankings[0].places.len(), 2);
    }
}
