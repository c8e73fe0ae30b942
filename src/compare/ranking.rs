//! The endpoints in order, as far as the order can be told.

use crate::operation::Operation;
use crate::plan::Connection;
use crate::stats;

use super::pairs::Times;
use super::{Place, Ranking, Row};

/// One ranking for each operation and kind of connection with at least two endpoints that have a p50.
pub(super) fn rankings(times: &Times<'_>, rows: &[Row]) -> Vec<Ranking> {
    let mut kinds: Vec<(Operation, Connection)> = Vec::new();
    for row in rows {
        if !kinds.contains(&(row.operation, row.connection)) {
            kinds.push((row.operation, row.connection));
        }
    }
    kinds.into_iter().filter_map(|kind| ranking(times, rows, kind)).collect()
}

fn ranking(times: &Times<'_>, rows: &[Row], (operation, connection): (Operation, Connection)) -> Option<Ranking> {
    let originals = rows.iter().filter(|row| row.place != Place::Twin);
    let of_kind = originals.filter(|row| row.operation == operation && row.connection == connection);
    let ranked: Vec<(&Row, f64)> = of_kind.filter_map(|row| Some((row, row.service_time.percentile(0.5)?))).collect();
    if ranked.len() < 2 {
        return None;
    }
    let medians: Vec<Vec<Option<f64>>> = ranked
        .iter()
        .map(|(row, _)| times.blocks(row.target).groups.iter().map(|group| group.quantile(0.5).map(f64::ln)).collect())
        .collect();
    let found = stats::rank(&medians, FAMILY_WISE_ERROR);
    let mut places: Vec<_> = ranked
        .iter()
        .zip(&found.ranks)
        .map(|((row, median), rank)| (*median, row.target, rank.unwrap_or((1, ranked.len()))))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let ties = found.groups.iter().map(|group| group.iter().map(|&at| ranked[at].0.target).collect()).collect();
    let places = places.into_iter().map(|(_, target, (low, high))| (target, low, high)).collect();
    Some(Ranking { operation, connection, places, ties })
}

/// How often at most any of a ranking's claims about two endpoints is wrong.
const FAMILY_WISE_ERROR: f64 = 0.05;
