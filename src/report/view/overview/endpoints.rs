//! One row for each endpoint, whatever it was called over, and which of them have a line of their own.

use crate::judge::{Place, Row, Summary};
use crate::plan::{ConnectionMode, Level};
use sts_model::{Operation, Region};

use super::selection::{Folding, RowOrder};

/// One endpoint and its targets of one operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EndpointRow<'a> {
    /// The endpoint's name.
    pub name: &'a str,
    /// Which side of the comparison it is on.
    pub place: Place,
    /// The city of its Region, when that is public.
    pub city: Option<&'static str>,
    /// Its targets, one for each kind of connection.
    pub targets: Vec<&'a Row>,
}

impl<'a> EndpointRow<'a> {
    /// Its target over that kind of connection.
    pub(crate) fn target(&self, connection: ConnectionMode) -> Option<&'a Row> {
        self.targets
            .iter()
            .copied()
            .find(|row| row.connection == connection)
    }

    /// Calls that were answered and count.
    pub(crate) fn answers(&self) -> u64 {
        self.sum(|row| row.counts.succeeded)
    }

    /// Calls that failed.
    pub(crate) fn failed(&self) -> u64 {
        self.sum(|row| row.counts.failed())
    }

    /// Calls that were made.
    pub(crate) fn issued(&self) -> u64 {
        self.sum(|row| row.counts.issued)
    }

    /// Whether no call gave an answer that counts.
    pub(crate) fn is_silent(&self) -> bool {
        self.targets.iter().all(|row| row.service_time.count == 0)
    }

    fn sum(&self, number: impl Fn(&Row) -> u64) -> u64 {
        self.targets
            .iter()
            .fold(0, |sum, row| sum.saturating_add(number(row)))
    }

    /// That percentile over that kind of connection, ns; infinite where there is none.
    pub(crate) fn time(&self, connection: ConnectionMode, level: Level) -> f64 {
        self.target(connection)
            .and_then(|row| row.service_time.percentile(level))
            .unwrap_or(f64::INFINITY)
    }
}

/// Every endpoint of that operation in the order that was asked for; twins only where nothing is folded.
pub(crate) fn endpoints<'a>(
    summary: &'a Summary,
    operation: Operation,
    first: ConnectionMode,
    (order, folding): (RowOrder, Folding),
) -> Vec<EndpointRow<'a>> {
    let mut found: Vec<EndpointRow<'a>> = Vec::new();
    let rows = summary
        .rows
        .iter()
        .filter(|row| row.operation == operation)
        .filter(|row| row.place != Place::Twin || folding == Folding::None);
    for row in rows {
        match found
            .iter_mut()
            .find(|endpoint| endpoint.name == row.endpoint)
        {
            Some(endpoint) => endpoint.targets.push(row),
            None => found.push(EndpointRow {
                name: &row.endpoint,
                place: row.place,
                city: Region::named(&row.region).and_then(|region| region.city),
                targets: vec![row],
            }),
        }
    }
    sort(&mut found, first, order);
    found
}

/// Sorts stably, so that equals stay in the plan's order. Endpoints without the number come last, by p50 among themselves.
fn sort(endpoints: &mut [EndpointRow<'_>], first: ConnectionMode, order: RowOrder) {
    match order {
        RowOrder::Time(level) => {
            let by = |level: Level| {
                move |a: &EndpointRow<'_>, b: &EndpointRow<'_>| {
                    a.time(first, level).total_cmp(&b.time(first, level))
                }
            };
            endpoints.sort_by(|a, b| by(level)(a, b).then(by(Level::P50)(a, b)));
        }
        RowOrder::Name => endpoints.sort_by_key(|endpoint| endpoint.name),
        RowOrder::City => {
            endpoints.sort_by_key(|endpoint| (endpoint.city.is_none(), endpoint.city));
        }
        RowOrder::Errors => endpoints.sort_by_key(|endpoint| std::cmp::Reverse(endpoint.failed())),
        RowOrder::Plan => {}
    }
}

/// The endpoints without a line of their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Folded {
    /// How many.
    pub number: usize,
    /// The least and the greatest p50 among them, ns; `None` where no endpoint has one.
    pub p50: Option<(f64, f64)>,
    /// How many gave no answer that counts.
    pub silent: usize,
    /// Their failed calls.
    pub failed: u64,
}

/// The positions of the at most `lines` endpoints that have a line of their own, rising, and what becomes of the others.
/// `kept` endpoints come before any other.
pub(crate) fn fold(
    endpoints: &[EndpointRow<'_>],
    first: ConnectionMode,
    lines: usize,
    kept: impl Fn(&EndpointRow<'_>) -> bool,
) -> (Vec<usize>, Option<Folded>) {
    if endpoints.len() <= lines {
        return ((0..endpoints.len()).collect(), None);
    }
    let (mut positions, others): (Vec<usize>, Vec<usize>) =
        (0..endpoints.len()).partition(|&i| kept(&endpoints[i]));
    positions.extend(others);
    let mut shown = positions;
    let rest: Vec<&EndpointRow<'_>> = shown
        .split_off(lines.min(shown.len()))
        .into_iter()
        .map(|i| &endpoints[i])
        .collect();
    shown.sort_unstable();
    let times: Vec<f64> = rest
        .iter()
        .map(|endpoint| endpoint.time(first, Level::P50))
        .filter(|time| time.is_finite())
        .collect();
    let p50 = times
        .iter()
        .copied()
        .reduce(f64::min)
        .zip(times.iter().copied().reduce(f64::max));
    let folded = Folded {
        number: rest.len(),
        p50,
        silent: rest.iter().filter(|endpoint| endpoint.is_silent()).count(),
        failed: rest
            .iter()
            .fold(0, |sum, endpoint| sum.saturating_add(endpoint.failed())),
    };
    (shown, Some(folded))
}
