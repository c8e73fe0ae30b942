//! The endpoints side by side: cells as values, not yet laid out for any format.

use std::collections::BTreeMap;

use crate::judge::{Claims, Comparison, Figures, Place, RankRange, Row, Summary, Verdict};
use crate::plan::{ConnectionMode, Level};

use super::endpoints::EndpointRow;
use super::selection::{ScreenColumnName, ScreenStatistic};
use crate::report::view::served_by::in_order;

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScreenColumn {
    /// The kind of connection that it is about; `None` for all.
    pub connection: Option<ConnectionMode>,
    /// What it shows.
    pub measure: Measure,
}

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The city of the endpoint's Region, or who served the global endpoint.
    City,
    /// A service time.
    Time(ScreenStatistic),
    /// The interval around the p50.
    Interval,
    /// How the p50 compares with the global endpoint's.
    AgainstGlobal,
    /// The rank by p50.
    Rank,
    /// The calls that were answered.
    Answers,
    /// The calls that failed.
    Errors,
    /// The Region that answered most calls.
    ServedBy,
}

/// What stands in a column beside an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing is known.
    Nothing,
    /// A name.
    Name(&'a str),
    /// A time, ns.
    Time {
        /// The time, ns.
        nanoseconds: f64,
        /// What to know before using it.
        mark: Option<Mark>,
    },
    /// So many calls failed that the percentile is a failure.
    Failed,
    /// An interval, ns.
    Interval {
        /// Its lower end, ns.
        low: f64,
        /// Its upper end, ns; infinite where it is not known.
        high: f64,
    },
    /// How the endpoint compares with the global one.
    Against(&'a Comparison),
    /// Why it does not.
    NotCompared(Verdict),
    /// It is compared with its original alone.
    Twin,
    /// A rank, or a range of ranks.
    Rank(RankRange),
    /// Calls.
    Calls(u64),
    /// Failed calls among all.
    Failures {
        /// How many failed.
        failed: u64,
        /// How many were made.
        issued: u64,
    },
}

/// What to know before using a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// It stands on few answers.
    Thin,
    /// A check forbids it.
    Forbidden,
}

/// The columns that `wanted` stands for, of these kinds of connection.
pub(crate) fn columns(
    wanted: &[ScreenColumnName],
    statistics: &[ScreenStatistic],
    connections: &[ConnectionMode],
) -> Vec<ScreenColumn> {
    let is_per_connection = |shown: &ScreenColumnName| {
        matches!(
            shown,
            ScreenColumnName::Percentiles
                | ScreenColumnName::Interval
                | ScreenColumnName::AgainstGlobal
                | ScreenColumnName::Rank
        )
    };
    let first = wanted.iter().position(is_per_connection);
    let mut columns = Vec::new();
    for (i, &shown) in wanted.iter().enumerate() {
        if first == Some(i) {
            for &connection in connections {
                let of_connection = wanted
                    .iter()
                    .flat_map(|&shown| measures(shown, statistics))
                    .map(|measure| ScreenColumn {
                        connection: Some(connection),
                        measure,
                    });
                columns.extend(of_connection);
            }
        }
        let connection = None;
        columns.extend(whole(shown).map(|measure| ScreenColumn {
            connection,
            measure,
        }));
    }
    columns
}

/// What a column is about that there is for each kind of connection.
fn measures(shown: ScreenColumnName, statistics: &[ScreenStatistic]) -> Vec<Measure> {
    match shown {
        ScreenColumnName::Percentiles => statistics.iter().copied().map(Measure::Time).collect(),
        ScreenColumnName::Interval => vec![Measure::Interval],
        ScreenColumnName::AgainstGlobal => vec![Measure::AgainstGlobal],
        ScreenColumnName::Rank => vec![Measure::Rank],
        ScreenColumnName::City
        | ScreenColumnName::Answers
        | ScreenColumnName::Errors
        | ScreenColumnName::ServedBy => Vec::new(),
    }
}

/// What a column is about that there is once for an endpoint.
fn whole(shown: ScreenColumnName) -> Option<Measure> {
    match shown {
        ScreenColumnName::City => Some(Measure::City),
        ScreenColumnName::Answers => Some(Measure::Answers),
        ScreenColumnName::Errors => Some(Measure::Errors),
        ScreenColumnName::ServedBy => Some(Measure::ServedBy),
        ScreenColumnName::Percentiles
        | ScreenColumnName::Interval
        | ScreenColumnName::AgainstGlobal
        | ScreenColumnName::Rank => None,
    }
}

/// What stands in that column beside the endpoint.
pub(crate) fn cell<'a>(
    summary: &'a Summary,
    endpoint: &EndpointRow<'a>,
    column: ScreenColumn,
) -> Cell<'a> {
    match column.connection {
        None => of_endpoint(endpoint, column.measure),
        Some(connection) => endpoint
            .target(connection)
            .map_or(Cell::Nothing, |row| of_target(summary, row, column.measure)),
    }
}

fn of_endpoint<'a>(endpoint: &EndpointRow<'a>, measure: Measure) -> Cell<'a> {
    match (measure, endpoint.place) {
        (Measure::City, Place::Global) | (Measure::ServedBy, _) => {
            main_region(endpoint).map_or(Cell::Nothing, Cell::Name)
        }
        (Measure::City, Place::Regional | Place::Twin) => {
            endpoint.city.map_or(Cell::Nothing, Cell::Name)
        }
        (Measure::Answers, _) => Cell::Calls(endpoint.answers()),
        (Measure::Errors, _) => Cell::Failures {
            failed: endpoint.failed(),
            issued: endpoint.issued(),
        },
        (Measure::Time(_) | Measure::Interval | Measure::AgainstGlobal | Measure::Rank, _) => {
            Cell::Nothing
        }
    }
}

/// The Region that answered most calls to the endpoint.
fn main_region<'a>(endpoint: &EndpointRow<'a>) -> Option<&'a str> {
    let mut sums: BTreeMap<&'a str, u64> = BTreeMap::new();
    for (region, calls) in endpoint
        .targets
        .iter()
        .flat_map(|row| in_order(&row.served_by))
    {
        let sum = sums.entry(region).or_default();
        *sum = sum.saturating_add(calls);
    }
    // Among equally frequent ones the first by name, so that the same run gives the same text.
    sums.into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
        .map(|(region, _)| region)
}

fn of_target<'a>(summary: &'a Summary, row: &'a Row, measure: Measure) -> Cell<'a> {
    let times = &row.service_time;
    match measure {
        Measure::Time(ScreenStatistic::Percentile(level)) => percentile(summary, row, level),
        Measure::Time(ScreenStatistic::Max) => times.max.map_or(Cell::Nothing, |nanoseconds| {
            let mark = None;
            Cell::Time { nanoseconds, mark }
        }),
        Measure::Interval => {
            times
                .estimate(Level::P50)
                .map_or(Cell::Nothing, |found| Cell::Interval {
                    low: found.interval.low,
                    high: found.interval.high,
                })
        }
        Measure::AgainstGlobal => against_global(summary, row),
        Measure::Rank => row.rank.map_or(Cell::Nothing, Cell::Rank),
        Measure::City | Measure::Answers | Measure::Errors | Measure::ServedBy => Cell::Nothing,
    }
}

fn percentile<'a>(summary: &Summary, row: &Row, level: Level) -> Cell<'a> {
    let times: &Figures = &row.service_time;
    let forbidden = summary.forbidden(row.target, level, Claims::OneEndpoint);
    let mark = match forbidden {
        Some(_) => Some(Mark::Forbidden),
        None if times.is_thin(level) => Some(Mark::Thin),
        None => None,
    };
    match times.percentile(level) {
        Some(nanoseconds) => Cell::Time { nanoseconds, mark },
        None if times.is_never(level) => Cell::Failed,
        None => Cell::Nothing,
    }
}

fn against_global<'a>(summary: &'a Summary, row: &Row) -> Cell<'a> {
    let comparison = summary
        .comparisons
        .iter()
        .find(|found| found.candidate == row.target && found.level == Level::P50);
    let obstacle = summary
        .uncompared
        .iter()
        .find(|pair| pair.candidate == row.target && pair.level == Level::P50);
    match (row.place, comparison, obstacle) {
        (Place::Twin, _, _) => Cell::Twin,
        (Place::Regional, Some(comparison), _) => Cell::Against(comparison),
        (Place::Regional, None, Some(pair)) => Cell::NotCompared(pair.verdict),
        (Place::Global, _, _) | (Place::Regional, None, None) => Cell::Nothing,
    }
}
