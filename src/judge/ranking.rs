//! The endpoints in order, as far as the order can be told.

use crate::plan::{ConnectionMode, Level};
use crate::results::{Check, Claims};
use sts_model::Operation;

use super::pairs::Times;
use super::{Place, Ranking, Row};

/// One ranking for each operation and kind of connection with at least two endpoints that have a p50. An endpoint whose p50 a
/// check forbids, or failures reach, has no place in it.
pub(super) fn rankings(times: &Times<'_>, rows: &[Row], checks: &[Check]) -> Vec<Ranking> {
    let forbidden = |row: &Row| {
        checks
            .iter()
            .any(|check| check.forbids(row.target, MEDIAN, Claims::All))
    };
    let stands =
        |row: &&Row| row.place != Place::Twin && !row.failures_reach(MEDIAN) && !forbidden(row);
    let rows: Vec<&Row> = rows.iter().filter(stands).collect();
    let mut kinds: Vec<(Operation, ConnectionMode)> = Vec::new();
    for row in &rows {
        if !kinds.contains(&(row.operation, row.connection)) {
            kinds.push((row.operation, row.connection));
        }
    }
    kinds
        .into_iter()
        .filter_map(|kind| ranking(times, &rows, kind))
        .collect()
}

fn ranking(
    times: &Times<'_>,
    rows: &[&Row],
    (operation, connection): (Operation, ConnectionMode),
) -> Option<Ranking> {
    let of_kind = rows
        .iter()
        .copied()
        .filter(|row| row.operation == operation && row.connection == connection);
    let ranked: Vec<(&Row, f64)> = of_kind
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
                .map(|group| group.quantile(MEDIAN).map(f64::ln))
                .collect()
        })
        .collect();
    let found = latency_stats::rank(&medians, FAMILY_WISE_ERROR);
    let mut places: Vec<_> = ranked
        .iter()
        .zip(&found.ranks)
        .map(|((row, median), rank)| (*median, row.target, rank.unwrap_or((1, ranked.len()))))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let ties = found
        .groups
        .iter()
        .map(|group| group.iter().map(|&at| ranked[at].0.target).collect())
        .collect();
    let places = places
        .into_iter()
        .map(|(_, target, (low, high))| (target, low, high))
        .collect();
    Some(Ranking {
        operation,
        connection,
        places,
        ties,
    })
}

const MEDIAN: f64 = Level::P50.share();

/// How often at most any of a ranking's claims about two endpoints is wrong.
const FAMILY_WISE_ERROR: f64 = 0.05;

#[cfg(test)]
mod tests {
    use crate::judge::fixture::{Fixture, answer, refused, throttled};

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
        assert_eq!(ranks, [Some((1, 2)), Some((1, 2)), None, None]);
        assert_eq!(summary.rankings[0].places.len(), 2);
    }
}
